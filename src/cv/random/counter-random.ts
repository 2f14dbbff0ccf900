/**
 * Random numbers for pixels: position in, number out. There is no state to carry along, so a tile, a row or a single
 * pixel gives the same numbers wherever and in whatever order it is computed.
 *
 * A row of one stream has a key of 64 bits, hashed from seed, stream and row; a draw mixes the column into it with the
 * two multiplications of MurmurHash3's 32-bit finalizer (Austin Appleby, public domain), half of the key before the
 * first and half between them. With one half only, rows would be shifted copies out of one sequence of 2^32 numbers, and
 * in a large image some would overlap. Integers only: equal on every engine.
 */

import { hashToSeed } from '../../base/random.ts'

export interface RowKey {
  readonly first: number
  readonly second: number
}

/** All draws of one purpose under one seed; `row(y)` gives the key of one row. */
export interface RandomStream {
  row(y: number): RowKey
}

export function createStream(seed: bigint, purpose: string): RandomStream {
  const key = hashToSeed(seed, purpose)
  const low = Number(key & 0xffffffffn)
  const high = Number(key >> 32n)
  return {
    row: (y) => ({ first: drawAt({ first: low, second: high }, y), second: drawAt({ first: high, second: ~low }, y) }),
  }
}

/** A uniform unsigned 32-bit number for column `x`. */
export function drawAt(key: RowKey, x: number): number {
  let h = (Math.imul(x, 0x9e3779b1) + key.first) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) ^ key.second
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** A uniform integer in [0, bound) from a 32-bit draw; `bound` is at most 2^21, so the product is exact. */
export const belowBound = (draw: number, bound: number): number => Math.floor((draw * bound) / 0x100000000)
