import { describe, expect, it } from 'vitest'
import { peerId, taskId } from '../../../src/base/ids.ts'
import { fastestFirst, isBetterMoved, slowestWithoutTwin } from '../../../src/peer/coordinator/hedge.ts'
import type { PreparedTask } from '../../../src/peer/coordinator/job.ts'
import { ExecutorSession } from '../../../src/peer/coordinator/session.ts'
import { type Attempt, createTaskState } from '../../../src/peer/coordinator/task-state.ts'

const NOW_MS = 10_000
const USUAL_MS = 300

/** A peer that took so long in the mean; undefined: it never answered. */
function session(name: string, meanMs: number | undefined): ExecutorSession {
  const gossiped = { loadProbability: 0, isPaused: false, isDraining: false, outstanding: 0, msPerMegapixel: 0 }
  const made = new ExecutorSession({ id: peerId(name), name, slots: 1, maxPixels: 1, ...gossiped })
  if (meanMs !== undefined) made.record.answered(meanMs)
  return made
}

/** Out at that peer for `elapsedMs`. */
function attempt(where: ExecutorSession, elapsedMs: number, more: Partial<Attempt> = {}): Attempt {
  const task = { id: taskId(0) } as PreparedTask
  return {
    ref: { job: 'job' as Attempt['ref']['job'], task: taskId(0), attempt: 0 },
    state: createTaskState(task, 0, false),
    session: where,
    isTwin: false,
    offeredAtMs: NOW_MS - elapsedMs,
    heardAtMs: NOW_MS,
    acceptedAtMs: NOW_MS - elapsedMs,
    delayMs: 0,
    sendMs: 0,
    sending: undefined,
    incoming: undefined,
    isGivenUp: false,
    ...more,
  }
}

const slow = session('slow', 2_000)
const fast = session('fast', 200)

describe('a twin', () => {
  const twin = (attempts: Attempt[], idle: ExecutorSession, usualMs: number | undefined = USUAL_MS) =>
    slowestWithoutTwin(attempts, idle, NOW_MS, usualMs)

  it('goes to a faster peer as soon as that would end first', () => {
    const out = attempt(slow, 100)
    expect(twin([out], fast)).toBe(out)
  })

  it('never goes to a slower peer while the task is in time where it is', () => {
    expect(twin([attempt(fast, 100)], slow)).toBeUndefined()
  })

  it('is for the task that would end last', () => {
    const last = attempt(slow, 100)
    expect(twin([attempt(slow, 900), last, attempt(slow, 500)], fast)).toBe(last)
  })

  it('is for a task that is long overdue, whichever peer is idle', () => {
    const overdue = attempt(fast, 5_000)
    expect(twin([attempt(slow, 1_000), overdue], slow)).toBe(overdue)
  })

  it('needs a known sleep while nothing is known of response times', () => {
    const asleep = attempt(slow, 100, { delayMs: 3_000 })
    expect(slowestWithoutTwin([attempt(slow, 500), asleep], fast, NOW_MS, undefined)).toBe(asleep)
  })

  it('is never a second one, nor for a result that is arriving or was given up', () => {
    const twice = attempt(slow, 100)
    twice.state.hasTwin = true
    const givenUp = attempt(slow, 100, { isGivenUp: true })
    expect(twin([twice, givenUp], fast)).toBeUndefined()
  })
})

it('a queued task moves to a faster peer at once, and to a slower one when it waits in vain', () => {
  expect(isBetterMoved(attempt(slow, 10), fast, NOW_MS, USUAL_MS)).toBe(true)
  expect(isBetterMoved(attempt(fast, 10), slow, NOW_MS, USUAL_MS)).toBe(false)
  expect(isBetterMoved(attempt(fast, 400), slow, NOW_MS, USUAL_MS)).toBe(true)
  expect(isBetterMoved(attempt(slow, 10, { acceptedAtMs: undefined }), fast, NOW_MS, USUAL_MS)).toBe(false)
})

it('the fastest peer is asked first, an unknown one last', () => {
  const unknown = session('unknown', undefined)
  expect(fastestFirst([unknown, slow, fast])).toEqual([fast, slow, unknown])
})
