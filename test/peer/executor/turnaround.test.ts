import { describe, expect, it } from 'vitest'
import { createTurnaround } from '../../../src/peer/executor/turnaround.ts'

describe('the turnaround of a coordinator', () => {
  it('is from a result to the offer that its credit brings, in order', () => {
    const turnaround = createTurnaround()
    turnaround.resultSent(100)
    turnaround.resultSent(110)
    turnaround.offerCame(130)
    expect(turnaround.meanMs).toBe(30)
    turnaround.offerCame(150)
    expect(turnaround.meanMs).toBeCloseTo(32)
  })

  it('is not known from the first offers of a job, which follow no result', () => {
    const turnaround = createTurnaround()
    turnaround.offerCame(5)
    expect(turnaround.meanMs).toBeUndefined()
  })

  it('forgets results that nothing follows for long', () => {
    const turnaround = createTurnaround()
    for (let at = 0; at < 100; at++) turnaround.resultSent(at)
    turnaround.offerCame(100)
    expect(turnaround.meanMs).toBe(16)
  })
})
