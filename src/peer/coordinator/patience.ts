/**
 * How long an executor may be silent: LEASE_MS, and longer while this process's own timers run late. Where the processor is
 * taken, by the executors' own work perhaps, beats are sent late at one end and read late at the other; to take that for death
 * would give the same work to the machine once more. Lateness beyond STARVED_MS is no matter of patience: whoever was away for so
 * long forgives every silence.
 */

import { LATENESS_MEMORY_MS, LATENESS_PATIENCE, LEASE_MS, STARVED_MS } from '../../base/limits.ts'

export class Patience {
  /** Latenesses of the last LATENESS_MEMORY_MS, each smaller than the one before: those that may still be the worst. */
  #late: { readonly atMs: number; readonly lateMs: number }[] = []

  /** A tick came so much later than it was due. */
  note(lateMs: number, nowMs: number): void {
    const late = { atMs: nowMs, lateMs: Math.min(Math.max(0, lateMs), STARVED_MS) }
    const isStillWorst = ({ atMs, lateMs: before }: typeof late): boolean =>
      before > late.lateMs && nowMs - atMs <= LATENESS_MEMORY_MS
    this.#late = [...this.#late.filter(isStillWorst), late]
  }

  leaseMs(nowMs: number): number {
    const worst = this.#late.find(({ atMs }) => nowMs - atMs <= LATENESS_MEMORY_MS)?.lateMs ?? 0
    return LEASE_MS + LATENESS_PATIENCE * worst
  }
}
