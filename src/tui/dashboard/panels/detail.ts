/** Everything there is to say about the selected peer or job. */

import type { FailedImage, PeerShare } from '../../../peer/job-events.ts'
import type { JobSnapshot, PeerSnapshot, QuarantineSnapshot } from '../../../peer/snapshot.ts'
import { barParts } from '../../text/bars.ts'
import { cellText, textWidth } from '../../text/cell-text.ts'
import { wrapToWidth } from '../../text/columns.ts'
import { countOf, formatBrief, formatDuration, formatLoad, formatRate } from '../../text/figures.ts'
import { fitLine, fitText, type Line, line, type Span, span } from '../lines.ts'
import { type JobRow, progressOf } from '../rows.ts'
import { type DashboardModel, type PanelContent, textContent } from './content.ts'
import { jobState, progressPercent } from './jobs.ts'
import { activityText, lastSeen, peerState } from './peers.ts'

const LABEL_COLUMNS = 12

export function detailContent(model: DashboardModel, columns: number): PanelContent {
  const { selectedPeer, selectedJob } = model.rows
  if (model.ui.subject === 'jobs') {
    if (selectedJob === undefined) return textContent([], '', ['Select a job: its figures appear here.'])
    const lines =
      selectedJob.kind === 'live' ? liveJobLines(selectedJob, columns) : finishedJobLines(selectedJob, columns)
    return textContent(lines, `job ${selectedJob.id.slice(0, 8)}`)
  }
  if (selectedPeer === undefined) return textContent([], '', ['Select a peer: its figures appear here.'])
  return textContent(peerLines(selectedPeer, columns), `peer ${cellText(selectedPeer.name)}`)
}

// ---- a peer ----

function peerLines(peer: PeerSnapshot, columns: number): readonly Line[] {
  const { accepted, refused, delayed, completed, failed } = peer.counts
  const fact = factLines(columns)
  const executor: readonly Line[] =
    peer.role === 'observer'
      ? []
      : [
          ...fact('load', `${formatLoad(peer.load)} load probability`),
          ...fact('slots', `${peer.running} of ${peer.slots} in use, ${peer.queued} parked`),
          ...fact('tasks', `${accepted} accepted, ${refused} refused, ${delayed} delayed`),
          ...fact('', `${completed} done, ${failed} failed`),
          ...fact('speed', speedText(peer)),
          ...fact('largest', `${Math.round(peer.maxPixels / 1_000_000)} megapixels`),
          ...fact('last minute', activityText(peer, Math.max(0, Math.min(60, columns - LABEL_COLUMNS - 2)))),
        ]
  return [
    factLine(
      'state',
      [...peerState(peer), span(peer.isSelf ? ' (this peer)' : `, last seen ${lastSeen(peer)}`)],
      columns,
    ),
    ...(peer.quarantine ? fact('put aside', asideText(peer.quarantine)) : []),
    ...fact('role', peer.role),
    ...executor,
    ...Object.entries(peer.strategies).flatMap(([name, { tasks, meanMs }], index) =>
      fact(index === 0 ? 'strategies' : '', `${name}: ${countOf(tasks, 'task')}, mean ${formatDuration(meanMs)}`),
    ),
    [],
    ...fact('id', peer.id),
    ...peer.addresses.flatMap((address, index) => fact(index === 0 ? 'address' : '', address)),
    ...fact('version', `murmuration ${peer.version}`),
    ...fact('pixels', peer.pixelVersion),
    ...fact('operations', peer.operationsHash),
  ]
}

const asideText = ({ forMs, reason }: QuarantineSnapshot): string =>
  `${forMs === undefined ? 'until the job ends' : `for ${formatDuration(forMs)}`}: ${cellText(reason)}`

const speedText = (peer: PeerSnapshot): string =>
  [
    peer.msPerMegapixel === 0 ? 'not measured yet' : `${Math.round(peer.msPerMegapixel)} ms per megapixel`,
    `${formatRate(peer.imagesPerSecond)} images/s`,
  ].join(', ')

// ---- a job ----

function liveJobLines(row: Extract<JobRow, { kind: 'live' }>, columns: number): readonly Line[] {
  const { job } = row
  const fact = factLines(columns)
  return [
    ...headLines(row, job.pipeline, job.strategy, columns),
    ...fact('images', imagesText(job)),
    ...fact('rate', `${formatRate(job.imagesPerSecond)} images/s, ${timeText(job)}`),
    ...fact('from', job.coordinatorName),
    ...(job.own === undefined
      ? [[], ...fact('', 'Of a job of another peer its coordinator knows more: shares, failures, files.')]
      : [
          ...(job.own.paths.length === 0 ? [] : fact('reads', job.own.paths.join(' '))),
          ...fact('writes', job.own.out),
          ...fact('on the way', `${job.own.refused} refused, ${job.own.delayed} delayed, ${job.own.retries} retried`),
          ...shareLines(job.own.peers, columns),
          ...failureLines(job.own.failures, job.failed, columns),
        ]),
    [],
    ...fact('id', job.id),
  ]
}

const imagesText = ({ done, total, failed }: JobSnapshot): string => `${done} of ${total} done, ${failed} failed`

