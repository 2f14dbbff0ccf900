/**
 * Bodies that still arrive for attempts that are over. A coordinator that cancels, or hears FAILED or a hand-back, has chunks
 * under way; those are let pass, up to the size that it announced. Any other chunk that nobody asked for breaks the protocol.
 */

import { MAX_STRAY_BODIES } from '../../base/limits.ts'

export interface StrayBodies {
  /** `leftBytes` of this attempt's body may still come. The oldest is forgotten beyond MAX_STRAY_BODIES. */
  expect(key: string, leftBytes: number): void
  /** Whether a chunk of this attempt may be let pass; counts it. */
  letPass(key: string, chunkBytes: number): boolean
}

export function createStrayBodies(): StrayBodies {
  const left = new Map<string, number>()
  return {
    expect(key, leftBytes) {
      if (leftBytes <= 0) return
      left.delete(key)
      left.set(key, leftBytes)
      if (left.size <= MAX_STRAY_BODIES) return
      for (const oldest of left.keys()) {
        left.delete(oldest)
        break
      }
    },
    letPass(key, chunkBytes) {
      const leftBytes = left.get(key)
      if (leftBytes === undefined || chunkBytes > leftBytes) return false
      if (chunkBytes === leftBytes) left.delete(key)
      else left.set(key, leftBytes - chunkBytes)
      return true
    },
  }
}
