/**
 * OpenCV's GFTTDetector, which is goodFeaturesToTrack: the strongest corners that keep a distance from each other, by the
 * smaller eigenvalue of the gradients' covariance (Shi and Tomasi) or by Harris' measure. Marks are drawn from the weakest
 * to the strongest, so the strongest lie on top.
 */

import type { KeyPoint } from '../../untyped-opencv.ts'
import { toGray } from '../color/grayscale.ts'
import { defineOperation } from '../operation.ts'
import { COLOR_PARAMETER, overlayOf, paintOf } from './overlay.ts'

/** Side of the square over which gradients are summed, px; OpenCV's default. */
const BLOCK_PX = 3
/** Harris' free parameter; OpenCV's default. */
const HARRIS_K = 0.04

export const corners = defineOperation({
  name: 'corners',
  summary: 'Marks the strongest corners with dots.',
  suffix: '',
  gives: 'rgb',
  reach: 'whole image',
  parameters: {
    count: { type: 'integer', default: 200, min: 1, max: 100_000, unit: '', summary: 'Corners marked at most.' },
    quality: {
      type: 'number',
      default: 1,
      min: 0.01,
      max: 100,
      unit: '%',
      summary: 'Weakest corner marked, as a share of the strongest one.',
    },
    distance: {
      type: 'number',
      default: 10,
      min: 0,
      max: 10_000,
      unit: 'px',
      summary: 'Smallest distance between two corners.',
    },
    measure: {
      type: 'choice',
      default: 'shi-tomasi',
      choices: ['shi-tomasi', 'harris'],
      summary: 'How strong a corner is: the smaller eigenvalue, or the measure of Harris and Stephens.',
    },
    color: COLOR_PARAMETER,
    radius: { type: 'integer', default: 3, min: 0, max: 100, unit: 'px', summary: 'Radius of the dots; 0 is a pixel.' },
  },
  example: 'corners:50,distance=20,color=red',
  version: 1,
  apply(image, { count, quality, distance, measure, color, radius }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const isHarris = measure === 'harris'
    const detector = scope.own(new cv.GFTTDetector(count, quality / 100, distance, BLOCK_PX, isHarris, HARRIS_K))
    const found = scope.own(new cv.KeyPointVector())
    detector.detect(toGray(image, context), found, scope.mat())
    const overlay = overlayOf(image, context)
    const paint = paintOf(color, context)
    for (let index = found.size() - 1; index >= 0; index--) {
      const { pt }: KeyPoint = found.get(index)
      cv.circle(overlay, new cv.Point(pt.x, pt.y), radius, paint, cv.FILLED)
    }
    return overlay
  },
})
