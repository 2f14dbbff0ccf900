/** Stands in for cv::GaussianBlur of 8-bit images; see assembly/gaussian.ts for the arithmetic. */

import { standIn } from '../kernels.ts'
import { knownBorder } from './borders.ts'
import { gaussianWeights, reduced, sizeOfSigma } from './gaussian-weights.ts'
import type { SimdKernel } from './simd-kernel.ts'

export const gaussianBlur: SimdKernel = ({ heap, functions }) =>
  standIn('GaussianBlur', (original) => {
    function blur(
      source: unknown,
      result: unknown,
      size: { readonly width: number; readonly height: number },
      sigmaX: number,
      sigmaY = 0,
      borderType?: unknown,
      ...more: readonly unknown[]
    ): boolean {
      const from = heap.bytes(source)
      const border = knownBorder(borderType)
      if (from === undefined || border === undefined || more.length > 0) return false
      const sigmas = { x: sigmaX, y: sigmaY > 0 ? sigmaY : sigmaX }
      const sizeX = size.width <= 0 && sigmas.x > 0 ? sizeOfSigma(sigmas.x) : size.width
      const sizeY = size.height <= 0 && sigmas.y > 0 ? sizeOfSigma(sigmas.y) : size.height
      const isOdd = sizeX > 0 && sizeX % 2 === 1 && sizeY > 0 && sizeY % 2 === 1
      if (!isOdd || (sizeX === 1 && sizeY === 1)) return false
      const x = gaussianWeights(sizeX, sigmas.x)
      const y = gaussianWeights(sizeY, sigmas.y)
      if (x === undefined || y === undefined) return false
      const to = heap.result(result, from.type, from, source)
      if (to === undefined) return false

      const [shortX, shortY] = [reduced(x), reduced(y)]
      const total = shortX.total * shortY.total
      const isShort = total > 1 && total <= 256
      const { widthPx, heightPx, channels } = from
      const weightsBytes = 2 * (sizeX + 1 + sizeY + 1)
      const rowBytes = (widthPx + sizeX + 1) * channels
      return heap.withScratch(weightsBytes + 3 * rowBytes + 4 * sizeY + 16, (scratch) => {
        const weightsY = scratch + 2 * (sizeX + 1)
        heap.writeShorts(scratch, [...(isShort ? shortX.weights : x), 0, ...(isShort ? shortY.weights : y)])
        const rest = scratch + ((weightsBytes + 3) & ~3)
        const shift = isShort ? Math.log2(total) : 0
        functions.gaussian(
          ...([from.address, to.address, widthPx, heightPx, channels] as const),
          ...([scratch, sizeX, weightsY, sizeY, border, shift, rest] as const),
        )
      })
    }
    return (...parameters) => {
      if (!blur(...parameters)) original(...parameters)
    }
  })
