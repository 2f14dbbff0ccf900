/** Valid images cut off at every stage or with flipped bits, and files with nothing in them. */

import { createRandom, randomIndex } from '../../../src/base/random.ts'
import { IMAGE_FORMATS } from '../../../src/cv/formats.ts'
import { noise, zeros } from './binary.ts'
import { type HostileImage, hostile } from './hostile-image.ts'
import type { Samples } from './samples.ts'

/** Lengths of what is left: from the signature to all but the last byte. */
const lengthsOf = (length: number): readonly number[] => [
  ...[1, 3, 8, 13, 30, 64],
  ...[0.2, 0.5, 0.8].map((share) => Math.floor(length * share)),
  ...[length - 16, length - 2, length - 1],
]

/** So near the end that all samples may be there; then it has to be the whole image. */
const LAST_BYTES = 64

export const truncated = (samples: Samples): HostileImage[] =>
  IMAGE_FORMATS.flatMap((format) => {
    const whole = samples[format]
    return lengthsOf(whole.length).map((length) => {
      const fate = whole.length - length <= LAST_BYTES ? 'either' : 'failed'
      return hostile(`cut-${format}-${length}-of-${whole.length}`, format, whole.subarray(0, length), fate)
    })
  })

const FLIPPED_PER_FORMAT = 10
const FLIPS = 3

export const flipped = (samples: Samples, seed: number): HostileImage[] =>
  IMAGE_FORMATS.flatMap((format) =>
    Array.from({ length: FLIPPED_PER_FORMAT }, (_, index) => {
      const random = createRandom(`${seed}/${format}/${index}`)
      const bytes = Buffer.from(samples[format])
      // half of them in the headers, where most rules are
      const range = index % 2 === 0 ? Math.min(200, bytes.length) : bytes.length
      for (let flip = 0; flip < FLIPS; flip++) {
        const at = randomIndex(random, range)
        bytes[at] = (bytes[at] ?? 0) ^ (1 << randomIndex(random, 8))
      }
      return hostile(`flipped-${format}-${index}`, format, bytes, 'either')
    }),
  )

/** Nothing, or nothing that means anything, with and without the beginning of an image. */
export const empty = (samples: Samples, seed: number): HostileImage[] => [
  hostile('empty', 'jpg', zeros(0)),
  hostile('one-zero', 'png', zeros(1)),
  hostile('zeros', 'png', zeros(1_000)),
  hostile('a-million-zeros', 'tif', zeros(1_000_000)),
  hostile('random', 'webp', noise(`${seed}/random`, 2_000)),
  ...IMAGE_FORMATS.map((format) =>
    hostile(
      `random-behind-a-${format}-signature`,
      format,
      Buffer.concat([samples[format].subarray(0, 16), noise(`${seed}/${format}`, 3_000)]),
    ),
  ),
  ...IMAGE_FORMATS.map((format) =>
    hostile(
      `zeros-behind-a-${format}-header`,
      format,
      Buffer.concat([samples[format].subarray(0, 40), zeros(5_000)]),
      // zeros are a valid code in webp
      format === 'webp' ? 'either' : 'failed',
    ),
  ),
]

/** What is in it decides, so these are images like any other. */
export const misnamed = (samples: Samples): HostileImage[] =>
  IMAGE_FORMATS.map((format, index) => {
    const other = IMAGE_FORMATS[(index + 1) % IMAGE_FORMATS.length] ?? 'png'
    return hostile(`a-${format}-called-${other}`, other, samples[format], 'done')
  })
