import { describe, expect, it } from 'vitest'
import type { FunctionName } from '../../../src/cv/kernels.ts'
import { type CvLibrary, loadOpenCv } from '../../../src/cv/opencv.ts'
import { SIMD_KERNELS } from '../../../src/cv/simd/index.ts'
import { bytesType, contents, type Mat, matOf, type Samples, simdInstances } from '../../support/simd-instances.ts'

type Call = (cv: CvLibrary, source: Mat, result: Mat) => void

const CALLS = {
  GaussianBlur: (cv, source, result) => cv.GaussianBlur(source, result, new cv.Size(5, 5), 0),
  blur: (cv, source, result) => cv.blur(source, result, new cv.Size(5, 3)),
  boxFilter: (cv, source, result) => cv.boxFilter(source, result, -1, new cv.Size(3, 3)),
  erode: (cv, source, result) => morph(cv, (kernel) => cv.erode(source, result, kernel)),
  dilate: (cv, source, result) => morph(cv, (kernel) => cv.dilate(source, result, kernel)),
  morphologyEx: (cv, source, result) =>
    morph(cv, (kernel) => cv.morphologyEx(source, result, Number(cv.MORPH_OPEN), kernel)),
  medianBlur: (cv, source, result) => cv.medianBlur(source, result, 3),
  bitwise_not: (cv, source, result) => cv.bitwise_not(source, result),
  threshold: (cv, source, result) => void cv.threshold(source, result, 100, 255, Number(cv.THRESH_BINARY)),
  addWeighted: (cv, source, result) => cv.addWeighted(source, 1.5, source, -0.7, 30, result),
  cvtColor: (cv, source, result) =>
    cv.cvtColor(source, result, Number(source.channels() === 3 ? cv.COLOR_RGB2BGR : cv.COLOR_GRAY2RGB)),
  resize: (cv, source, result) => cv.resize(source, result, new cv.Size(source.cols >> 1, source.rows >> 1)),
  filter2D: (cv, source, result) => {
    const kernel = cv.matFromArray(3, 3, cv.CV_32FC1, [0, -1, 0, -1, 5, -1, 0, -1, 0])
    cv.filter2D(source, result, -1, kernel)
    kernel.delete()
  },
  Canny: (cv, source, result) => cv.Canny(source, result, 40, 90),
  split: (cv, source, result) => {
    const planes = new cv.MatVector()
    cv.split(source, planes)
    const plane = planes.get(0)
    plane?.copyTo(result)
    for (const each of [plane, planes]) each?.delete()
  },
  merge: (cv, source, result) => {
    const planes = new cv.MatVector()
    for (let count = 0; count < 3; count++) planes.push_back(source)
    cv.merge(planes, result)
    planes.delete()
  },
  inRange: (cv, source, result) => {
    const bounds = [20, 200].map(
      (level) => new cv.Mat(source.channels(), 1, cv.CV_64FC1, new cv.Scalar(level, 0, 0, 0)),
    )
    const [low = source, high = source] = bounds
    cv.inRange(source, low, high, result)
    for (const bound of bounds) bound.delete()
  },
  minMaxLoc: (cv, source, result) => {
    if (source.channels() > 1) return
    const { minVal, maxVal, minLoc, maxLoc } = cv.minMaxLoc(source)
    cv.matFromArray(1, 6, cv.CV_8UC1, [minVal, maxVal, minLoc.x, minLoc.y, maxLoc.x, maxLoc.y]).copyTo(result)
  },
  LUT: (cv, source, result) => {
    const table = cv.matFromArray(
      1,
      256,
      cv.CV_8UC1,
      Array.from({ length: 256 }, (_, level) => Math.max(0, 255 - 2 * level)),
    )
    cv.LUT(source, table, result)
    table.delete()
  },
  adaptiveThreshold: (cv, source, result) =>
    cv.adaptiveThreshold(source, result, 255, Number(cv.ADAPTIVE_THRESH_GAUSSIAN_C), Number(cv.THRESH_BINARY), 9, 2),
  Sobel: (cv, source, result) => cv.Sobel(source, result, cv.CV_16S, 1, 0),
  Scharr: (cv, source, result) => cv.Scharr(source, result, cv.CV_32F, 0, 1),
  Laplacian: (cv, source, result) => cv.Laplacian(source, result, cv.CV_16S, 3),
  magnitude: (cv, source, result) => {
    const floats = new cv.Mat()
    source.convertTo(floats, cv.CV_32F)
    cv.magnitude(floats, floats, result)
    floats.delete()
  },
  convertScaleAbs: (cv, source, result) => {
    const shorts = new cv.Mat()
    source.convertTo(shorts, cv.CV_16S, 3, -300)
    cv.convertScaleAbs(shorts, result, 0.4, 2)
    shorts.delete()
  },
  transform: (cv, source, result) => {
    const size = source.channels()
    const values = Array.from({ length: size * size }, (_, index) => (index % 4) / 3)
    const matrix = cv.matFromArray(size, size, cv.CV_32FC1, values)
    cv.transform(source, result, matrix)
    matrix.delete()
  },
  warpAffine: (cv, source, result) => {
    const matrix = cv.matFromArray(2, 3, cv.CV_64FC1, [1.1, 0.2, -3, 0.1, 0.9, 2])
    cv.warpAffine(source, result, matrix, new cv.Size(source.cols, source.rows))
    matrix.delete()
  },
  warpPerspective: (cv, source, result) => {
    const matrix = cv.matFromArray(3, 3, cv.CV_64FC1, [1.1, 0.2, -3, 0.1, 0.9, 2, 0.001, 0.002, 1])
    cv.warpPerspective(source, result, matrix, new cv.Size(source.cols, source.rows))
    matrix.delete()
  },
  flip: (cv, source, result) => cv.flip(source, result, -1),
  rotate: (cv, source, result) => cv.rotate(source, result, Number(cv.ROTATE_90_CLOCKWISE)),
} satisfies Partial<Record<FunctionName, Call>>

