/** What this executor did since it started, as gossip and replies tell it. */

import { MAX_DURATION_MS } from '../../base/limits.ts'
import type { TaskCounts } from '../../protocol/messages.ts'

/** Weight of the past per task in msPerMegapixel: about the last twenty tasks count. */
const PAST_WEIGHT = 0.95
/** Weight of the newest task in a mean service time. */
const NEWEST_WEIGHT = 0.2

export interface Statistics {
  accepted(delayMs: number): void
  refused(): void
  completed(workMs: number, pixels: number): void
  failed(): void
  /** Accepted, then cancelled, handed back or left behind by a coordinator that is gone. */
  dropped(): void
  counts(): TaskCounts & { readonly dropped: number }
  /** Decode, process and encode per megapixel of input; 0 before the first task. */
  readonly msPerMegapixel: number
}

export function createStatistics(): Statistics {
  const counts = { accepted: 0, refused: 0, delayed: 0, completed: 0, failed: 0, dropped: 0 }
  // a ratio of two decaying sums, not a mean of ratios: a thumbnail must not weigh as much as a photo
  let recentMs = 0
  let recentMegapixels = 0

  return {
    accepted(delayMs) {
      counts.accepted++
      if (delayMs > 0) counts.delayed++
    },
    refused: () => void counts.refused++,
    completed(workMs, pixels) {
      counts.completed++
      recentMs = recentMs * PAST_WEIGHT + workMs
      recentMegapixels = recentMegapixels * PAST_WEIGHT + pixels / 1_000_000
    },
    failed: () => void counts.failed++,
    dropped: () => void counts.dropped++,
    counts: () => ({ ...counts }),
    get msPerMegapixel() {
      // a one-pixel image that took a second must not make a figure that no frame can carry
      return recentMegapixels > 0 ? Math.min(recentMs / recentMegapixels, MAX_DURATION_MS) : 0
    },
  }
}

/** One step of an exponential mean of how long tasks occupy a slot. */
export const nextServiceMs = (meanMs: number | undefined, tookMs: number): number =>
  meanMs === undefined ? tookMs : meanMs + (tookMs - meanMs) * NEWEST_WEIGHT
