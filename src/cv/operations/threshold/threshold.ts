import type { CvLibrary } from '../../opencv.ts'
import type { LevelMap } from '../color/lookup.ts'
import { applyTables, tableOfMap } from '../histogram/level-tables.ts'
import { countSamples } from '../histogram/sample-counts.ts'
import { defineOperation } from '../operation.ts'
import { otsuLevel, triangleLevel } from './found-level.ts'

const TYPES = ['binary', 'binary-inv', 'trunc', 'tozero', 'tozero-inv'] as const

function typeFlag(cv: CvLibrary, type: (typeof TYPES)[number]): number {
  switch (type) {
    case 'binary':
      return cv.THRESH_BINARY
    case 'binary-inv':
      return cv.THRESH_BINARY_INV
    case 'trunc':
      return cv.THRESH_TRUNC
    case 'tozero':
      return cv.THRESH_TOZERO
    case 'tozero-inv':
      return cv.THRESH_TOZERO_INV
  }
}

/** What `cv.threshold` makes of a sample. */
function comparison(type: (typeof TYPES)[number], value: number): LevelMap {
  switch (type) {
    case 'binary':
      return (level) => (level > value ? 255 : 0)
    case 'binary-inv':
      return (level) => (level > value ? 0 : 255)
    case 'trunc':
      return (level) => Math.min(level, value)
    case 'tozero':
      return (level) => (level > value ? level : 0)
    case 'tozero-inv':
      return (level) => (level > value ? 0 : level)
  }
}

export const threshold = defineOperation({
  name: 'threshold',
  summary: 'Tells the levels above a value from those up to it, a value given or found in the histogram.',
  suffix: '',
  accepts: 'gray',
  gives: 'gray',
  reach: ({ method }) => (method === 'fixed' ? 0 : 'whole image'),
  twoPass: {
    kind: 'counts',
    reachPx: () => 0,
    collect: countSamples,
    combine: ([counts = new Float64Array(256)], { method, type }) =>
      tableOfMap(comparison(type, method === 'otsu' ? otsuLevel(counts) : triangleLevel(counts))),
    apply: (image, table, _values, context) => applyTables(image, table, context),
  },
  parameters: {
    value: {
      type: 'integer',
      default: 127,
      min: 0,
      max: 255,
      unit: 'levels',
      summary: 'What a level must be above; only for the fixed method.',
    },
    method: {
      type: 'choice',
      default: 'fixed',
      choices: ['fixed', 'otsu', 'triangle'],
      summary: "Fixed uses the value, otsu and triangle find one for each image by Otsu's or the triangle algorithm.",
    },
    type: {
      type: 'choice',
      default: 'binary',
      choices: TYPES,
      summary:
        'Binary: white above, else black (inv: the other way round); trunc: at most the value; tozero: black up to it (inv: above it).',
    },
  },
  example: 'threshold:method=otsu',
  version: 1,
  apply(image, { value, method, type }, { openCv: { cv }, scope }) {
    const search = method === 'otsu' ? cv.THRESH_OTSU : method === 'triangle' ? cv.THRESH_TRIANGLE : 0
    const result = scope.mat()
    cv.threshold(image, result, value, 255, typeFlag(cv, type) | search)
    return result
  },
})