function morph(cv: CvLibrary, run: (kernel: Mat) => void): void {
  const kernel = cv.getStructuringElement(Number(cv.MORPH_RECT), new cv.Size(3, 3))
  run(kernel)
  kernel.delete()
}

// the table's own keys
const NAMES = Object.keys(CALLS) as (keyof typeof CALLS)[]
const { plain, fast, handedOn } = await simdInstances(...NAMES)

const SAMPLES: readonly Samples[] = [1, 3].map((channels) => ({
  widthPx: 38,
  heightPx: 30,
  channels,
  data: Uint8Array.from({ length: 38 * 30 * channels }, (_, index) => (index * 2654435761) >>> 24),
}))

/** Of one channel, or of three. */
const GRAY_ONLY: ReadonlySet<string> = new Set(['Canny', 'adaptiveThreshold', 'merge', 'minMaxLoc'])
const COLOUR_ONLY: ReadonlySet<string> = new Set(['transform', 'split'])
/** Their calls hand on whole copies, not the image itself. */
const OF_COPIES: ReadonlySet<string> = new Set(['magnitude', 'convertScaleAbs'])
/** Results of another depth: in place, OpenCV itself frees the source before it reads it. */
const OF_ANOTHER_DEPTH: ReadonlySet<string> = new Set(['Sobel', 'Scharr', 'Laplacian'])
/** Results of another size or type than the source, which may become another image. */
const OTHERWISE_SHAPED: ReadonlySet<string> = new Set([
  ...['cvtColor', 'resize', 'rotate', 'split', 'merge', 'inRange', 'minMaxLoc'],
  ...['magnitude', ...OF_ANOTHER_DEPTH],
])

/** What a call gives in both instances, where `arrange` says where its source and result lie in a larger image. */
function inBoth(
  samples: Samples,
  call: Call,
  arrange: (cv: CvLibrary, whole: Mat) => { readonly source: Mat; readonly result: Mat; readonly shown: Mat },
) {
  return [plain, fast].map((cv) => {
    const { source, result, shown } = arrange(cv, matOf(cv, samples))
    call(cv, source, result)
    // a part of an image has gaps between its rows
    const copy = new cv.Mat()
    shown.copyTo(copy)
    return contents(copy)
  })
}

