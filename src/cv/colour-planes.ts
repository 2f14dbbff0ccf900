/** Samples as OpenCV's matrices and back: colour apart from alpha, which operations do not see. */

import { MurmurationError } from '../base/errors.ts'
import type { OpenCv } from './opencv.ts'
import { hasAlpha, type Pixels } from './pixels.ts'
import { freshMemory } from './sample-memory.ts'
import type { Mat, Scope } from './scope.ts'

export interface Planes {
  readonly colour: Mat
  readonly alpha: Mat | undefined
}

/** @throws MurmurationError ERR_INTERNAL when the samples are not those of the size */
export function loadPlanes(images: Scope, { cv }: OpenCv, { widthPx, heightPx, channels, data }: Pixels): Planes {
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
  // both allocated: the views stay valid from here on
  const colourData = colour.data
  const alphaData = alpha.data
  for (let pixel = 0, from = 0, to = 0; pixel < alphaData.length; pixel++) {
    for (let channel = 0; channel < colourChannels; channel++) colourData[to++] = data[from++] ?? 0
    alphaData[pixel] = data[from++] ?? 0
  }
  return { colour, alpha }
}

/** In memory of `memoryFor`. Default: in a buffer of its own. */
export function readPlanes({ colour, alpha }: Planes, memoryFor = freshMemory): Pixels {
  const widthPx = colour.cols
  const heightPx = colour.rows
  const isGray = colour.channels() === 1
  if (alpha === undefined) {
    const data = memoryFor(colour.data.length)
    data.set(colour.data)
    return { widthPx, heightPx, channels: isGray ? 1 : 3, data }
  }
  const colourChannels = isGray ? 1 : 3
  const colourData = colour.data
  const alphaData = alpha.data
  const data = memoryFor(widthPx * heightPx * (colourChannels + 1))
  for (let pixel = 0, from = 0, to = 0; pixel < alphaData.length; pixel++) {
    for (let channel = 0; channel < colourChannels; channel++) data[to++] = colourData[from++] ?? 0
    data[to++] = alphaData[pixel] ?? 0
  }
  return { widthPx, heightPx, channels: isGray ? 2 : 4, data }
}
