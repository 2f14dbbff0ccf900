import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CvLibrary } from '../../../src/cv/opencv.ts'
import { isWide, type Mat, resultOf, samplesArbitrary, simdInstances } from '../../support/simd-instances.ts'

const { plain, fast, handedOn } = await simdInstances('erode', 'dilate', 'morphologyEx')

const shapes = fc.record({
  kind: fc.constantFrom('MORPH_RECT', 'MORPH_CROSS', 'MORPH_ELLIPSE'),
  width: fc.integer({ min: 1, max: 12 }),
  height: fc.integer({ min: 1, max: 12 }),
  iterations: fc.integer({ min: 1, max: 3 }),
})
const OPERATIONS = [
  'MORPH_ERODE',
  'MORPH_DILATE',
  'MORPH_OPEN',
  'MORPH_CLOSE',
  'MORPH_GRADIENT',
  'MORPH_TOPHAT',
  'MORPH_BLACKHAT',
] as const

type Shape = typeof shapes extends fc.Arbitrary<infer Value> ? Value : never

const numberOf = (cv: CvLibrary, name: string): number => Number(Reflect.get(cv, name))

function withKernel(cv: CvLibrary, { kind, width, height }: Shape, run: (kernel: Mat) => void): void {
  const kernel = cv.getStructuringElement(numberOf(cv, kind), new cv.Size(width, height))
  try {
    run(kernel)
  } finally {
    kernel.delete()
  }
}

describe('the SIMD kernels for morphology', () => {
  it.each(OPERATIONS)('give OpenCV’s pixels for every kernel: %s', (operation) => {
    fc.assert(
      fc.property(samplesArbitrary(1, 3, 4), shapes, (samples, shape) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) =>
            withKernel(library, shape, (kernel) => {
              const operationNumber = numberOf(library, operation)
              library.morphologyEx(source, result, operationNumber, kernel, new library.Point(-1, -1), shape.iterations)
            }),
          ),
        )
        expect(got).toEqual(expected)
        const isTaken = isWide(samples) && (shape.kind === 'MORPH_RECT' || shape.iterations === 1)
        const count = handedOn()
        if (isTaken && shape.width > 2 && shape.height > 2) expect(count).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  it.each(['erode', 'dilate'] as const)('give OpenCV’s pixels for every anchor and border: %s', (name) => {
    const places = fc.record({
      x: fc.integer({ min: -1, max: 11 }),
      y: fc.integer({ min: -1, max: 11 }),
      border: fc.constantFrom(0, 1, 2, 4),
    })
    fc.assert(
      fc.property(samplesArbitrary(1, 2, 3), shapes, places, (samples, shape, { x, y, border }) => {
        const [expected, got] = [plain, fast].map((cv) =>
          resultOf(cv, samples, (library, source, result) =>
            withKernel(library, shape, (kernel) => {
              const anchor = new library.Point(Math.min(x, shape.width - 1), Math.min(y, shape.height - 1))
              library[name](source, result, kernel, anchor, shape.iterations, border)
            }),
          ),
        )
        expect(got).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })
})
