/** False colors by OpenCV's maps, which are tables of 256 colors (in BGR order, hence the conversion). */

import type { CvLibrary } from '../../opencv.ts'
import { defineOperation } from '../operation.ts'

const MAPS = [
  'autumn',
  'bone',
  'jet',
  'winter',
  'rainbow',
  'ocean',
  'summer',
  'spring',
  'cool',
  'hsv',
  'pink',
  'hot',
  'parula',
  'magma',
  'inferno',
  'plasma',
  'viridis',
  'cividis',
  'twilight',
  'twilight-shifted',
  'turbo',
  'deepgreen',
] as const

function mapFlag(cv: CvLibrary, map: (typeof MAPS)[number]): number {
  const flags: Record<(typeof MAPS)[number], number> = {
    autumn: cv.COLORMAP_AUTUMN,
    bone: cv.COLORMAP_BONE,
    jet: cv.COLORMAP_JET,
    winter: cv.COLORMAP_WINTER,
    rainbow: cv.COLORMAP_RAINBOW,
    ocean: cv.COLORMAP_OCEAN,
    summer: cv.COLORMAP_SUMMER,
    spring: cv.COLORMAP_SPRING,
    cool: cv.COLORMAP_COOL,
    hsv: cv.COLORMAP_HSV,
    pink: cv.COLORMAP_PINK,
    hot: cv.COLORMAP_HOT,
    parula: cv.COLORMAP_PARULA,
    magma: cv.COLORMAP_MAGMA,
    inferno: cv.COLORMAP_INFERNO,
    plasma: cv.COLORMAP_PLASMA,
    viridis: cv.COLORMAP_VIRIDIS,
    cividis: cv.COLORMAP_CIVIDIS,
    twilight: cv.COLORMAP_TWILIGHT,
    'twilight-shifted': cv.COLORMAP_TWILIGHT_SHIFTED,
    turbo: cv.COLORMAP_TURBO,
    deepgreen: cv.COLORMAP_DEEPGREEN,
  }
  return flags[map]
}

export const colormap = defineOperation({
  name: 'colormap',
  summary: "Shows gray levels as colors of one of OpenCV's maps.",
  suffix: '',
  accepts: 'gray',
  gives: 'rgb',
  reach: 0,
  parameters: {
    map: { type: 'choice', default: 'viridis', choices: MAPS, summary: 'The map, by its name in OpenCV.' },
  },
  example: 'colormap:inferno',
  version: 1,
  apply(image, { map }, { openCv: { cv }, scope }) {
    const colors = scope.mat()
    cv.applyColorMap(image, colors, mapFlag(cv, map))
    const result = scope.mat()
    cv.cvtColor(colors, result, cv.COLOR_BGR2RGB)
    return result
  },
})
