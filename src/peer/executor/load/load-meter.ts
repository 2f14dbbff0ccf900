/** Measures for `--load auto`: reads the CPU counters each LOAD_SAMPLE_INTERVAL_MS and tells the smoothed share of others. */

import { cpus } from 'node:os'
import process from 'node:process'
import type { Clock, Timer } from '../../../base/clock.ts'
import { LOAD_SAMPLE_INTERVAL_MS } from '../../../base/limits.ts'
import { type CpuReading, shareOfOthers, smoothShare } from './cpu-share.ts'

export interface LoadMeter {
  /** Begins to measure; `onShare` hears a share in [0, 1] after each sample. Returns the way to stop. */
  start(onShare: (share: number) => void): () => void
}

export type CpuReader = () => Omit<CpuReading, 'atMs'>

/** The counters of this machine and this process. One reading costs under a millisecond on eight cores. */
export const readCpu: CpuReader = () => {
  const cores = cpus()
  let machineBusyMs = 0
  for (const { times } of cores) machineBusyMs += times.user + times.nice + times.sys + times.irq
  const own = process.cpuUsage()
  return { cores: cores.length, machineBusyMs, ownMs: (own.user + own.system) / 1000 }
}

export function createLoadMeter(clock: Clock, read: CpuReader = readCpu): LoadMeter {
  return {
    start(onShare) {
      let timer: Timer
      let before: CpuReading = { atMs: clock.now(), ...read() }
      let smoothed: number | undefined

      function sample(): void {
        const after: CpuReading = { atMs: clock.now(), ...read() }
        const share = shareOfOthers(before, after)
        if (share !== undefined) {
          smoothed = smoothShare(smoothed, share, after.atMs - before.atMs)
          before = after
        }
        timer = clock.setTimer(LOAD_SAMPLE_INTERVAL_MS, sample)
        if (smoothed !== undefined) onShare(smoothed)
      }

      timer = clock.setTimer(LOAD_SAMPLE_INTERVAL_MS, sample)
      return () => timer.cancel()
    },
  }
}
