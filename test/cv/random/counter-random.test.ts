import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { belowBound, createStream, drawAt } from '../../../src/cv/random/counter-random.ts'

const SIDE = 512

/** Draws for a square image, row by row. */
function draws(seed: bigint, purpose = 'test'): Float64Array {
  const stream = createStream(seed, purpose)
  const result = new Float64Array(SIDE * SIDE)
  for (let y = 0; y < SIDE; y++) {
    const key = stream.row(y)
    for (let x = 0; x < SIDE; x++) result[y * SIDE + x] = drawAt(key, x) / 2 ** 32
  }
  return result
}

/** Correlation of two sequences; of independent ones it is within 4 / sqrt(length) but once in 15,000 times. */
function correlation(one: Float64Array, other: Float64Array): number {
  const length = Math.min(one.length, other.length)
  let sum = 0
  for (let index = 0; index < length; index++) sum += ((one[index] ?? 0) - 0.5) * ((other[index] ?? 0) - 0.5)
  return (sum / length) * 12
}

const BOUND = 4 / SIDE

describe('the counter generator', () => {
  it('gives the same number for the same seed, purpose and position, in any order', () => {
    const forwards = draws(7n)
    const stream = createStream(7n, 'test')
    for (let y = SIDE - 1; y >= 0; y -= 17) {
      for (let x = SIDE - 1; x >= 0; x -= 13) expect(drawAt(stream.row(y), x) / 2 ** 32).toBe(forwards[y * SIDE + x])
    }
  })

  it('keeps to known numbers, on which the pixels of every peer depend', () => {
    const key = createStream(1n, 'known').row(3)
    expect([0, 1, 2, 1_000_000].map((x) => drawAt(key, x))).toMatchInlineSnapshot(`
      [
        4194002109,
        3191377318,
        4084376510,
        64638230,
      ]
    `)
  })

  it('is uniform: chi-squared of 256 bins lies where it should', () => {
    for (const seed of [0n, 1n, 2n ** 64n - 1n]) {
      for (const scale of [1, 65_536]) {
        const bins = new Float64Array(256)
        // the upper bits, and the lower ones: both are used for pixels
        for (const value of draws(seed)) {
          const bin = Math.floor((value * scale - Math.floor(value * scale)) * 256)
          bins[bin] = (bins[bin] ?? 0) + 1
        }
        const expected = (SIDE * SIDE) / 256
        const chiSquared = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
        // 255 degrees of freedom: mean 255, deviation 22.6; five deviations to either side
        expect(chiSquared).toBeGreaterThan(142)
        expect(chiSquared).toBeLessThan(368)
      }
    }
  })

  it('has no correlation between neighbours, rows, purposes and neighbouring seeds', () => {
    const values = draws(11n)
    expect(Math.abs(correlation(values, values.subarray(1)))).toBeLessThan(BOUND)
    expect(Math.abs(correlation(values, values.subarray(SIDE)))).toBeLessThan(BOUND)
    expect(Math.abs(correlation(values, values.subarray(SIDE + 1)))).toBeLessThan(BOUND)
    expect(Math.abs(correlation(values, draws(12n)))).toBeLessThan(BOUND)
    expect(Math.abs(correlation(values, draws(11n, 'other')))).toBeLessThan(BOUND)
  })

  it('gives no two rows that are shifted copies of each other', () => {
    const stream = createStream(5n, 'test')
    const seen = new Set<string>()
    for (let y = 0; y < 300; y++) {
      const key = stream.row(y)
      for (let x = 0; x < 200; x++) seen.add(`${drawAt(key, x)} ${drawAt(key, x + 1)}`)
    }
    expect(seen.size).toBe(300 * 200)
  })
})

describe('belowBound', () => {
  it('stays below its bound and reaches all of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 2 ** 21 }), (draw, bound) => {
        const value = belowBound(draw, bound)
        expect(value >= 0 && value < bound && Number.isInteger(value)).toBe(true)
      }),
    )
    expect([0, 2 ** 32 - 1].map((draw) => belowBound(draw, 10))).toEqual([0, 9])
  })
})
