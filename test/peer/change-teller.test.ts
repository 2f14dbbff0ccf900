import { expect, it } from 'vitest'
import { CHANGE_INTERVAL_MS } from '../../src/base/limits.ts'
import { createChangeTeller } from '../../src/peer/change-teller.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

function setUp() {
  const clock = createVirtualClock()
  const calls: number[] = []
  let prepared = 0
  const teller = createChangeTeller(clock, () => {
    prepared++
  })
  const stopListening = teller.listen(() => calls.push(clock.now()))
  return { clock, calls, teller, stopListening, prepared: () => prepared }
}

it('tells the first change at once and many as one, at most ten times a second', async () => {
  const { clock, calls, teller } = setUp()
  for (let count = 0; count < 1_000; count++) {
    teller.changed()
    if (count % 10 === 9) await clock.advance(10)
  }
  await clock.advance(1_000)
  expect(calls[0]).toBe(1_000)
  expect(calls.length).toBeGreaterThan(8)
  expect(calls.length).toBeLessThanOrEqual(11)
  for (const [index, atMs] of calls.slice(1).entries()) {
    expect(atMs - (calls[index] ?? 0)).toBeGreaterThanOrEqual(CHANGE_INTERVAL_MS)
  }
})

it('never leaves out the last change, and is silent when nothing changes', async () => {
  const { clock, calls, teller } = setUp()
  teller.changed()
  await clock.advance(1)
  teller.changed()
  await clock.advance(60_000)
  expect(calls).toEqual([1_000, 1_000 + CHANGE_INTERVAL_MS])
})

it('prepares also when nobody listens, and does nothing more once it is stopped', async () => {
  const { clock, calls, teller, stopListening, prepared } = setUp()
  stopListening()
  teller.changed()
  expect([calls.length, prepared()]).toEqual([0, 1])
  teller.changed()
  teller.stop()
  teller.changed()
  await clock.advance(60_000)
  expect(prepared()).toBe(1)
})
