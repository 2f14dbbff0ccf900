import type { CvLibrary } from '../../opencv.ts'
import { defineOperation } from '../operation.ts'

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

export const threshold = defineOperation({
  name: 'threshold',
  summary: 'Tells the levels above a value from those up to it, a value given or found in the histogram.',
  suffix: '',
  accepts: 'gray',
  gives: 'gray',
  reach: ({ method }) => (method === 'fixed' ? 0 : 'whole image'),
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
