/**
 * Flat colours by several rounds of the bilateral filter, and black outlines where a pixel is darker than its
 * neighbourhood (an adaptive threshold over the median-filtered gray image).
 */

import { toGray } from '../color/grayscale.ts'
import { defineOperation } from '../operation.ts'

const BILATERAL_PX = 9
const BILATERAL_SPACE_PX = 7
const MEDIAN_PX = 5
const bilateralReachPx = Math.floor(BILATERAL_PX / 2)
const medianReachPx = Math.floor(MEDIAN_PX / 2)

export const cartoon = defineOperation({
  name: 'cartoon',
  summary: 'Flattens colours with the bilateral filter and draws dark outlines over them.',
  suffix: '',
  reach: ({ rounds, block }) => Math.max(rounds * bilateralReachPx, medianReachPx + Math.floor(block / 2)),
  parameters: {
    rounds: {
      type: 'integer',
      default: 3,
      min: 1,
      max: 10,
      unit: '',
      summary: 'Rounds of the bilateral filter: more make colours flatter.',
    },
    color: {
      type: 'number',
      default: 30,
      min: 1,
      max: 255,
      unit: 'levels',
      summary: 'Differences that the bilateral filter evens out.',
    },
    block: {
      type: 'integer',
      default: 9,
      min: 3,
      max: 63,
      isOdd: true,
      unit: 'px',
      summary: 'Side of the neighbourhood of an outline: larger makes outlines wider.',
    },
    offset: {
      type: 'number',
      default: 4,
      min: 0,
      max: 255,
      unit: 'levels',
      summary: 'How much darker than its neighbourhood an outline is: larger draws fewer.',
    },
  },
  example: 'cartoon:rounds=5,offset=6',
  version: 1,
  apply(image, { rounds, color, block, offset }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    let flat = image
    for (let round = 0; round < rounds; round++) {
      const flatter = scope.mat()
      cv.bilateralFilter(flat, flatter, BILATERAL_PX, color, BILATERAL_SPACE_PX)
      if (flat !== image) scope.free(flat)
      flat = flatter
    }
    const smooth = scope.mat()
    cv.medianBlur(toGray(image, context), smooth, MEDIAN_PX)
    const isOutline = scope.mat()
    cv.adaptiveThreshold(smooth, isOutline, 255, cv.ADAPTIVE_THRESH_MEAN_C, cv.THRESH_BINARY_INV, block, offset)
    flat.setTo(new cv.Scalar(0, 0, 0, 0), isOutline)
    return flat
  },
})
