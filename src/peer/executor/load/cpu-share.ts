/**
 * How much of the machine's CPU programs other than this process use: what all cores were busy with, less our own part.
 * Other murmuration processes of this machine count as others: what they use is gone for this one too.
 */

import { LOAD_SMOOTHING_MS } from '../../../base/limits.ts'

/** Counters that only grow, read at one moment. */
export interface CpuReading {
  readonly atMs: number
  readonly cores: number
  /** All cores together, since some fixed moment. */
  readonly machineBusyMs: number
  /** This process with all its threads, since some fixed moment. */
  readonly ownMs: number
}

/** The share of all cores, in [0, 1], that others used between two readings; undefined when no time passed. */
export function shareOfOthers(before: CpuReading, after: CpuReading): number | undefined {
  const capacityMs = (after.atMs - before.atMs) * after.cores
  if (!(capacityMs > 0)) return undefined
  const othersMs = after.machineBusyMs - before.machineBusyMs - (after.ownMs - before.ownMs)
  return Math.min(1, Math.max(0, othersMs / capacityMs))
}

/**
 * One step of an exponential average over LOAD_SMOOTHING_MS. A gap much longer than that (a machine that slept) forgets
 * what was before it.
 */
export function smoothShare(smoothed: number | undefined, share: number, elapsedMs: number): number {
  if (smoothed === undefined) return share
  const weight = 1 - Math.exp(-elapsedMs / LOAD_SMOOTHING_MS)
  return smoothed + (share - smoothed) * weight
}
