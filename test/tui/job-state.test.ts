import { describe, expect, it } from 'vitest'
import { MAX_SHOWN_FAILURES, RATE_SAMPLES } from '../../src/base/limits.ts'
import type { JobEvent } from '../../src/peer/job-events.ts'
import {
  EMPTY_JOB_STATE,
  imagesPerSecond,
  type JobState,
  reduceJobState,
  remainingMs,
} from '../../src/tui/job-state.ts'
import {
  accepted,
  delayed,
  done,
  failed,
  peerRef,
  planned,
  refused,
  STAGES,
  summary,
} from '../support/sample-events.ts'

const stateAfter = (...events: JobEvent[]): JobState => events.reduce(reduceJobState, EMPTY_JOB_STATE)

describe('reduceJobState', () => {
  it('grows by what a watched folder gets, and takes a failure back that is tried again', () => {
    const found = (path: string, total: number, afterFailure = false): JobEvent => ({
      ...{ event: 'found', path, total, alreadyDone: 1, afterFailure },
    })
    const before = stateAfter(planned({ total: 2, alreadyDone: 1, watching: ['in'] }), failed({ path: 'b.jpg' }))
    expect(before).toMatchObject({ watching: ['in'], total: 2, failed: 1 })
    const again = [found('c.jpg', 3), found('b.jpg', 3, true)].reduce(reduceJobState, before)
    expect(again).toMatchObject({ total: 3, alreadyDone: 1, failed: 0, failures: [] })
    const gone = (path: string, total: number, afterFailure: boolean): JobEvent => ({
      ...{ event: 'gone', path, total, afterFailure },
    })
    expect(reduceJobState(again, gone('c.jpg', 2, false))).toMatchObject({ total: 2 })
    expect(reduceJobState(before, gone('b.jpg', 1, true))).toMatchObject({ total: 1, failed: 0, failures: [] })
  })

  it('measures its rate anew when images come after a pause', () => {
    const found: JobEvent = { event: 'found', path: 'b.jpg', total: 2, alreadyDone: 0, afterFailure: false }
    const state = stateAfter(
      planned({ total: 1, watching: ['in'] }),
      accepted('ann', { atMs: 0 }),
      done('ann', { atMs: 100 }),
      found,
      accepted('ann', { atMs: 600_000 }),
      done('ann', { atMs: 600_500 }),
    )
    expect(imagesPerSecond(state, 600_500)).toBe(2)
  })

  it('counts what each peer accepted, refused, delayed, failed and finished', () => {
    const state = stateAfter(
      planned(),
      refused('bob'),
      accepted('ann'),
      delayed('ann'),
      done('ann', { stages: { ...STAGES, totalMs: 100 } }),
      accepted('ann'),
      done('ann', { stages: { ...STAGES, totalMs: 300 } }),
      failed({ peer: peerRef('bob') }),
    )
    expect(state.peers).toEqual([
      { id: 'id-bob', name: 'bob', accepted: 0, refused: 1, delayed: 0, failed: 1, lost: 0, done: 0, totalMs: 0 },
      { id: 'id-ann', name: 'ann', accepted: 2, refused: 0, delayed: 1, failed: 0, lost: 0, done: 2, totalMs: 400 },
    ])
    expect(state).toMatchObject({ total: 4, done: 2, failed: 1, strategy: 'balanced', pipeline: 'edges' })
  })

  it('counts a lost or retried attempt against its peer and as a retry, not as a failed image', () => {
    const about = { path: 'a.jpg', task: 0, attempt: 0, atMs: 1 }
    const state = stateAfter(
      planned(),
      { event: 'lost', peer: peerRef('ann'), message: 'gone', ...about },
      { event: 'retried', peer: peerRef('ann'), code: 'ERR_WORKER_CRASHED', message: 'aborted', ...about },
    )
    expect(state).toMatchObject({ retried: 2, failed: 0 })
    expect(state.peers[0]).toMatchObject({ failed: 1, lost: 1 })
  })

  it('counts the attempt that was lost last as lost, and not as failed too', () => {
    const peer = peerRef('ann')
    const state = stateAfter(
      planned(),
      { event: 'lost', peer, message: 'gone', path: 'a.jpg', task: 0, attempt: 4, atMs: 1 },
      failed({ peer, code: 'ERR_PEER_LOST' }),
    )
    expect(state.peers[0]).toMatchObject({ failed: 0, lost: 1 })
    expect(state.failed).toBe(1)
  })

  it('keeps a failure that no peer had a part in', () => {
    const state = stateAfter(planned(), failed({ path: 'b/broken.jpg', message: 'no image' }))
    expect(state.failures).toEqual([{ path: 'b/broken.jpg', code: 'ERR_NOT_AN_IMAGE', message: 'no image' }])
    expect(state.peers).toEqual([])
  })

  it('holds a bounded number of failures and of times, the latest ones', () => {
    const many = Array.from({ length: 1000 }, (_, index) => failed({ path: `${index}.jpg`, atMs: index }))
    const state = stateAfter(planned({ total: 1000 }), ...many)
    expect(state.failed).toBe(1000)
    expect(state.failures).toHaveLength(MAX_SHOWN_FAILURES)
    expect(state.failures.at(-1)?.path).toBe('999.jpg')
    expect(state.endedAtMs).toHaveLength(RATE_SAMPLES)
  })

  it('never changes the state it was given', () => {
    const before = stateAfter(planned(), accepted('ann'))
    const copy = structuredClone(before)
    reduceJobState(before, done('ann'))
    reduceJobState(before, summary())
    expect(before).toEqual(copy)
  })
})

describe('rate and time left', () => {
  it('are unknown before the first image has ended', () => {
    const state = stateAfter(planned(), accepted('ann', { atMs: 100 }))
    expect(imagesPerSecond(state, 5000)).toBeUndefined()
    expect(remainingMs(state, 5000)).toBeUndefined()
  })

  it('count from the first acceptance, so that waiting for peers does not look slow', () => {
    const state = stateAfter(
      planned({ total: 10 }),
      accepted('ann', { atMs: 3000 }),
      done('ann', { atMs: 3500 }),
      done('ann', { atMs: 4000 }),
    )
    expect(imagesPerSecond(state, 4000)).toBe(2)
    expect(remainingMs(state, 4000)).toBe(4000)
  })

  it('fall while nothing ends', () => {
    const state = stateAfter(planned({ total: 10 }), accepted('ann', { atMs: 0 }), done('ann', { atMs: 1000 }))
    expect(imagesPerSecond(state, 10_000)).toBe(0.1)
  })

  it('follow the latest images of a long job', () => {
    const slow = Array.from({ length: 100 }, (_, index) => done('ann', { atMs: index * 1000 }))
    const fast = Array.from({ length: RATE_SAMPLES }, (_, index) => done('ann', { atMs: 100_000 + index * 10 }))
    const state = stateAfter(planned({ total: 1000 }), accepted('ann'), ...slow, ...fast)
    expect(imagesPerSecond(state, 100_000 + (RATE_SAMPLES - 1) * 10)).toBeCloseTo(100)
  })

  it('leave out what an earlier run did', () => {
    const state = stateAfter(planned({ total: 10, alreadyDone: 8 }), accepted('ann'), done('ann', { atMs: 1000 }))
    expect(remainingMs(state, 1000)).toBe(1000)
  })
})
