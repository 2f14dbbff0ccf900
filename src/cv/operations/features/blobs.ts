/** OpenCV's SimpleBlobDetector: outlines at many thresholds, kept where they stay in place over several of them. */

import type { KeyPoint } from '../../untyped-opencv.ts'
import { toGray } from '../color/grayscale.ts'
import { defineOperation } from '../operation.ts'
import { COLOR_PARAMETER, LINE_WIDTH_PARAMETER, overlayOf, paintOf } from './overlay.ts'

export const blobs = defineOperation({
  name: 'blobs',
  summary: 'Circles round spots that are darker (or lighter) than what surrounds them.',
  suffix: '',
  gives: 'rgb',
  reach: 'whole image',
  parameters: {
    light: { type: 'boolean', default: false, summary: 'Looks for light spots instead of dark ones.' },
    min: { type: 'integer', default: 25, min: 1, max: 100_000_000, unit: 'px', summary: 'Smallest area of a spot.' },
    max: {
      type: 'integer',
      default: 5_000,
      min: 1,
      max: 100_000_000,
      unit: 'px',
      summary: 'Largest area of a spot.',
    },
    circularity: {
      type: 'number',
      default: 60,
      min: 0,
      max: 100,
      unit: '%',
      summary: 'Roundness, 4 pi area / perimeter^2: 100 % is a circle, 79 % a square; 0 takes every shape.',
    },
    distance: {
      type: 'number',
      default: 10,
      min: 1,
      max: 10_000,
      unit: 'px',
      summary: 'Spots whose centres are closer are one.',
    },
    color: COLOR_PARAMETER,
    width: LINE_WIDTH_PARAMETER,
  },
  example: 'blobs:light=true,min=100',
  version: 1,
  conflict: ({ min, max }) => (max < min ? `max to be at least min (${min} px), got ${max}` : undefined),
  apply(image, { light, min, max, circularity, distance, color, width }, context) {
    const { openCv, scope } = context
    const { cv } = openCv
    const detector = scope.own(new cv.SimpleBlobDetector())
    const parameters = scope.own(detector.getParams())
    parameters.blobColor = light ? 255 : 0
    parameters.minArea = min
    // OpenCV's bound is exclusive
    parameters.maxArea = max + 1
    parameters.filterByCircularity = circularity > 0
    // OpenCV refuses 0, also where it does not look at it
    if (circularity > 0) parameters.minCircularity = circularity / 100
    parameters.filterByInertia = false
    parameters.filterByConvexity = false
    parameters.minDistBetweenBlobs = distance
    detector.setParams(parameters)
    const found = scope.own(new cv.KeyPointVector())
    detector.detect(toGray(image, context), found, scope.mat())
    const overlay = overlayOf(image, context)
    const paint = paintOf(color, context)
    const count = found.size()
    for (let index = 0; index < count; index++) {
      const { pt, size }: KeyPoint = found.get(index)
      cv.circle(overlay, new cv.Point(Math.round(pt.x), Math.round(pt.y)), Math.round(size / 2), paint, width)
    }
    return overlay
  },
})
