/**
 * How much a coordinator may have outstanding here. Pure. A slot stays busy when its next task is already on the way while it
 * works: as many more tasks as fit into one round trip, from a result to the next offer. So slots x (1 + round trip / service time), the product of
 * bandwidth and delay, counted in tasks.
 */

import { CREDIT_PIXELS_PER_SLOT, MAX_ADAPTIVE_CREDIT_TASKS, MAX_CREDIT_TASKS } from '../../base/limits.ts'

export interface Credit {
  readonly tasks: number
  readonly pixels: number
}

export interface CreditBasis {
  readonly slots: number
  readonly maxPixels: number
  /** Undefined before the first measurement. */
  readonly rttMs: number | undefined
  /** How long a task of this coordinator occupies a slot, the sleep included; undefined before the first one. */
  readonly serviceMs: number | undefined
}

export function creditFor({ slots, maxPixels, rttMs, serviceMs }: CreditBasis): Credit {
  const perRoundTrip = rttMs !== undefined && serviceMs !== undefined && serviceMs > 0 ? rttMs / serviceMs : 0
  const adaptive = Math.min(MAX_ADAPTIVE_CREDIT_TASKS, Math.ceil(slots * (1 + Math.max(0, perRoundTrip))))
  return {
    tasks: Math.min(MAX_CREDIT_TASKS, Math.max(slots + 1, adaptive)),
    // one image of the largest size that is taken must always fit
    pixels: Math.max(maxPixels, CREDIT_PIXELS_PER_SLOT * slots),
  }
}
