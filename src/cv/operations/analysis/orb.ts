/**
 * ORB (Rublee et al., 2011): corners at several scales, each with a direction and 256 bits that describe its surroundings,
 * for matching images with each other. Strongest first.
 */

import { rounded } from '../../canonical-json.ts'
import type { KeyPoint } from '../../untyped-opencv.ts'
import { defineDataOperation } from '../operation.ts'

/** OpenCV's defaults: bits compare two points each, Harris' measure ranks the corners. */
const POINTS_PER_BIT = 2
const FIRST_LEVEL = 0

export const orb = defineDataOperation({
  name: 'orb',
  summary:
    'Gives ORB keypoints, strongest first: place, size, angle, response, octave and a descriptor of 256 bits in hex.',
  accepts: 'gray',
  parameters: {
    count: { type: 'integer', default: 500, min: 1, max: 10_000, unit: '', summary: 'Keypoints at most.' },
    scale: {
      type: 'number',
      default: 1.2,
      min: 1.05,
      max: 4,
      unit: '',
      summary: 'Each level of the pyramid is smaller by this factor.',
    },
    levels: {
      type: 'integer',
      default: 8,
      min: 1,
      max: 16,
      unit: '',
      summary: 'Levels of the pyramid; fewer where the image is small.',
    },
    patch: {
      type: 'integer',
      default: 31,
      min: 5,
      max: 101,
      unit: 'px',
      isOdd: true,
      summary: 'Side of the square that is described; no keypoint is nearer to the border.',
    },
    contrast: {
      type: 'integer',
      default: 20,
      min: 1,
      max: 255,
      unit: 'levels',
      summary: 'How much a corner differs from its surroundings (the threshold of FAST).',
    },
  },
  example: 'orb:200,contrast=10',
  version: 1,
  analyze(image, { count, scale, levels, patch, contrast }, { openCv: { cv }, scope }) {
    const usable = usableLevels(Math.min(image.rows, image.cols), { scale, levels, patch })
    if (usable === 0) return { keypoints: [] }
    const detector = scope.own(
      new cv.ORB(count, scale, usable, patch, FIRST_LEVEL, POINTS_PER_BIT, cv.ORB_HARRIS_SCORE, patch, contrast),
    )
    const found = scope.own(new cv.KeyPointVector())
    const descriptors = scope.mat()
    detector.detectAndCompute(image, scope.mat(), found, descriptors)
    const bits = descriptors.total() === 0 ? new Uint8Array() : descriptors.data.slice()
    const bytesEach = descriptors.cols
    const keypoints = Array.from({ length: Math.min(found.size(), count) }, (_, index) => {
      const { pt, size, angle, response, octave }: KeyPoint = found.get(index)
      return {
        x: rounded(pt.x, 3),
        y: rounded(pt.y, 3),
        size: rounded(size, 3),
        angle: rounded(angle, 3),
        // spans many powers of ten
        response: Number(response.toPrecision(6)),
        octave,
        descriptor: hexOf(bits.subarray(index * bytesEach, (index + 1) * bytesEach)),
      }
    })
    // the sort is stable: equal ones stay in OpenCV's order
    return { keypoints: keypoints.sort((a, b) => b.response - a.response) }
  },
})

/**
 * Levels with room for a keypoint between the borders. OpenCV fails where a level has no pixels at all, and would keep part of
 * the count back for the others.
 */
function usableLevels(
  sidePx: number,
  { scale, levels, patch }: { scale: number; levels: number; patch: number },
): number {
  let usable = 0
  for (let side = sidePx; usable < levels && side > 2 * patch; side /= scale) usable++
  return usable
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
