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
  const moved = (fill: (samples: Uint16Array) => void): Uint16Array => {
    using scope = new Scope(openCv)
    const plane = scope.matOf(rows, cols, openCv.cv.CV_16UC1)
    fill(plane.data16U)
    return move(plane, scope).data16U.slice()
  }
  const weights = moved((samples) => {
    const alphas = before.alpha.data
    for (let pixel = 0; pixel < samples.length; pixel++) samples[pixel] = half((alphas[pixel] ?? 0) * OPAQUE)
  })
  const channels = before.colour.channels()
  for (let channel = 0; channel < channels; channel++) {
    const sums = moved((samples) => {
      const colours = before.colour.data
      const alphas = before.alpha.data
      for (let pixel = 0, at = channel; pixel < samples.length; pixel++, at += channels) {
        samples[pixel] = half((colours[at] ?? 0) * (alphas[pixel] ?? 0))
      }
    })
    const results = after.colour.data
    const alphas = after.alpha.data
    for (let pixel = 0, at = channel; pixel < weights.length; pixel++, at += channels) {
      const weight = weights[pixel] ?? 0
      if (weight === FULL_WEIGHT || weight === 0 || alphas[pixel] === 0) continue
      results[at] = Math.min(255, Math.round(((sums[pixel] ?? 0) * OPAQUE) / weight))
    }
  }
}

function isOpaque({ data }: Mat): boolean {
  for (const value of data) if (value !== OPAQUE) return false
  return true
}
