/** Samples as OpenCV's matrices and back: colour apart from alpha, which operations do not see. */

import { MurmurationError } from '../base/errors.ts'
import type { OpenCv } from './opencv.ts'
import { hasAlpha, type Pixels } from './pixels.ts'
import { type Mat, type MatVector, Scope } from './scope.ts'

/** Pixels that pass through the heap at a time. */
const BAND_PX = 2 ** 20

export interface Planes {
  readonly colour: Mat
  readonly alpha: Mat | undefined
}

/** @throws MurmurationError ERR_INTERNAL when the samples are not those of the size */
export function loadPlanes(images: Scope, openCv: OpenCv, { widthPx, heightPx, channels, data }: Pixels): Planes {
  const { cv } = openCv
  if (widthPx < 1 || heightPx < 1 || data.length !== widthPx * heightPx * channels) {
    throw new MurmurationError(
      'ERR_INTERNAL',
      `${widthPx} x ${heightPx} pixels of ${channels} channels are expected to have ${widthPx * heightPx * channels} samples, and have ${data.length}`,
    )
  }
  const colourChannels = channels <= 2 ? 1 : 3
  const colour = images.matOf(heightPx, widthPx, colourChannels === 1 ? cv.CV_8UC1 : cv.CV_8UC3)
  if (!hasAlpha(channels)) {
    colour.data.set(data)
    return { colour, alpha: undefined }
  }
  const alpha = images.matOf(heightPx, widthPx, cv.CV_8UC1)
  inBands(openCv, { colour, alpha }, (band, apart, mix) => {
    band.mat.data.set(data.subarray(band.begin, band.end))
    mix(band.vector, apart)
  })
  return { colour, alpha }
}

/** In a buffer of its own. */
export function readPlanes(openCv: OpenCv, planes: Planes): Pixels {
  const pixels = viewPlanes(openCv, planes)
  return planes.alpha === undefined ? { ...pixels, data: new Uint8Array(pixels.data) } : pixels
}

/** Where OpenCV has them, for as long as it leaves them there; with alpha in a buffer of its own. */
export function viewPlanes(openCv: OpenCv, { colour, alpha }: Planes): Pixels {
  const widthPx = colour.cols
  const heightPx = colour.rows
  const isGray = colour.channels() === 1
  if (alpha === undefined) return { widthPx, heightPx, channels: isGray ? 1 : 3, data: colour.data }
  const channels = isGray ? 2 : 4
  const data = new Uint8Array(widthPx * heightPx * channels)
  inBands(openCv, { colour, alpha }, (band, apart, mix) => {
    mix(apart, band.vector)
    data.set(band.mat.data, band.begin)
  })
  return { widthPx, heightPx, channels, data }
}

/** Rows with all channels side by side: `mat` alone in `vector`, and where its samples begin and end in the image's. */
interface Band {
  readonly mat: Mat
  readonly vector: MatVector
  readonly begin: number
  readonly end: number
}

type Mix = (from: MatVector, to: MatVector) => void

/** Colour and alpha of some rows at a time, so that the heap holds the samples no second time. */
function inBands(
  openCv: OpenCv,
  { colour, alpha }: { readonly colour: Mat; readonly alpha: Mat },
  visit: (band: Band, apart: MatVector, mix: Mix) => void,
): void {
  const { cv } = openCv
  const { rows, cols } = colour
  const channels = colour.channels() + 1
  const pairs = [0, 0, 1, 1, 2, 2, 3, 3].slice(0, 2 * channels)
  const mix: Mix = (from, to) => cv.mixChannels(from, to, pairs)
  const bandRows = Math.max(1, Math.floor(BAND_PX / cols))
  for (let first = 0; first < rows; first += bandRows) {
    const last = Math.min(first + bandRows, rows)
    using scope = new Scope(openCv)
    const mat = scope.matOf(last - first, cols, channels === 2 ? cv.CV_8UC2 : cv.CV_8UC4)
    const vector = scope.matVector()
    vector.push_back(mat)
    const apart = scope.matVector()
    for (const plane of [colour, alpha]) apart.push_back(scope.own(plane.rowRange(first, last)))
    const sampleAt = (row: number): number => row * cols * channels
    visit({ mat, vector, begin: sampleAt(first), end: sampleAt(last) }, apart, mix)
  }
}
