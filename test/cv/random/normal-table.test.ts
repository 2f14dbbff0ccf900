import { describe, expect, it } from 'vitest'
import { createNormalTable, NORMAL_TABLE_SIZE } from '../../../src/cv/random/normal-table.ts'

function moments(table: Int16Array): { mean: number; deviation: number } {
  const mean = table.reduce((sum, value) => sum + value, 0) / table.length
  const variance = table.reduce((sum, value) => sum + (value - mean) ** 2, 0) / table.length
  return { mean, deviation: Math.sqrt(variance) }
}

/** The cumulative normal distribution by Abramowitz and Stegun 7.1.26, right to 1.5e-7. */
function cumulative(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const poly = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  const erf = 1 - poly * Math.exp(-x * x)
  return z >= 0 ? (1 + erf) / 2 : (1 - erf) / 2
}

describe('createNormalTable', () => {
  it('has the mean 0 exactly and the standard deviation 25 within 0.005', () => {
    const { mean, deviation } = moments(createNormalTable(25))
    expect(mean).toBe(0)
    expect(Math.abs(deviation - 25)).toBeLessThan(0.005)
  })

  it.each([0.5, 3, 10, 80, 255])('has the standard deviation %d, with what rounding adds', (sigma) => {
    const { mean, deviation } = moments(createNormalTable(sigma))
    expect(mean).toBe(0)
    expect(Math.abs(deviation - Math.sqrt(sigma ** 2 + 1 / 12))).toBeLessThan(0.02 + sigma * 0.0002)
  })

  it('gives every value with its probability, to the resolution of 16 bits', () => {
    const table = createNormalTable(25)
    const counts = new Map<number, number>()
    for (const value of table) counts.set(value, (counts.get(value) ?? 0) + 1)
    for (let value = -120; value <= 120; value++) {
      const expected = cumulative((value + 0.5) / 25) - cumulative((value - 0.5) / 25)
      expect(Math.abs((counts.get(value) ?? 0) / NORMAL_TABLE_SIZE - expected)).toBeLessThan(2 / NORMAL_TABLE_SIZE)
    }
  })

  it('is sorted and symmetric, and ends at 108 for N(0, 25)', () => {
    const table = createNormalTable(25)
    for (let index = 0; index < NORMAL_TABLE_SIZE / 2; index++) {
      expect((table[index] ?? 0) + (table[NORMAL_TABLE_SIZE - 1 - index] ?? 0)).toBe(0)
    }
    expect([...table]).toEqual([...table].sort((one, other) => one - other))
    expect(table.at(-1)).toBe(108)
  })

  it('gives nothing but zeros where the deviation is too small for a whole number', () => {
    for (const sigma of [0, 0.05, 0.11]) expect(createNormalTable(sigma).every((value) => value === 0)).toBe(true)
  })
})