function timeText(job: JobSnapshot): string {
  const so = formatDuration(job.elapsedMs)
  if (job.state !== 'running') return `${so} in all`
  return job.remainingMs === undefined ? `${so} so far` : `${so} so far, ${formatDuration(job.remainingMs)} left`
}

function finishedJobLines(row: Extract<JobRow, { kind: 'finished' }>, columns: number): readonly Line[] {
  const { summary, paths, out, coordinator } = row.finished
  const fact = factLines(columns)
  const before = summary.alreadyDone === 0 ? '' : `, ${summary.alreadyDone} done before`
  const { meanMs, medianMs, p95Ms } = summary.perImage
  return [
    ...headLines(row, summary.pipeline, summary.strategy, columns),
    ...(summary.reason === undefined ? [] : fact('because', summary.reason)),
    ...fact('images', `${summary.done} of ${summary.images} done, ${summary.failed} failed${before}`),
    ...fact('time', `${formatDuration(summary.elapsedMs)}, ${formatRate(summary.imagesPerSecond)} images/s`),
    ...fact(
      'per image',
      `mean ${formatDuration(meanMs)}, median ${formatDuration(medianMs)}, p95 ${formatDuration(p95Ms)}`,
    ),
    ...fact('ended', new Date(summary.endedAt).toLocaleString()),
    ...fact('from', coordinator.name),
    ...fact('reads', paths.join(' ')),
    ...fact('writes', out),
    ...shareLines(summary.peers, columns),
    ...failureLines(summary.failures, summary.failed, columns),
    [],
    ...fact('id', summary.job),
  ]
}

function headLines(row: JobRow, pipeline: string, strategy: string, columns: number): readonly Line[] {
  const share = progressOf(row)
  const percent = ` ${progressPercent(share)}`
  const { full, empty } = barParts(share, Math.max(0, Math.min(40, columns - LABEL_COLUMNS - percent.length - 2)))
  return [
    factLine('state', jobState(row), columns),
    factLine('progress', [span(full, 'good'), span(empty, 'dim'), span(percent)], columns),
    ...factLines(columns)('pipeline', pipeline),
    ...factLines(columns)('strategy', strategy),
  ]
}

const SHARE_BAR_COLUMNS = 8

/** Who did how much of it. */
function shareLines(peers: readonly PeerShare[], columns: number): readonly Line[] {
  if (peers.length === 0) return []
  const nameColumns = Math.min(20, Math.max(8, columns - 50))
  return [
    [],
    line(
      ` ${fitText('shares', nameColumns)} ${' '.repeat(SHARE_BAR_COLUMNS)} ${['done', 'ref', 'del', 'fail', 'lost', 'mean'].map((title) => title.padStart(6)).join('')}`,
      'dim',
    ),
    ...peers.map((peer): Line => {
      const { full, empty } = barParts(peer.share, SHARE_BAR_COLUMNS)
      const figures = [peer.done, peer.refused, peer.delayed, peer.failed, peer.lost].map(String)
      return [
        span(` ${fitText(cellText(peer.name), nameColumns)} `),
        span(full, 'good'),
        span(empty, 'dim'),
        span(
          ` ${[...figures, peer.done === 0 ? '-' : formatBrief(peer.meanMs)].map((text) => text.padStart(6)).join('')}`,
        ),
      ]
    }),
  ].map((shown) => fitLine(shown, columns))
}

function failureLines(failures: readonly FailedImage[], count: number, columns: number): readonly Line[] {
  if (failures.length === 0) return []
  const title = failures.length < count ? `failures, the last ${failures.length} of ${count}` : `failures (${count})`
  return [
    [],
    line(` ${title}: r tries them again`, 'bad'),
    ...failures.flatMap(({ path, message }) => [
      fitLine([span(` ✕ ${cellText(path)}`, 'bad')], columns),
      ...wrapToWidth(cellText(message), Math.max(10, columns - 4)).map((text) =>
        fitLine([span(`   ${text}`)], columns),
      ),
    ]),
  ]
}

// ---- label and value ----

const factLine = (label: string, value: Line, columns: number): Line =>
  fitLine([span(` ${fitText(label, LABEL_COLUMNS)}`, 'dim'), ...value], columns)

/** A fact whose value may take several lines; a long word is cut where the line ends. */
const factLines =
  (columns: number) =>
  (label: string, value: string): readonly Line[] => {
    const room = Math.max(8, columns - LABEL_COLUMNS - 2)
    const words = cellText(value)
      .split(' ')
      .flatMap((word) => pieces(word, room))
    const lines = wrapToWidth(words.join(' '), room)
    const shown = lines.length === 0 ? ['-'] : lines
    return shown.map((text, index) =>
      factLine(index === 0 ? label : '', [span(text)] satisfies readonly Span[], columns),
    )
  }

const graphemes = new Intl.Segmenter()

/** A word in pieces of at most `columns`: an address must stay whole to be of use, if over several lines. */
function pieces(word: string, columns: number): readonly string[] {
  if (textWidth(word) <= columns) return [word]
  const parts: string[] = ['']
  for (const { segment } of graphemes.segment(word)) {
    const last = parts.at(-1) ?? ''
    if (textWidth(last) + textWidth(segment) > columns) parts.push(segment)
    else parts[parts.length - 1] = last + segment
  }
  return parts
}
