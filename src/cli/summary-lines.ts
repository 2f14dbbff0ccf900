/** A job's summary for people: what was done, how long each stage took, who did how much, what failed. */

import { join } from 'node:path'
import { RESULTS_FILE } from '../peer/coordinator/plan.ts'
import { skippedSentence } from '../peer/files/skipped-files.ts'
import type { Distribution, JobSummary, StageName } from '../peer/job-events.ts'
import { tableLines, wrapLine } from '../tui/text/columns.ts'
import { escapeControls } from '../tui/text/escape.ts'
import { countOf, formatBytes, formatDuration, formatRate, formatShare } from '../tui/text/figures.ts'

const STAGES: readonly StageName[] = ['queue', 'send', 'decode', 'process', 'encode', 'receive', 'save']

const STAGE_COLUMNS = [
  { title: 'stage' },
  { title: 'mean', align: 'right' },
  { title: 'median', align: 'right' },
  { title: 'p95', align: 'right' },
] as const

const ONE_IMAGE_COLUMNS = [{ title: 'stage' }, { title: 'time', align: 'right' }] as const

const PEER_COLUMNS = [
  { title: 'peer' },
  { title: 'images', align: 'right' },
  { title: 'share', align: 'right' },
  { title: 'accepted', align: 'right' },
  { title: 'refused', align: 'right' },
  { title: 'delayed', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'lost', align: 'right' },
  { title: 'mean', align: 'right' },
  { title: 'total', align: 'right' },
] as const

/** The whole summary; `out` is the folder that the outputs are in, `columns` the width of the terminal, where it is one. */
export function summaryLines(summary: JobSummary, out: string, columns = Number.POSITIVE_INFINITY): readonly string[] {
  return [
    outcomeLine(summary, out),
    ...(summary.done === 0 ? [] : ['', ...stageLines(summary)]),
    ...(summary.peers.length === 0 ? [] : ['', ...peerLines(summary), ...quarantineLines(summary)]),
    '',
    ...figureLines(summary),
    ...failureLines(summary, columns),
  ]
}

/** `balanced: 100 of 100 images in 3.2 s (31 images/s), written to data/output_dir`. */
export function outcomeLine(summary: JobSummary, out: string): string {
  const ended = summary.done + summary.alreadyDone
  const before = summary.alreadyDone === 0 ? '' : `, ${summary.alreadyDone} of them by an earlier run`
  const failed = summary.failed === 0 ? '' : `, ${summary.failed} failed`
  const rate = summary.done < 2 ? '' : ` (${formatRate(summary.imagesPerSecond)} images/s)`
  const time = `${formatDuration(summary.elapsedMs)}${rate}`
  return `${summary.strategy}: ${ended} of ${countOf(summary.images, 'image')} in ${time}${before}${failed}${ended === 0 ? '' : `, ${resultPlace(summary, out)}`}`
}

/** Where to look for what was made. */
const resultPlace = ({ kind }: JobSummary, out: string): string =>
  kind === 'data' ? `one line each in ${escapeControls(join(out, RESULTS_FILE))}` : `written to ${escapeControls(out)}`

function stageLines(summary: JobSummary): readonly string[] {
  // of one image mean, median and p95 are the same
  if (summary.done === 1) {
    const rows = STAGES.map((stage) => [`  ${stage}`, formatDuration(summary.perStage[stage].meanMs)])
    return tableLines(ONE_IMAGE_COLUMNS, [['image', formatDuration(summary.perImage.meanMs)], ...rows])
  }
  const cells = (name: string, { meanMs, medianMs, p95Ms }: Distribution): readonly string[] => [
    name,
    ...[meanMs, medianMs, p95Ms].map(formatDuration),
  ]
  return tableLines(STAGE_COLUMNS, [
    cells('image', summary.perImage),
    ...STAGES.map((stage) => cells(`  ${stage}`, summary.perStage[stage])),
  ])
}

