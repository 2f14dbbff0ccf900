/**
 * When a job stops by itself, as a pure function of times. It stands still while nothing of it is accepted, running or
 * sleeping anywhere; any acceptance or result resets the clock. And it has nobody while no executor can be reached.
 */

export interface StandStill {
  /** Since when nothing was accepted and unfinished; undefined while something is. */
  readonly idleSinceMs: number | undefined
  /** Since when no executor could be reached; undefined while one can. */
  readonly aloneSinceMs: number | undefined
}

export type StopReason = 'gave-up' | 'no-peers'

export function whetherToStop(
  standStill: StandStill,
  nowMs: number,
  bounds: { giveUpMs: number; waitMs: number },
): StopReason | undefined {
  const { idleSinceMs, aloneSinceMs } = standStill
  if (aloneSinceMs !== undefined && nowMs - aloneSinceMs >= bounds.waitMs) return 'no-peers'
  if (idleSinceMs !== undefined && nowMs - idleSinceMs >= bounds.giveUpMs) return 'gave-up'
  return undefined
}
