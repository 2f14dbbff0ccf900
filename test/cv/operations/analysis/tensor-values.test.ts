import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shortestFloat32 } from '../../../../src/cv/operations/analysis/tensor-values.ts'

const digitsOf = (value: number): number => value.toExponential().replace(/e.*|\D/g, '').length

describe('a 32-bit float in decimal digits', () => {
  it.each([0, 1, -2.5, 0.1, 1 / 3, 16777216, 3.4028234663852886e38, 1.401298464324817e-45, 1e-40, -1e-7, 123456.789])(
    'is short and reads back the same: %d',
    (value) => {
      const float = Math.fround(value)
      expect(Math.fround(shortestFloat32(float))).toBe(float)
    },
  )

  it('has the fewest digits of all that read back the same', () => {
    expect([0.1, 0.2, 3.14, 1e30, 5e-324].map((value) => shortestFloat32(Math.fround(value)))).toEqual([
      0.1, 0.2, 3.14, 1e30, 0,
    ])
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (float) => {
        const short = shortestFloat32(float)
        expect(Math.fround(short)).toBe(float + 0 === 0 ? short : float)
        const fewer = digitsOf(short) - 1
        if (fewer > 0) expect(Math.fround(Number(float.toPrecision(fewer)))).not.toBe(float)
      }),
      { numRuns: 2000 },
    )
  })
})