/** With a column for tiles where there were any: what was accepted and refused are tiles then. */
function peerLines(summary: JobSummary): readonly string[] {
  const [name, images, ...others] = PEER_COLUMNS
  const tiles = summary.tiles === undefined ? [] : ([{ title: 'tiles', align: 'right' }] as const)
  return tableLines(
    [name, images, ...tiles, ...others],
    summary.peers.map((peer) => [
      escapeControls(peer.name),
      String(peer.done),
      ...(summary.tiles === undefined ? [] : [String(peer.tiles ?? 0)]),
      formatShare(peer.share),
      ...[peer.accepted, peer.refused, peer.delayed, peer.failed, peer.lost].map(String),
      peer.done === 0 ? '-' : formatDuration(peer.meanMs),
      peer.done === 0 ? '-' : formatDuration(peer.totalMs),
    ]),
  )
}

const quarantineLines = ({ peers }: JobSummary): readonly string[] => [
  ...peers
    .filter(({ lied }) => lied)
    .map(({ name }) => `${escapeControls(name)} gave wrong results: nothing of what it did was kept`),
  ...peers
    .filter(({ quarantined = 0 }) => quarantined > 0)
    .map(({ name, quarantined = 0 }) => {
      const often = quarantined === 1 ? '' : ` ${quarantined} times`
      return `${escapeControls(name)} was put aside${often}: it failed where other peers did not`
    }),
]

function figureLines(summary: JobSummary): readonly string[] {
  const reasons = Object.entries(summary.refusals).map(([reason, count]) => `${reason} ${count}`)
  const refused = totalRefusals(summary)
  const { firstFrameOnly, skipped, tiles } = summary
  const imageHedges = summary.hedges - (tiles?.hedges ?? 0)
  const hedges = imageHedges === 0 ? '' : ` · ${countOf(imageHedges, 'image')} run twice at the end`
  return [
    ...(skipped === undefined ? [] : [skippedSentence(skipped)]),
    ...(firstFrameOnly === 0
      ? []
      : [`only the first frame or page was processed of ${countOf(firstFrameOnly, 'image')} that have several`]),
    `refusals ${refused}${reasons.length === 0 ? '' : ` (${reasons.join(', ')})`} · retries ${summary.retries}${hedges}`,
    ...(tiles === undefined ? [] : [tileLine(tiles)]),
    ...verificationLines(summary),
    `bytes sent ${formatBytes(summary.bytesSent)} · received ${formatBytes(summary.bytesReceived)}`,
  ]
}

/** `tiles 400 done · 12 run twice at the end`. */
const tileLine = ({ done, hedges }: NonNullable<JobSummary['tiles']>): string =>
  `tiles ${done} done${hedges === 0 ? '' : ` · ${hedges} run twice at the end`}`

function verificationLines({ verification }: JobSummary): readonly string[] {
  if (verification === undefined) return []
  const { verified, unchecked, mismatches, redone } = verification
  const parts = [
    `verified ${verified}`,
    `mismatches ${mismatches}`,
    ...(redone === 0 ? [] : [`done again ${redone}`]),
    ...(unchecked === 0 ? [] : [`not checked, for want of another peer ${unchecked}`]),
  ]
  return [parts.join(' · ')]
}

function failureLines(summary: JobSummary, columns: number): readonly string[] {
  if (summary.failures.length === 0) return []
  const { failed, failures } = summary
  const shown = failures.length < failed ? ` (the first ${failures.length} of them)` : ''
  return [
    '',
    `${countOf(failed, 'image')} failed${shown}:`,
    ...summary.failures.flatMap(({ path, code, message }) =>
      wrapLine(`  ${failureLine(path, code, message)}`, columns, '    '),
    ),
  ]
}

/** `b/broken.jpg: … (ERR_NOT_AN_IMAGE)`. */
export const failureLine = (path: string, code: string, message: string): string =>
  `${escapeControls(path)}: ${escapeControls(message)} (${code})`

export const totalRefusals = (summary: JobSummary): number =>
  Object.values(summary.refusals).reduce((sum, count) => sum + count, 0)

export const totalDelayed = (summary: JobSummary): number => summary.peers.reduce((sum, peer) => sum + peer.delayed, 0)
