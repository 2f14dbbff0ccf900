/** OpenCV's ArucoDetector: square markers of a known dictionary, the AprilTag families among them. */

import { defineDataOperation } from '../operation.ts'
import { cornersAt } from './corner-points.ts'

/** By the names that people know them by; the values are those of OpenCV's DICT_ constants. */
const DICTIONARIES = {
  '4x4_50': 'DICT_4X4_50',
  '4x4_100': 'DICT_4X4_100',
  '4x4_250': 'DICT_4X4_250',
  '4x4_1000': 'DICT_4X4_1000',
  '5x5_50': 'DICT_5X5_50',
  '5x5_100': 'DICT_5X5_100',
  '5x5_250': 'DICT_5X5_250',
  '5x5_1000': 'DICT_5X5_1000',
  '6x6_50': 'DICT_6X6_50',
  '6x6_100': 'DICT_6X6_100',
  '6x6_250': 'DICT_6X6_250',
  '6x6_1000': 'DICT_6X6_1000',
  '7x7_50': 'DICT_7X7_50',
  '7x7_100': 'DICT_7X7_100',
  '7x7_250': 'DICT_7X7_250',
  '7x7_1000': 'DICT_7X7_1000',
  original: 'DICT_ARUCO_ORIGINAL',
  'mip-36h12': 'DICT_ARUCO_MIP_36h12',
  'apriltag-16h5': 'DICT_APRILTAG_16h5',
  'apriltag-25h9': 'DICT_APRILTAG_25h9',
  'apriltag-36h10': 'DICT_APRILTAG_36h10',
  'apriltag-36h11': 'DICT_APRILTAG_36h11',
} as const

type DictionaryName = keyof typeof DICTIONARIES
const NAMES = Object.keys(DICTIONARIES) as readonly DictionaryName[]

/** OpenCV's defaults: how far a marker found again may lie from where it was expected, and how many of its bits may differ. */
const REPROJECTION_PX = 10
const ERROR_CORRECTION = 3

export const aruco = defineDataOperation({
  name: 'aruco',
  summary: 'Finds ArUco markers and AprilTags of one dictionary: the number of each and its four corners.',
  accepts: 'gray',
  parameters: {
    dictionary: { type: 'choice', default: '4x4_50', choices: NAMES, summary: 'Which markers to look for.' },
  },
  example: 'aruco:apriltag-36h11',
  version: 1,
  analyze(image, { dictionary }, { openCv: { cv }, scope }) {
    const markers = scope.own(cv.getPredefinedDictionary(cv[DICTIONARIES[dictionary]]))
    const settings = scope.own(new cv.aruco_DetectorParameters())
    const refinement = scope.own(new cv.aruco_RefineParameters(REPROJECTION_PX, ERROR_CORRECTION, true))
    const detector = scope.own(new cv.aruco_ArucoDetector(markers, settings, refinement))
    const corners = scope.matVector()
    const ids = scope.mat()
    detector.detectMarkers(image, corners, ids, scope.matVector())
    const numbers = ids.total() === 0 ? new Int32Array() : ids.data32S.slice()
    const found = Array.from(numbers, (id, index) => {
      const quad = scope.own(corners.get(index))
      return { id, corners: cornersAt(quad.data32F, 0) }
    })
    return { markers: found.sort((a, b) => a.id - b.id) }
  },
})
