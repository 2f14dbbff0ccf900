/**
 * Whether one more parked offer may be accepted. Pure. Accepted tasks hold a body each, so they are bounded in number (enough
 * that the next body is here when a slot frees), in bytes and in pixels; one task alone always fits. The next in turn is
 * never passed over for a smaller one: it would wait for ever.
 */

import { ACCEPTED_PER_SLOT, CREDIT_PIXELS_PER_SLOT, MAX_BODIES_IN_MEMORY_BYTES } from '../../base/limits.ts'
import type { Usage } from './attempt.ts'

export interface WindowBasis {
  readonly slots: number
  readonly maxPixels: number
  /** The largest credit granted to a coordinator: what keeps the slots busy over its round trip. */
  readonly widestCreditTasks: number
}

/** Tasks accepted and unfinished at once. */
export const acceptWindowTasks = ({ slots, widestCreditTasks }: WindowBasis): number =>
  Math.max(ACCEPTED_PER_SLOT * slots, widestCreditTasks)

export function canAccept(
  next: { readonly sizeBytes: number; readonly pixels: number },
  usage: Usage,
  basis: WindowBasis,
): boolean {
  const accepted = usage.waiting + usage.running
  if (accepted >= acceptWindowTasks(basis)) return false
  if (usage.bodyBytes > 0 && usage.bodyBytes + next.sizeBytes > MAX_BODIES_IN_MEMORY_BYTES) return false
  const maxPixelsHeld = ACCEPTED_PER_SLOT * Math.max(basis.maxPixels, CREDIT_PIXELS_PER_SLOT * basis.slots)
  return usage.pixels === 0 || usage.pixels + next.pixels <= maxPixelsHeld
}
