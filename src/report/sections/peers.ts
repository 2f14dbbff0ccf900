/** Who did how much: images per peer, with the figures of each. */

import { MAX_REPORT_PEERS } from '../../base/limits.ts'
import type { PeerShare } from '../../peer/job-events.ts'
import { formatDuration, formatShare } from '../../tui/text/figures.ts'
import { peersChart, workOf } from '../charts/peers-chart.ts'
import { type Markup, markup } from '../markup.ts'
import type { JobReport, Report } from '../report.ts'
import { tableOf } from '../table.ts'
import { firstRunNote, headingOf } from './headings.ts'

export const peersSection = ({ jobs, strategies }: Report): Markup =>
  markup`<section id="peers" aria-labelledby="peers-title"><h2 id="peers-title">Images per peer</h2>
${firstRunNote(strategies)}
${jobs.map((job, index) => peersOf(job, index, jobs))}</section>`

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

function peersOf({ summary }: JobReport, index: number, jobs: readonly JobReport[]): Markup {
  const all = summary.peers.toSorted((a, b) => b.done - a.done || (a.name < b.name ? -1 : 1))
  const shown = all.slice(0, MAX_REPORT_PEERS)
  const left = all.length - shown.length
  const heading = headingOf(summary.strategy, jobs.length)
  const most = Math.max(0, ...jobs.flatMap((job) => job.summary.peers.map(workOf)))
  if (all.length === 0) return markup`${heading}<p>No peer was asked.</p>`
  return markup`${heading}${peersChart(`peers-chart-${index}`, summary, shown, most)}
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
