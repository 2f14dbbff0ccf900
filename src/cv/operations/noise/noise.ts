/**
 * Gaussian noise and salt and pepper, in layers: each layer adds rounded N(0, sigma) to every sample, clamps, and then
 * turns some pixels black and some white. Two 32-bit draws per pixel and layer hold it all: 16 bits for each of up to
 * three channels, 16 for salt and pepper (whose shares are therefore exact to 1/65536). All layers of a pixel are done
 * in one pass over the samples, in place in the wasm heap.
 */

import { createStream, drawAt, type RowKey } from '../../random/counter-random.ts'
import { cachedNormalTable, NORMAL_TABLE_SIZE } from '../../random/normal-table.ts'
import { defineOperation, originOf } from '../operation.ts'

interface LayerKeys {
  readonly first: RowKey
  readonly second: RowKey
}

interface NoiseShape {
  readonly table: Int16Array
  /** A 16-bit draw below this is black; from there on, below `saltBelow`, white. */
  readonly pepperBelow: number
  readonly saltBelow: number
}

/** Adds one layer to a row of samples in place; `left` is the column of its first pixel in the whole image. */
function addLayer(row: Uint8Array, left: number, channels: number, keys: LayerKeys, shape: NoiseShape): void {
  const { table, pepperBelow, saltBelow } = shape
  const widthPx = row.length / channels
  for (let x = 0, at = 0; x < widthPx; x++, at += channels) {
    const first = drawAt(keys.first, left + x)
    const second = drawAt(keys.second, left + x)
    const spot = second >>> 16
    if (spot < saltBelow) {
      row.fill(spot < pepperBelow ? 0 : 255, at, at + channels)
      continue
    }
    row[at] = clamp((row[at] ?? 0) + (table[first & 0xffff] ?? 0))
    if (channels === 3) {
      row[at + 1] = clamp((row[at + 1] ?? 0) + (table[first >>> 16] ?? 0))
      row[at + 2] = clamp((row[at + 2] ?? 0) + (table[second & 0xffff] ?? 0))
    }
  }
}

const clamp = (value: number): number => Math.max(0, Math.min(255, value))

const thresholdOf = (percent: number): number => Math.round((percent / 100) * NORMAL_TABLE_SIZE)

export const noise = defineOperation({
  name: 'noise',
  summary: 'Adds layers of Gaussian noise, each followed by salt and pepper.',
  suffix: '_noisy',
  reach: 0,
  parameters: {
    sigma: {
      type: 'number',
      default: 25,
      min: 0,
      max: 255,
      unit: 'levels',
      summary: 'Standard deviation of the Gaussian noise.',
    },
    pepper: { type: 'number', default: 5, min: 0, max: 50, unit: '%', summary: 'Pixels turned black in each layer.' },
    salt: { type: 'number', default: 5, min: 0, max: 50, unit: '%', summary: 'Pixels turned white in each layer.' },
    layers: { type: 'integer', default: 3, min: 1, max: 10, unit: '', summary: 'How often all this is done.' },
  },
  example: 'noise:sigma=10,pepper=1,salt=1',
  version: 1,
  apply(image, { sigma, pepper, salt, layers }, context) {
    const { scope, seed } = context
    const { x: left, y: top } = originOf(context)
    const result = scope.mat()
    image.copyTo(result)
    const channels = result.channels()
    const shape: NoiseShape = {
      table: cachedNormalTable(sigma),
      pepperBelow: thresholdOf(pepper),
      saltBelow: thresholdOf(pepper) + thresholdOf(salt),
    }
    const streams = Array.from({ length: layers }, (_, layer) => ({
      first: createStream(seed, `noise ${layer} first`),
      second: createStream(seed, `noise ${layer} second`),
    }))
    // no call into OpenCV from here on: the view stays valid
    const { data } = result
    const rowBytes = result.cols * channels
    for (let y = 0; y < result.rows; y++) {
      const row = data.subarray(y * rowBytes, (y + 1) * rowBytes)
      for (const { first, second } of streams) {
        addLayer(row, left, channels, { first: first.row(top + y), second: second.row(top + y) }, shape)
      }
    }
    return result
  },
})
