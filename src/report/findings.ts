/**
 * What somebody wants to learn from a report, as sentences: what came of the job, who did the work, why it took as long as it
 * did, what failed. Each says a figure and its meaning; what did not happen is not mentioned.
 */

import type { JobSummary, PeerShare } from '../peer/job-events.ts'
import { countOf, formatDuration, formatRate, formatShare } from '../tui/text/figures.ts'
import { type CollectedJob, REPORT_STAGES, type ReportStage } from './collect.ts'
import type { JobReport, StrategyReport } from './report.ts'

/** A peer is called slow when its images take this many times as long as those of the fastest. */
const SLOW_FACTOR = 1.5
/** The last images are mentioned when the job spent this share of its time on them, and there are enough to tell. */
const LONG_TAIL_SHARE = 0.25
const MIN_IMAGES_OF_TAIL = 20
/** Shares of time below this are not worth a place in the sentence. */
const MENTIONED_SHARE = 0.05
const MENTIONED_STAGES = 3

const STAGE_PHRASE: Readonly<Record<ReportStage, string>> = {
  queue: 'waiting for a free peer or worker',
  send: 'being sent',
  delay: 'in injected sleeps',
  decode: 'being decoded',
  process: 'in OpenCV',
  encode: 'being encoded',
  receive: 'on the way back',
  save: 'being saved',
}

export function jobFindings({ summary, collected }: JobReport): readonly string[] {
  return [
    outcomeSentence(summary),
    ...shareSentences(summary),
    ...timeSentences(collected),
    ...tailSentences(summary, collected),
    ...refusalSentences(summary, collected),
    ...lossSentences(summary),
    ...failureSentences(collected),
  ]
}

/** Of two strategies or more. */
export function comparisonFindings(strategies: readonly StrategyReport[]): readonly string[] {
  const [fastest, ...others] = strategies.toSorted((a, b) => a.figures.elapsedMs - b.figures.elapsedMs)
  const slowest = others.at(-1)
  if (fastest === undefined || slowest === undefined) return []
  const { images, runs, failed } = fastest.figures
  const times = slowest.figures.elapsedMs / Math.max(1, fastest.figures.elapsedMs)
  const again = runs > 1 ? ` Each ran ${runs} times; figures are means.` : ''
  const refusals = strategies.filter(({ figures }) => figures.refusals > 0).length
  return [
    `${fastest.strategy} was the fastest: ${countOf(images, 'image')} in ${formatDuration(fastest.figures.elapsedMs)} (${formatRate(fastest.figures.imagesPerSecond)} images/s).`,
    `${slowest.strategy} was the slowest: ${formatDuration(slowest.figures.elapsedMs)}, ${times.toFixed(1)} times as long.${again}`,
    ...sleepComparison(strategies),
    ...(refusals === 0 ? [] : [refusalComparison(strategies)]),
    failed === 0
      ? 'No image failed.'
      : `${countOf(failed, 'image')} failed with every strategy; the reasons are below.`,
  ]
}

function sleepComparison(strategies: readonly StrategyReport[]): readonly string[] {
  const [least, ...others] = strategies.toSorted((a, b) => a.figures.meanDelayMs - b.figures.meanDelayMs)
  const most = others.at(-1)
  if (least === undefined || most === undefined || most.figures.meanDelayMs === 0) return []
  return [
    `Injected load cost an image ${formatDuration(least.figures.meanDelayMs)} of sleep on average with ${least.strategy}, and ${formatDuration(most.figures.meanDelayMs)} with ${most.strategy}.`,
  ]
}

function refusalComparison(strategies: readonly StrategyReport[]): string {
  const counts = strategies.map(({ strategy, figures }) => `${strategy} ${Math.round(figures.refusals * 10) / 10}`)
  return `Refusals by strategy: ${counts.join(', ')}.`
}

function outcomeSentence(summary: JobSummary): string {
  const { strategy, done, alreadyDone, images, elapsedMs, imagesPerSecond, outcome, reason } = summary
  const before = alreadyDone === 0 ? '' : `; ${alreadyDone} were there from an earlier run`
  const rate = done === 0 ? '' : ` (${formatRate(imagesPerSecond)} images/s)`
  const worked = `${strategy} processed ${done} of ${countOf(images, 'image')} in ${formatDuration(elapsedMs)}${rate}${before}.`
  const isWhole = outcome === 'done' || outcome === 'some-failed'
  return isWhole ? worked : `${worked} It ended before its time${reason === undefined ? '' : `: ${reason}`}.`
}

