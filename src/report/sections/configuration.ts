/** With what it was run: enough to run it again. */

import { formatLoad } from '../../tui/text/figures.ts'
import { type Markup, markup } from '../markup.ts'
import type { PeerFacts, Report } from '../report.ts'
import { tableOf } from '../table.ts'

const COLUMNS = [
  { title: 'peer' },
  { title: 'load p' },
  { title: 'slots' },
  { title: 'ms per megapixel' },
  { title: 'version' },
  { title: 'pixel version', isFigure: false },
] as const

export function configurationSection({ jobs, settings, peers, version, nodeVersion, command }: Report): Markup {
  const summaries = jobs.map(({ summary }) => summary)
  const [first] = summaries
  const known: readonly (readonly [string, string])[] = [
    ['command', `peer ${command}`],
    ['pipeline', first?.pipeline ?? '-'],
    ['seed', String(first?.seed ?? '-')],
    [summaries.length > 1 ? 'strategies' : 'strategy', summaries.map(({ strategy }) => strategy).join(', ')],
    ...settings,
    ['started', first?.startedAt ?? '-'],
    ['ended', summaries.at(-1)?.endedAt ?? '-'],
    ...(first && summaries.length === 1 ? ([['job', first.job]] as const) : []),
    ['version', `murmuration ${version}, Node ${nodeVersion}`],
  ]
  return markup`<section id="configuration" aria-labelledby="configuration-title"><h2 id="configuration-title">Configuration</h2>
<dl class="settings">${known.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${peers.length > 0 && tableOf('Peers when the job ended', COLUMNS, peers.map(row))}</section>`
}

const row = (peer: PeerFacts): readonly (string | number)[] => [
  peer.name,
  peer.load === undefined ? 'not known' : formatLoad(peer.load),
  peer.slots || '-',
  peer.msPerMegapixel > 0 ? Math.round(peer.msPerMegapixel) : '-',
  peer.version ?? '-',
  peer.pixelVersion ?? '-',
]