describe.each(NAMES)('the SIMD kernel for %s', (name) => {
  const call: Call = CALLS[name]
  const samples = SAMPLES.filter(({ channels }) => (channels === 1 ? !COLOUR_ONLY.has(name) : !GRAY_ONLY.has(name)))

  it('takes a whole image', () => {
    for (const one of samples) {
      const whole = (cv: CvLibrary, source: Mat) => {
        const result = new cv.Mat()
        return { source, result, shown: result }
      }
      // a first call may ask OpenCV for what later ones know
      inBoth(one, call, whole)
      handedOn()
      const [expected, got] = inBoth(one, call, whole)
      expect(got).toEqual(expected)
      expect(handedOn()).toBe(0)
    }
  })

  it('gives OpenCV’s pixels in place, or in a new image where size or channels are others', () => {
    if (OF_ANOTHER_DEPTH.has(name)) return
    for (const one of samples) {
      const [expected, got] = inBoth(one, call, (_cv, source) => ({ source, result: source, shown: source }))
      expect(got).toEqual(expected)
    }
  })

  it('leaves to OpenCV a part of an image, whose neighbours lie outside of it', () => {
    for (const one of samples) {
      handedOn()
      const [expected, got] = inBoth(one, call, (cv, whole) => {
        const result = new cv.Mat()
        return { source: whole.roi(new cv.Rect(3, 2, 20, 21)), result, shown: result }
      })
      expect(got).toEqual(expected)
      const rows = inBoth(one, call, (cv, whole) => {
        const result = new cv.Mat()
        return { source: whole.rowRange(4, 20), result, shown: result }
      })
      expect(rows[1]).toEqual(rows[0])
      expect(handedOn()).toBe(OF_COPIES.has(name) ? 0 : 2)
    }
  })

  it('changes nothing outside of a result that is a part of an image', () => {
    if (OTHERWISE_SHAPED.has(name)) return
    for (const one of samples) {
      const [expected, got] = inBoth(one, call, (cv, source) => {
        const shown = new cv.Mat(40, 50, bytesType(one.channels), new cv.Scalar(9, 9, 9, 9))
        return { source, result: shown.roi(new cv.Rect(5, 6, 38, 30)), shown }
      })
      expect(got).toEqual(expected)
    }
  })

  it('fails as OpenCV does when arguments are missing', () => {
    const messages = [plain, fast].map((cv) => {
      try {
        Reflect.apply(Reflect.get(cv, name), undefined, name === 'minMaxLoc' ? [] : [new cv.Mat()])
        return 'nothing was thrown'
      } catch (error) {
        // what follows is the source of the overloads
        return error instanceof Error ? `${error.constructor.name}: ${error.message}`.slice(0, 60) : String(error)
      }
    })
    expect(messages[1]).toBe(messages[0])
    expect(messages[0]).not.toBe('nothing was thrown')
  })
})

describe('the SIMD kernels', () => {
  it('are all here', () => {
    expect(NAMES.length).toBe(SIMD_KERNELS.length)
  })

  it('find an image again after the memory has grown, and free their scratch', async () => {
    const openCv = await loadOpenCv()
    const { cv } = openCv
    const heapBytes = openCv.heapBytes
    const source = new cv.Mat(3000, 4000, cv.CV_8UC1)
    source.data.fill(77)
    const results: Mat[] = []
    while (openCv.heapBytes === heapBytes && results.length < 100) {
      const result = new cv.Mat()
      cv.medianBlur(source, result, 5)
      results.push(result)
    }
    expect(openCv.heapBytes).toBeGreaterThan(heapBytes)
    for (const result of results) expect(result.data.every((value) => value === 77)).toBe(true)

    const grown = openCv.heapBytes
    const [result = source] = results
    for (let round = 0; round < 20; round++) {
      morph(cv, (kernel) => cv.morphologyEx(source, result, Number(cv.MORPH_TOPHAT), kernel))
    }
    expect(openCv.heapBytes).toBe(grown)
  })
})
