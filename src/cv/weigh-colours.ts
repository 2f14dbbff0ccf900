/**
 * Colours of an image with alpha whose pixels were mixed by an operation. A mean of colours counts each by its alpha, else the
 * colour of what is transparent (mostly black) would show as a fringe around all that is not. OpenCV leaves this to its
 * callers; libvips, ImageMagick and Pillow do it as this does.
 *
 * Where all that was mixed is opaque, and where the result is transparent, colours are those of the image without alpha.
 * Planes go one after another, in 16 bits: that costs the wasm heap least.
 */

import type { OpenCv } from './opencv.ts'
import { type Mat, Scope } from './scope.ts'

const OPAQUE = 255
/** Products use half of the 16 bits: cubic and lanczos go beyond what they mix. */
const half = (product: number): number => (product + 1) >> 1
const FULL_WEIGHT = half(OPAQUE * OPAQUE)

interface Layers {
  readonly colour: Mat
  /** One channel of 8 bits. */
  readonly alpha: Mat
}

/**
 * Writes the weighted colours into `after.colour`, which the operation made of the colours alone.
 * @param move what it does to a plane of 16 bits; outside of the image it puts 0
 */
export function weighColours(
  openCv: OpenCv,
  before: Layers,
  after: Layers,
  move: (plane: Mat, scope: Scope) => Mat,
): void {
  if (isOpaque(before.alpha) && isOpaque(after.alpha)) return
  const { rows, cols } = before.alpha
  /** A plane of 16 bits, moved; what `use` sees is gone when it returns. */
  const inMoved = <Result>(fill: (samples: Uint16Array) => void, use: (samples: Uint16Array) => Result): Result => {
    using scope = new Scope(openCv)
    const plane = scope.matOf(rows, cols, openCv.cv.CV_16UC1)
    fill(plane.data16U)
    return use(move(plane, scope).data16U)
  }
  const { places, weights } = inMoved(
    (samples) => {
      const alphas = before.alpha.data
      for (let pixel = 0; pixel < samples.length; pixel++) samples[pixel] = half((alphas[pixel] ?? 0) * OPAQUE)
    },
    (moved) => mixedPixels(moved, after.alpha.data),
  )
  const channels = before.colour.channels()
  for (let channel = 0; channel < channels && places.length > 0; channel++) {
    inMoved(
      (samples) => {
        const colours = before.colour.data
        const alphas = before.alpha.data
        for (let pixel = 0, at = channel; pixel < samples.length; pixel++, at += channels) {
          samples[pixel] = half((colours[at] ?? 0) * (alphas[pixel] ?? 0))
        }
      },
      (sums) => {
        const results = after.colour.data
        for (let index = 0; index < places.length; index++) {
          const pixel = places[index] ?? 0
          const mean = Math.round(((sums[pixel] ?? 0) * OPAQUE) / (weights[index] ?? 0))
          results[pixel * channels + channel] = Math.min(255, mean)
        }
      },
    )
  }
}

/** The pixels whose colour must be weighed, and their weights: often few of all. */
function mixedPixels(weights: Uint16Array, alphas: Uint8Array): { places: Uint32Array; weights: Uint16Array } {
  // pages that nothing is written to cost nothing
  const places = new Uint32Array(weights.length)
  let count = 0
  for (let pixel = 0; pixel < weights.length; pixel++) {
    const weight = weights[pixel]
    if (weight !== FULL_WEIGHT && weight !== 0 && alphas[pixel] !== 0) places[count++] = pixel
  }
  const mixed = places.subarray(0, count)
  const mixedWeights = new Uint16Array(count)
  for (let index = 0; index < count; index++) mixedWeights[index] = weights[mixed[index] ?? 0] ?? 0
  return { places: mixed, weights: mixedWeights }
}

/** Not by an iterator, which takes ten times as long. */
function isOpaque({ data }: Mat): boolean {
  for (let pixel = 0; pixel < data.length; pixel++) if (data[pixel] !== OPAQUE) return false
  return true
}
