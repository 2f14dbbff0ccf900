import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../../src/base/errors.ts'
import { maxTwins } from '../../../src/peer/coordinator/hedge.ts'
import { afterSetback, NO_SETBACKS } from '../../../src/peer/coordinator/retry.ts'
import { whetherToStop } from '../../../src/peer/coordinator/stand-still.ts'

/** Attempts that a task gets when each meets the same setback. */
function attemptsWith(code: ErrorCode): number {
  let setbacks = NO_SETBACKS
  for (let attempt = 1; attempt <= 100; attempt++) {
    const verdict = afterSetback(setbacks, code)
    if (verdict.isFinal) return attempt
    setbacks = verdict.setbacks
  }
  return Number.POSITIVE_INFINITY
}

describe('attempts by kind of setback', () => {
  it.each([
    ['ERR_NOT_AN_IMAGE', 1],
    ['ERR_TOO_LARGE', 1],
    ['ERR_OPERATION', 1],
    ['ERR_INTERNAL', 1],
    ['ERR_WORKER_CRASHED', 2],
    ['ERR_TASK_TIMEOUT', 2],
    ['ERR_DIGEST', 3],
    ['ERR_MODEL_FETCH', 3],
    ['ERR_MODEL', 1],
    ['ERR_PEER_LOST', 5],
  ] as const)('%s ends a task after %i', (code, attempts) => {
    expect(attemptsWith(code)).toBe(attempts)
  })

  it('are counted by kind: a lost peer is no crash', () => {
    const lost = afterSetback(NO_SETBACKS, 'ERR_PEER_LOST')
    expect(afterSetback(lost.setbacks, 'ERR_WORKER_CRASHED').isFinal).toBe(false)
  })
})

describe('a job stops by itself', () => {
  const bounds = { giveUpMs: 60_000, waitMs: 3_000 }
  it.each([
    ['while something runs', { idleSinceMs: undefined, aloneSinceMs: undefined }, undefined],
    ['while the give-up clock runs', { idleSinceMs: 40_001, aloneSinceMs: undefined }, undefined],
    ['when the give-up clock has run out', { idleSinceMs: 40_000, aloneSinceMs: undefined }, 'gave-up'],
    ['while somebody may still come', { idleSinceMs: undefined, aloneSinceMs: 97_001 }, undefined],
    ['when nobody came', { idleSinceMs: undefined, aloneSinceMs: 97_000 }, 'no-peers'],
  ])('%s: %o', (_, standStill, reason) => {
    expect(whetherToStop(standStill, 100_000, bounds)).toBe(reason)
  })
})

describe('twins', () => {
  it('are at most five per cent of the tasks, and at least one', () => {
    expect([1, 19, 20, 40, 1_000].map(maxTwins)).toEqual([1, 1, 1, 2, 50])
  })
})
