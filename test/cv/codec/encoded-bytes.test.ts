/**
 * The bytes of encoded results, fixed: `--verify` compares them between peers, so that a machine which encodes otherwise would be
 * called a liar. These were the same on x64 with and without AVX and on arm64 (emulated). AVIF is not among them: libaom's differ.
 * They may change with sharp or jpeg-turbo, whose versions are part of pixelVersion.
 */

import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { encodeImage } from '../../../src/cv/codec/encode.ts'
import { gradient } from '../../support/sample-images.ts'

// at 96 a jpg is libvips', below it jpeg-turbo's
it.each([
  ['jpg', 90, 3, '06ffc54eca5ca1cf'],
  ['jpg', 90, 1, 'ca62d4ce7354d34a'],
  ['jpg', 80, 3, 'd7ebd8197ea30753'],
  ['jpg', 96, 3, '39308926d1b051e3'],
  ['jpg', 96, 1, 'c4e6b57924ff13d2'],
  ['png', 90, 3, '0cbd6882ed20088f'],
  ['png', 90, 4, '0ae6c844da71d023'],
  ['webp', 90, 3, '5cd49f4bf50519be'],
  ['webp', 90, 4, '0c884514c68def69'],
  ['tif', 90, 3, 'ecd466c7a7cfdc36'],
  ['tif', 90, 2, '723bae23f85b1afc'],
  ['gif', 90, 3, '419fd3db0d2c1797'],
] as const)(
  'a %s of quality %i and %i channels has the bytes that every peer gives it',
  async (format, quality, channels, digest) => {
    const bytes = await encodeImage(gradient(211, 157, channels), { format, quality, timeoutMs: 60_000 })
    expect(createHash('sha256').update(bytes).digest('hex').slice(0, 16)).toBe(digest)
  },
)
