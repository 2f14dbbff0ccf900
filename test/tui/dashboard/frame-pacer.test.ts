import { describe, expect, it } from 'vitest'
import { createFramePacer } from '../../../src/tui/dashboard/frame-pacer.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

describe('the frame pacer', () => {
  it('draws four times a second while the cluster changes, and once a second when it does not', async () => {
    const clock = createVirtualClock()
    let frames = 0
    const pacer = createFramePacer(clock, () => void frames++)
    pacer.drawNow()
    await clock.advance(10_000)
    expect(frames).toBe(11)
    frames = 0
    for (let tick = 0; tick < 1000; tick++) {
      pacer.changed()
      await clock.advance(10)
    }
    expect(frames).toBeGreaterThanOrEqual(38)
    expect(frames).toBeLessThanOrEqual(41)
    pacer.stop()
  })

  it('answers a key within a thirtieth of a second', async () => {
    const clock = createVirtualClock()
    let frames = 0
    const pacer = createFramePacer(clock, () => void frames++)
    pacer.drawNow()
    pacer.asked()
    await clock.advance(34)
    expect(frames).toBe(2)
    pacer.stop()
  })

  it('draws less often where a frame costs more, but never less than once a second', async () => {
    const clock = createVirtualClock()
    let frames = 0
    const pacer = createFramePacer(
      clock,
      () => void frames++,
      () => frames * 20,
    )
    pacer.drawNow()
    frames = 1
    for (let tick = 0; tick < 1000; tick++) {
      pacer.changed()
      await clock.advance(10)
    }
    expect(frames).toBeLessThanOrEqual(22)
    pacer.stop()
    const drawn = frames
    await clock.advance(5_000)
    expect(frames).toBe(drawn)
  })
})
