/** Colours as parameters hold them (`#rrggbb`) and as OpenCV takes them. */

import type { OpenCV } from '@opencvjs/web'
import type { CvLibrary } from '../opencv.ts'
import type { Mat } from '../scope.ts'

/** What people may write instead of six digits; the values are CSS's, but for green, which is pure. */
export const COLOR_NAMES: Readonly<Record<string, string>> = {
  black: '#000000',
  white: '#ffffff',
  gray: '#808080',
  red: '#ff0000',
  green: '#00ff00',
  blue: '#0000ff',
  yellow: '#ffff00',
  cyan: '#00ffff',
  magenta: '#ff00ff',
  orange: '#ffa500',
}

/** `#rrggbb` in small letters for a name or six digits in any case; undefined for all else. */
export function parseColor(text: string): string | undefined {
  const word = text.toLowerCase()
  if (Object.hasOwn(COLOR_NAMES, word)) return COLOR_NAMES[word]
  return /^#[0-9a-f]{6}$/.test(word) ? word : undefined
}

/** Red, green and blue of `#rrggbb`, 0 to 255. */
export function rgbOf(color: string): readonly [red: number, green: number, blue: number] {
  const value = Number.parseInt(color.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/** The colour for drawing into `image`: itself in rgb, its luma (rounded) in gray. */
export function scalarOf(cv: CvLibrary, image: Mat, color: string): OpenCV.Scalar {
  const [red, green, blue] = rgbOf(color)
  if (image.channels() === 3) return new cv.Scalar(red, green, blue, 0)
  return new cv.Scalar(Math.round(0.299 * red + 0.587 * green + 0.114 * blue), 0, 0, 0)
}
