import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACTIVITY_SECONDS } from '../../../src/base/limits.ts'
import {
  activitySeconds,
  completedPerSecond,
  endActivity,
  type ObservedLoad,
  observeLoad,
  type PeerActivity,
} from '../../../src/peer/membership/peer-activity.ts'

const NO_COUNTS = { accepted: 0, refused: 0, delayed: 0, completed: 0, failed: 0 }

const load = (completed: number, part: Partial<ObservedLoad> = {}): ObservedLoad => ({
  incarnation: 1,
  running: 0,
  counts: { ...NO_COUNTS, completed },
  toldWithinMs: 250,
  promisedWithinMs: 6_000,
  ...part,
})

/** Observes `[atMs, load]` one after another. */
function observing(...reports: readonly (readonly [atMs: number, load: ObservedLoad])[]): PeerActivity {
  let activity: PeerActivity | undefined
  for (const [atMs, observed] of reports) activity = observeLoad(activity, observed, atMs)
  if (!activity) throw new Error('nothing was observed')
  return activity
}

const completedOf = (activity: PeerActivity, nowMs: number): number[] =>
  activitySeconds(activity, nowMs).map(({ completed }) => completed)

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

describe('the seconds of a peer', () => {
  it('count what was new in each report, not what was done before it was first heard', () => {
    const activity = observing([10_000, load(500)], [10_200, load(502)], [11_300, load(503)])
    expect(completedOf(activity, 11_900)).toEqual([2, 1])
  })

  it('go on quietly while nothing is heard, with the same tasks running', () => {
    const activity = observing([10_000, load(0, { running: 2 })])
    expect(activitySeconds(activity, 12_500).map(({ running }) => running)).toEqual([2, 2, 2])
    expect(activitySeconds(endActivity(activity, 12_500), 14_000).map(({ running }) => running)).toEqual([
      2, 2, 2, 0, 0,
    ])
  })

  it('tell the most slots that were busy at once in each', () => {
    const activity = observing(
      [10_000, load(0, { running: 1 })],
      [10_300, load(0, { running: 4 })],
      [10_900, load(0, { running: 0 })],
      [11_100, load(0, { running: 2 })],
    )
    expect(activitySeconds(activity, 12_000).map(({ running }) => running)).toEqual([4, 2, 2])
  })

  it('are the last ACTIVITY_SECONDS, however long it is known', () => {
    let activity = observing([0, load(0)])
    for (let second = 1; second <= 200; second++) activity = observeLoad(activity, load(second), second * 1_000)
    expect(activitySeconds(activity, 200_000)).toHaveLength(ACTIVITY_SECONDS)
    expect(total(completedOf(activity, 200_000))).toBeGreaterThanOrEqual(ACTIVITY_SECONDS - 1)
    expect(activitySeconds(activity, 1_000_000)).toHaveLength(ACTIVITY_SECONDS)
    expect(total(completedOf(activity, 1_000_000))).toBe(0)
  })

  it('share what a large cluster tells every five seconds', () => {
    const slow = { toldWithinMs: 5_000, promisedWithinMs: 11_000 }
    const activity = observing([10_000, load(0, slow)], [15_000, load(100, slow)])
    expect(completedOf(activity, 15_000)).toEqual([20, 20, 20, 20, 20, 0])
  })

  it('put a change after a long quiet time where it can have been: shortly before it was told', () => {
    const activity = observing([10_000, load(0)], [14_900, load(8)])
    expect(completedOf(activity, 14_900)).toEqual([0, 0, 0, 0, 8])
  })

  it('spread over an hour what was told after an hour without a word, so that no second looks huge', () => {
    const activity = observing([10_000, load(0)], [10_000 + 3_600_000, load(36_000)])
    const counts = completedOf(activity, 3_610_000)
    expect(counts).toHaveLength(ACTIVITY_SECONDS)
    expect(Math.max(...counts)).toBeLessThanOrEqual(11)
  })

  it('begin anew when the peer was restarted, and when totals went down', () => {
    const restarted = observing(
      [10_000, load(400)],
      [10_200, load(900, { incarnation: 2 })],
      [10_400, load(901, { incarnation: 2 })],
    )
    expect(completedOf(restarted, 10_400)).toEqual([1])
    const reset = observing([10_000, load(400)], [10_200, load(3)], [10_400, load(5)])
    expect(completedOf(reset, 10_400)).toEqual([2])
  })

  it('are never negative, and hold no more than was reported, whatever is reported when', () => {
    const report = fc.record({
      gapMs: fc.integer({ min: 0, max: 200_000 }),
      incarnation: fc.integer({ min: 1, max: 3 }),
      completed: fc.integer({ min: 0, max: 1_000 }),
      toldWithinMs: fc.integer({ min: 0, max: 10_000 }),
    })
    fc.assert(
      fc.property(fc.array(report, { minLength: 1, maxLength: 30 }), (reports) => {
        let atMs = 0
        let activity: PeerActivity | undefined
        for (const { gapMs, completed, ...part } of reports) {
          atMs += gapMs
          activity = observeLoad(activity, load(completed, part), atMs)
          const seconds = activitySeconds(activity, atMs)
          expect(seconds.length).toBeLessThanOrEqual(ACTIVITY_SECONDS)
          expect(seconds.every((second) => Object.values(second).every((count) => count >= 0))).toBe(true)
          expect(total(seconds.map((second) => second.completed))).toBeLessThanOrEqual(1_000 * reports.length)
          expect(completedPerSecond(activity, atMs)).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})

describe('images per second', () => {
  const steady = (untilMs: number): PeerActivity => {
    let activity = observing([0, load(0)])
    for (let atMs = 250; atMs <= untilMs; atMs += 250) activity = observeLoad(activity, load(atMs / 250), atMs)
    return activity
  }

  it('are the mean of the last seconds', () => {
    expect(completedPerSecond(steady(30_000), 30_100)).toBeCloseTo(4, 0)
  })

  it('are not known within the first second', () => {
    expect(completedPerSecond(observing([10_000, load(0)], [10_900, load(50)]), 10_900)).toBe(0)
  })

  it('fall to zero when nothing more is heard', () => {
    const activity = steady(30_000)
    expect(completedPerSecond(activity, 35_000)).toBeLessThan(3)
    expect(completedPerSecond(activity, 41_500)).toBe(0)
  })

  it('do not fall between the rare reports of a large cluster', () => {
    const slow = { toldWithinMs: 5_000, promisedWithinMs: 11_000 }
    let activity = observing([0, load(0, slow)])
    for (let atMs = 5_000; atMs <= 30_000; atMs += 5_000) {
      activity = observeLoad(activity, load(atMs / 250, slow), atMs)
    }
    for (const sinceMs of [0, 2_000, 4_900]) expect(completedPerSecond(activity, 30_000 + sinceMs)).toBeCloseTo(4, 0)
  })
})
