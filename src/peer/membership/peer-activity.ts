/**
 * What a peer did in each of its last seconds, from the totals that it reports: a pure fold over them, without clock or
 * timer. Quiet seconds are made up when somebody looks.
 *
 * - Totals say what happened since the report before, not when: it is spread over the time in which it can have been.
 *   A peer tells a change within its busy interval, so a silence before that was quiet; but one that was longer than
 *   promised means that reports were lost, and what they told is spread over all of it.
 * - The first report, a new life (incarnation) and totals that went down only set the mark to count on from: a peer that
 *   was restarted must not look as if it had done everything at once, or undone anything.
 */

import { ACTIVITY_SECONDS, RATE_WINDOW_MS } from '../../base/limits.ts'
import type { TaskCounts } from '../../protocol/messages.ts'
import type { ActivitySecond } from '../snapshot.ts'

const SECOND_MS = 1000

export interface ObservedLoad {
  readonly incarnation: number
  readonly running: number
  readonly counts: TaskCounts
  /** How long a change may have waited to be told; 0 for one's own. */
  readonly toldWithinMs: number
  /** A longer silence than this means that reports were lost. */
  readonly promisedWithinMs: number
}

export interface PeerActivity {
  /** When it was first heard, and last; on the clock of the observer. */
  readonly sinceMs: number
  readonly heardAtMs: number
  readonly last: ObservedLoad
  /** At most ACTIVITY_SECONDS, without gaps; the last is the one of `heardAtMs`. */
  readonly seconds: readonly ActivitySecond[]
}

/** `atMs` is not before the last one's. */
export function observeLoad(before: PeerActivity | undefined, load: ObservedLoad, atMs: number): PeerActivity {
  if (!before) return { sinceMs: atMs, heardAtMs: atMs, last: load, seconds: [quietSecond(load.running)] }
  const seconds = [...activitySeconds(before, atMs)]
  const current = seconds.pop() ?? quietSecond(load.running)
  seconds.push({ ...current, running: Math.max(current.running, load.running) })
  const news = load.incarnation === before.last.incarnation ? difference(before.last.counts, load.counts) : undefined
  if (news) addSpread(seconds, news, { fromMs: atMs - untoldMs(before, load, atMs), toMs: atMs })
  return { sinceMs: before.sinceMs, heardAtMs: atMs, last: load, seconds }
}

/** It is gone: whatever ran there runs no more. */
export const endActivity = (before: PeerActivity, atMs: number): PeerActivity =>
  observeLoad(before, { ...before.last, running: 0 }, atMs)

/** The last ACTIVITY_SECONDS, the oldest first and the one that is not over last; fewer while it is known for less. */
export function activitySeconds({ heardAtMs, last, seconds }: PeerActivity, nowMs: number): readonly ActivitySecond[] {
  const passed = secondOf(nowMs) - secondOf(heardAtMs)
  if (passed <= 0) return seconds
  const quiet = Array.from<ActivitySecond>({ length: Math.min(passed, ACTIVITY_SECONDS) }).fill(
    quietSecond(last.running),
  )
  return [...seconds, ...quiet].slice(-ACTIVITY_SECONDS)
}

/** Completed tasks a second over the last RATE_WINDOW_MS; 0 while it is known for less than a second. */
export function completedPerSecond(activity: PeerActivity, nowMs: number): number {
  // what happened since the last word may not have been told yet
  const endMs = Math.max(activity.heardAtMs, nowMs - activity.last.toldWithinMs)
  const firstSecond = secondOf(endMs - RATE_WINDOW_MS) + 1
  const spanMs = endMs - Math.max(activity.sinceMs, firstSecond * SECOND_MS)
  if (spanMs < SECOND_MS) return 0
  // seconds after the last word are quiet
  const count = secondOf(activity.heardAtMs) - firstSecond + 1
  if (count <= 0) return 0
  const completed = activity.seconds.slice(-count).reduce((sum, second) => sum + second.completed, 0)
  return (completed * SECOND_MS) / spanMs
}

type News = Omit<ActivitySecond, 'running'>

/** The number of a second; the clock's, counted from its zero. */
export const secondOf = (atMs: number): number => Math.floor(atMs / SECOND_MS)

const quietSecond = (running: number): ActivitySecond => ({ running, completed: 0, delayed: 0, refused: 0, failed: 0 })

/** Undefined when nothing happened, or the totals began anew. */
function difference(before: TaskCounts, after: TaskCounts): News | undefined {
  const news = {
    completed: after.completed - before.completed,
    delayed: after.delayed - before.delayed,
    refused: after.refused - before.refused,
    failed: after.failed - before.failed,
  }
  const all = Object.values(news)
  return all.some((count) => count < 0) || all.every((count) => count === 0) ? undefined : news
}

function untoldMs(before: PeerActivity, load: ObservedLoad, atMs: number): number {
  const silenceMs = atMs - before.heardAtMs
  return silenceMs > before.last.promisedWithinMs ? silenceMs : Math.min(silenceMs, load.toldWithinMs)
}

/** Whole numbers in proportion to each second's part of the time; what lies before the first second is let go. */
function addSpread(
  seconds: ActivitySecond[],
  news: News,
  time: { readonly fromMs: number; readonly toMs: number },
): void {
  const { fromMs, toMs } = time
  const firstSecond = secondOf(toMs) - seconds.length + 1
  /** The part of the news that had happened by the begin of this second. */
  const partBefore = (second: number): number => {
    if (second > secondOf(toMs)) return 1
    return toMs > fromMs ? Math.min(1, Math.max(0, (second * SECOND_MS - fromMs) / (toMs - fromMs))) : 0
  }
  for (const [index, before] of seconds.entries()) {
    const begin = partBefore(firstSecond + index)
    const end = partBefore(firstSecond + index + 1)
    if (begin < end)
      seconds[index] = added(before, (count) => Math.round(count * end) - Math.round(count * begin), news)
  }
}

const added = (before: ActivitySecond, part: (count: number) => number, news: News): ActivitySecond => ({
  running: before.running,
  completed: before.completed + part(news.completed),
  delayed: before.delayed + part(news.delayed),
  refused: before.refused + part(news.refused),
  failed: before.failed + part(news.failed),
})
