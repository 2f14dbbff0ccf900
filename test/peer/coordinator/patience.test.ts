import { expect, it } from 'vitest'
import { LATENESS_MEMORY_MS, LATENESS_PATIENCE, LEASE_MS, STARVED_MS } from '../../../src/base/limits.ts'
import { Patience } from '../../../src/peer/coordinator/patience.ts'

it('is a lease while ticks are on time', () => {
  const patience = new Patience()
  expect(patience.leaseMs(0)).toBe(LEASE_MS)
  patience.note(0, 100)
  expect(patience.leaseMs(100)).toBe(LEASE_MS)
})

it('grows with the worst lateness of the last seconds, and shrinks again', () => {
  const patience = new Patience()
  for (const [atMs, lateMs] of [
    [0, 300],
    [1_000, 800],
    [2_000, 500],
    [3_000, 0],
  ] as const) {
    patience.note(lateMs, atMs)
  }
  const extraMs = (nowMs: number): number => patience.leaseMs(nowMs) - LEASE_MS
  expect(extraMs(3_000)).toBe(LATENESS_PATIENCE * 800)
  expect(extraMs(1_000 + LATENESS_MEMORY_MS)).toBe(LATENESS_PATIENCE * 800)
  expect(extraMs(1_001 + LATENESS_MEMORY_MS)).toBe(LATENESS_PATIENCE * 500)
  expect(extraMs(2_001 + LATENESS_MEMORY_MS)).toBe(0)
})

it('has a bound: beyond it every silence is forgiven anyway', () => {
  const patience = new Patience()
  patience.note(60_000, 0)
  expect(patience.leaseMs(0)).toBe(LEASE_MS + LATENESS_PATIENCE * STARVED_MS)
})
