/** Who did how much: images per peer, with the figures of each. */

import { MAX_REPORT_PEERS } from '../../base/limits.ts'
import type { PeerShare } from '../../peer/job-events.ts'
import { formatDuration, formatShare } from '../../tui/text/figures.ts'
import { peersChart } from '../charts/peers-chart.ts'
import { type Markup, markup } from '../markup.ts'
import type { JobReport } from '../report.ts'
import { tableOf } from '../table.ts'
import { headingOf } from './headings.ts'

export const peersSection = (jobs: readonly JobReport[]): Markup =>
  markup`<section id="peers" aria-labelledby="peers-title"><h2 id="peers-title">Images per peer</h2>
${jobs.map((job, index) => peersOf(job, index, jobs.length))}</section>`

const COLUMNS = [
  { title: 'peer' },
  { title: 'images' },
  { title: 'share' },
  { title: 'accepted' },
  { title: 'refused' },
  { title: 'delayed' },
  { title: 'failed' },
  { title: 'lost' },
  { title: 'mean' },
  { title: 'total' },
] as const

function peersOf({ summary }: JobReport, index: number, count: number): Markup {
  const all = summary.peers.toSorted((a, b) => b.done - a.done || (a.name < b.name ? -1 : 1))
  const shown = all.slice(0, MAX_REPORT_PEERS)
  const left = all.length - shown.length
  if (all.length === 0) return markup`${headingOf(summary.strategy, count)}<p>No peer was asked.</p>`
  return markup`${headingOf(summary.strategy, count)}${peersChart(`peers-chart-${index}`, summary, shown)}
${tableOf(`Peers, ${summary.strategy}`, COLUMNS, shown.map(row))}${left > 0 && markup`<p>${left} more peers, with fewer images, are in summary.json.</p>`}`
}

const row = (peer: PeerShare): readonly (string | number)[] => [
  peer.name,
  peer.done,
  formatShare(peer.share),
  peer.accepted,
  peer.refused,
  peer.delayed,
  peer.failed,
  peer.lost,
  peer.done === 0 ? '-' : formatDuration(peer.meanMs),
  peer.done === 0 ? '-' : formatDuration(peer.totalMs),
]