function shareSentences({ peers, done }: JobSummary): readonly string[] {
  const working = peers.filter((peer) => peer.done > 0)
  const [most] = working.toSorted((a, b) => b.done - a.done)
  if (most === undefined) return []
  if (working.length === 1) return [`${most.name} did all of them.`]
  const share = `${most.name} did ${formatShare(most.share)} of the images (${most.done} of ${done})`
  const [fastest, slowest] = fastestAndSlowest(working)
  if (fastest === undefined || slowest === undefined) return [`${share}.`]
  const factor = slowest.meanMs / fastest.meanMs
  if (!(factor >= SLOW_FACTOR)) return [`${share}; all peers were about as fast.`]
  return [
    `${share}.`,
    `${slowest.name} was the slowest peer: ${formatDuration(slowest.meanMs)} an image, ${factor.toFixed(1)} times as long as ${fastest.name} (${formatDuration(fastest.meanMs)}).`,
  ]
}

function fastestAndSlowest(peers: readonly PeerShare[]): readonly [PeerShare?, PeerShare?] {
  const sorted = peers.filter(({ meanMs }) => meanMs > 0).sort((a, b) => a.meanMs - b.meanMs)
  return sorted.length < 2 ? [] : [sorted[0], sorted.at(-1)]
}

function timeSentences({ stages, sleeps, images, tiles }: CollectedJob): readonly string[] {
  const totalMs = REPORT_STAGES.reduce((sum, stage) => sum + stages[stage].totalMs, 0)
  const largest = REPORT_STAGES.map((stage) => ({ stage, share: stages[stage].totalMs / totalMs }))
    .filter(({ share }) => share >= MENTIONED_SHARE)
    .sort((a, b) => b.share - a.share)
    .slice(0, MENTIONED_STAGES)
    .map(({ stage, share }) => `${formatShare(share)} ${STAGE_PHRASE[stage]}`)
  const spent =
    largest.length === 0
      ? []
      : [`An image took ${formatDuration(images.totalMs / Math.max(1, images.count))} on average: ${listOf(largest)}.`]
  const what = tiles > 0 ? 'task' : 'image'
  const slept =
    sleeps.count === 0
      ? []
      : [
          `${countOf(sleeps.count, what)} ${sleeps.count === 1 ? 'was' : 'were'} made to sleep, ${formatDuration(sleeps.totalMs)} altogether.`,
        ]
  return [...spent, ...slept]
}

function tailSentences({ elapsedMs, images }: JobSummary, { most }: CollectedJob): readonly string[] {
  if (most === undefined || images < MIN_IMAGES_OF_TAIL) return []
  const tailMs = elapsedMs - most.atMs
  if (tailMs < elapsedMs * LONG_TAIL_SHARE) return []
  return [
    `${most.count} of the images had ended after ${formatDuration(most.atMs)}; the last few took the other ${formatDuration(tailMs)}.`,
  ]
}

function refusalSentences({ refusals }: JobSummary, { refusalWaitMs }: CollectedJob): readonly string[] {
  const reasons = Object.entries(refusals)
  const count = reasons.reduce((sum, [, times]) => sum + times, 0)
  if (count === 0) return []
  const kinds = reasons.map(([reason, times]) => `${reason} ${times}`).join(', ')
  const cost =
    refusalWaitMs === 0
      ? ''
      : ` cost ${formatDuration(refusalWaitMs)} of waiting for another answer, summed over all tasks`
  return [`${countOf(count, 'refusal')} (${kinds})${cost === '' ? ' cost no time' : cost}.`]
}

function lossSentences({ peers, hedges }: JobSummary): readonly string[] {
  const losers = peers.filter(({ lost }) => lost > 0)
  const lost = losers.reduce((sum, peer) => sum + peer.lost, 0)
  const names = losers.map((peer) => peer.name)
  return [
    ...(lost === 0
      ? []
      : [
          `${countOf(lost, 'attempt')} ${lost === 1 ? 'was' : 'were'} lost with ${listOf(names)} and went to other peers.`,
        ]),
    ...(hedges === 0
      ? []
      : [`${countOf(hedges, 'task')} ${hedges === 1 ? 'was' : 'were'} run a second time on an idle peer at the end.`]),
  ]
}

function failureSentences({ failureCount, failures }: CollectedJob): readonly string[] {
  if (failureCount === 0) return ['No image failed.']
  const [first] = failures
  if (failureCount === 1 && first !== undefined) return [`1 image failed: ${first.path} (${first.message}).`]
  const byCode = Map.groupBy(failures, ({ code }) => code)
  const kinds = [...byCode].sort((a, b) => b[1].length - a[1].length).map(([code, those]) => `${code} ${those.length}`)
  const shown = failures.length < failureCount ? `of the first ${failures.length}: ` : ''
  return [`${failureCount} images failed (${shown}${kinds.join(', ')}).`]
}

/** `a, b and c`. */
const listOf = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
