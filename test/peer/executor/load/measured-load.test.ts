import { describe, expect, it } from 'vitest'
import { type CpuReading, shareOfOthers, smoothShare } from '../../../../src/peer/executor/load/cpu-share.ts'
import { createLoadControl } from '../../../../src/peer/executor/load/load-control.ts'
import { createLoadMeter, readCpu } from '../../../../src/peer/executor/load/load-meter.ts'
import { createVirtualClock } from '../../../support/virtual-clock.ts'

const reading = (atMs: number, machineBusyMs: number, ownMs: number): CpuReading => ({
  atMs,
  cores: 4,
  machineBusyMs,
  ownMs,
})

describe('the share of the CPU that others use', () => {
  it('is what all cores did less what this process did', () => {
    expect(shareOfOthers(reading(0, 0, 0), reading(1000, 3000, 1000))).toBeCloseTo(0.5)
    expect(shareOfOthers(reading(5000, 100, 50), reading(6000, 4100, 50))).toBe(1)
  })

  it('does not count this process against itself, and stays within 0 and 1', () => {
    expect(shareOfOthers(reading(0, 0, 0), reading(1000, 4000, 4000))).toBe(0)
    // both counters tick in steps: ours may run ahead
    expect(shareOfOthers(reading(0, 0, 0), reading(1000, 990, 1000))).toBe(0)
    expect(shareOfOthers(reading(0, 0, 0), reading(1000, 9000, 0))).toBe(1)
  })

  it('is not known when no time passed or no core is seen', () => {
    expect(shareOfOthers(reading(1000, 0, 0), reading(1000, 10, 0))).toBeUndefined()
    expect(shareOfOthers({ ...reading(0, 0, 0), cores: 0 }, { ...reading(1000, 10, 0), cores: 0 })).toBeUndefined()
  })

  it('is smoothed over seconds: one busy second moves it a little, many move it all the way', () => {
    const once = smoothShare(0, 1, 1000)
    expect(once).toBeGreaterThan(0.1)
    expect(once).toBeLessThan(0.3)
    let smoothed: number | undefined
    for (let second = 0; second < 30; second++) smoothed = smoothShare(smoothed ?? 0, 1, 1000)
    expect(smoothed).toBeGreaterThan(0.99)
    expect(smoothShare(undefined, 0.7, 1000)).toBe(0.7)
  })

  it('can be read on this machine', () => {
    const first = readCpu()
    const second = readCpu()
    expect(first.cores).toBeGreaterThan(0)
    expect(second.machineBusyMs).toBeGreaterThanOrEqual(first.machineBusyMs)
    expect(second.ownMs).toBeGreaterThan(0)
  })
})

describe('load control', () => {
  function measured() {
    const clock = createVirtualClock()
    let busyCores = 0
    let machineBusyMs = 0
    let readAtMs = clock.now()
    const meter = createLoadMeter(clock, () => {
      machineBusyMs += (clock.now() - readAtMs) * busyCores
      readAtMs = clock.now()
      return { cores: 4, machineBusyMs, ownMs: 0 }
    })
    let tellings = 0
    const control = createLoadControl('auto', meter, () => void tellings++)
    return {
      clock,
      control,
      tellings: () => tellings,
      occupy: (cores: number) => {
        busyCores = cores
      },
    }
  }

  it('follows what others use, and forgets it when they stop', async () => {
    const { clock, control, occupy } = measured()
    expect(control.policy).toEqual({ kind: 'auto', probability: 0 })
    occupy(2)
    await clock.advance(30_000)
    expect(control.policy.probability).toBeCloseTo(0.5, 2)
    occupy(0)
    await clock.advance(40_000)
    expect(control.policy.probability).toBeLessThan(0.01)
    control.stop()
  })

  it('tells a change only when it is worth telling', async () => {
    const { clock, control, occupy, tellings } = measured()
    occupy(0.1)
    await clock.advance(60_000)
    expect(tellings()).toBe(0)
    occupy(4)
    await clock.advance(60_000)
    expect(tellings()).toBeGreaterThan(3)
    expect(tellings()).toBeLessThanOrEqual(20)
    control.stop()
  })

  it('takes a probability set by hand over the measured one, for good', async () => {
    const { clock, control, occupy } = measured()
    control.set(0.3)
    occupy(4)
    await clock.advance(30_000)
    expect(control.policy).toEqual({ kind: 'fixed', probability: 0.3 })
    expect(() => control.set(1.5)).toThrow('a load probability is expected between 0 and 1, got 1.5')
    expect(() => control.set(Number.NaN)).toThrow('between 0 and 1')
  })
})
