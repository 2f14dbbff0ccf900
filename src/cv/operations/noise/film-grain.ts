/**
 * Grain as film shows it: the same in all channels, strongest in the middle tones, none in pure black and white.
 *
 * A field of normal noise, drawn by pixel position beyond the image's borders too, is smoothed by a box of the grain's
 * size in whole numbers (so it is the same for any part of the image) and scaled back to its deviation: the mean of n
 * numbers has 1 / sqrt(n) of theirs.
 */

import { createStream, drawAt } from '../../random/counter-random.ts'
import { cachedNormalTable } from '../../random/normal-table.ts'
import { defineOperation, originOf } from '../operation.ts'
import { clampLevel, copyByRows, lowHalf } from './rows.ts'

/** Deviation of the field before smoothing: fine steps, and sums of 15 x 15 numbers stay far below 2^31. */
const UNIT = 200

export const filmGrain = defineOperation({
  name: 'film-grain',
  summary: 'Adds grain as film shows it: without colour, strongest in the middle tones, none in pure black and white.',
  suffix: '',
  reach: 0,
  parameters: {
    amount: {
      type: 'number',
      default: 12,
      min: 0,
      max: 100,
      unit: 'levels',
      summary: 'Standard deviation of the grain in middle gray.',
    },
    size: {
      type: 'integer',
      default: 3,
      min: 1,
      max: 15,
      isOdd: true,
      unit: 'px',
      summary: 'Size of a grain.',
    },
  },
  example: 'film-grain:20,size=1',
  version: 1,
  apply(image, { amount, size }, context) {
    const field = createGrainField(context.seed, originOf(context), image.cols, size)
    const factor = amount / UNIT / size
    return copyByRows(image, context, (row, y, channels) => {
      const sums = field(y)
      for (let x = 0, at = 0; at < row.length; x++, at += channels) {
        const red = row[at] ?? 0
        const luma = channels === 1 ? red : (red + 2 * (row[at + 1] ?? 0) + (row[at + 2] ?? 0)) / 4
        // a parabola: 1 in the middle, 0 at both ends
        const weight = (4 * luma * (255 - luma)) / (255 * 255)
        const grain = Math.round(factor * weight * (sums[x] ?? 0))
        for (let channel = 0; channel < channels; channel++) {
          row[at + channel] = clampLevel((row[at + channel] ?? 0) + grain)
        }
      }
    })
  },
})

/** The sums over a square of `size` px around each pixel of a row; rows must be asked for in order from the origin's. */
function createGrainField(
  seed: bigint,
  { x: left, y: top }: { readonly x: number; readonly y: number },
  widthPx: number,
  size: number,
): (y: number) => Int32Array {
  const half = Math.floor(size / 2)
  const table = cachedNormalTable(UNIT)
  const stream = createStream(seed, 'film-grain')
  const rowOf = (y: number): Int16Array => {
    const key = stream.row(y)
    const row = new Int16Array(widthPx + 2 * half)
    for (let x = 0; x < row.length; x++) row[x] = table[lowHalf(drawAt(key, left + x - half))] ?? 0
    return row
  }
  /** Rows y - half to y + half. */
  const window = Array.from({ length: size }, (_, index) => rowOf(top + index - half - 1))
  const columns = new Int32Array(widthPx + 2 * half)
  for (const row of window) addRow(columns, row, 1)
  return (y) => {
    const next = rowOf(y + half)
    const last = window.shift()
    if (last !== undefined) addRow(columns, last, -1)
    window.push(next)
    addRow(columns, next, 1)
    return slidingSums(columns, size, widthPx)
  }
}

function addRow(columns: Int32Array, row: Int16Array, sign: 1 | -1): void {
  for (let x = 0; x < columns.length; x++) columns[x] = (columns[x] ?? 0) + sign * (row[x] ?? 0)
}

function slidingSums(columns: Int32Array, size: number, widthPx: number): Int32Array {
  const sums = new Int32Array(widthPx)
  let sum = 0
  for (let x = 0; x < size - 1; x++) sum += columns[x] ?? 0
  for (let x = 0; x < widthPx; x++) {
    sum += columns[x + size - 1] ?? 0
    sums[x] = sum
    sum -= columns[x] ?? 0
  }
  return sums
}
