/** Every hostile image through the decoder, in this process. */

import { hash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { MAX_DECODED_SIDE_PX, MAX_MESSAGE_BYTES } from '../../../src/base/limits.ts'
import { decodeImage } from '../../../src/cv/codec/decode.ts'
import { readImageHeader } from '../../../src/cv/codec/header.ts'
import { libvipsWords, loadSharp } from '../../../src/cv/codec/sharp.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import type { HostileImage } from '../../support/hostile-images/hostile-image.ts'
import { fileNameOf, makeHostileImages } from '../../support/hostile-images/make-hostile-images.ts'
import { makeSamples } from '../../support/hostile-images/samples.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const LIMITS = { maxPixels: 50_000_000, timeoutMs: 60_000 }
const REFUSALS = ['ERR_NOT_AN_IMAGE', 'ERR_UNSUPPORTED_IMAGE', 'ERR_TOO_LARGE']

let images: readonly HostileImage[]
beforeAll(async () => {
  images = await makeHostileImages()
})

const named = (name: string): HostileImage => {
  const found = images.find((image) => image.name === name)
  if (found === undefined) throw new Error(`no hostile image is called ${name}`)
  return found
}

async function outcomeOf(image: HostileImage): Promise<Pixels | MurmurationError> {
  try {
    return (await decodeImage(image.bytes, LIMITS)).pixels
  } catch (error) {
    if (error instanceof MurmurationError) return error
    throw error
  }
}

describe('the hostile images', () => {
  it('are more than 200, all different, and the same each time', async () => {
    expect(images.length).toBeGreaterThan(200)
    expect(new Set(images.map(fileNameOf)).size).toBe(images.length)
    const digests = (made: readonly HostileImage[]) => made.map(({ bytes }) => hash('sha256', bytes))
    expect(digests(await makeHostileImages())).toEqual(digests(images))
  })

  it('are each decoded or refused as they should be, in a sentence that a person understands', async () => {
    const unexpected: string[] = []
    for (const image of images) {
      const outcome = await outcomeOf(image)
      const fate = outcome instanceof MurmurationError ? 'failed' : 'done'
      if (image.fate !== 'either' && image.fate !== fate) unexpected.push(`${image.name}: ${fate}`)
      if (!(outcome instanceof MurmurationError)) continue
      expect(REFUSALS).toContain(outcome.code)
      expect(outcome.message).toMatch(/^the (file|image|jpg|png|webp|tif|gif|avif) (is|has|claims) [^\n]+$/)
      expect(outcome.message).not.toMatch(/Input buffer|VipsJpeg|2vips|undefined|: *$|\/tmp/)
      expect(Buffer.byteLength(outcome.message)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
    }
    expect(unexpected).toEqual([])
  })

  it('that are cut off are refused, or it was nothing of the picture that was cut', async () => {
    const samples = await makeSamples()
    const whole = new Map<string, Pixels>()
    for (const [format, bytes] of Object.entries(samples)) whole.set(format, (await decodeImage(bytes, LIMITS)).pixels)
    for (const image of images.filter(({ name }) => name.startsWith('cut-'))) {
      const outcome = await outcomeOf(image)
      if (!(outcome instanceof MurmurationError)) expect(outcome, image.name).toEqual(whole.get(image.extension))
    }
  })
})

describe('a header', () => {
  // a webp cannot have so many; of a gif the decoder goes by the frame
  it.each(['png', 'jpg', 'tif', 'avif'])('of a %s that says 50,000 x 50,000 is enough to refuse it', async (format) => {
    const before = process.cpuUsage()
    const error = await rejectionOf(decodeImage(named(`${format}-says-50000x50000`).bytes, LIMITS))
    expect(error.code).toBe('ERR_TOO_LARGE')
    expect(error.message).toContain('2500.0 MP (50000 x 50000)')
    // 2,500 megapixels could not be decoded in that time, of which a busy machine takes nothing
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(5_000)
  })

  it.each(['tif-directory-that-points-to-itself', 'jpg-1000-scans-of-16-megapixels', 'jpg-5000-scans'])(
    'of %s is refused where the coordinator reads it, before libvips does',
    async (name) => {
      const error = await rejectionOf(readImageHeader(named(name).bytes))
      expect(error.code).toBe('ERR_UNSUPPORTED_IMAGE')
      expect(error.message).toMatch(/is expected to have at most \d+ (scans|pages), and has more/)
    },
  )

  it('of as many scans or pages as there may be is read', async () => {
    expect(await readImageHeader(named('jpg-80-scans-of-16-megapixels').bytes)).toMatchObject({ widthPx: 4_000 })
    expect(await readImageHeader(named('tif-10000-pages').bytes)).toMatchObject({ pages: 10_000 })
  })

  it('with a side that no row buffer has room for is refused whatever the pixels are', async () => {
    const error = await rejectionOf(decodeImage(named('png-one-row-of-40-million').bytes, LIMITS))
    expect(error.message).toBe(
      `the image has 40000000 x 1 pixels, and a side may have at most ${MAX_DECODED_SIDE_PX}: cut it into parts first`,
    )
  })
})

describe('samples that are missing', () => {
  it.each([
    ['jpg-says-7000x7000', 'the jpg is cut off or damaged'],
    ['tif-tiles-behind-their-end', 'the tif is cut off or damaged'],
  ])('are noticed in %s, which libvips would fill with one colour', async (name, sentence) => {
    expect((await rejectionOf(decodeImage(named(name).bytes, LIMITS))).message).toContain(sentence)
  })

  it('are told apart from what only a header says', async () => {
    for (const name of ['tif-sub-directory-that-points-to-itself', 'tif-strip-of-no-bytes']) {
      expect((await decodeImage(named(name).bytes, LIMITS)).pixels, name).toMatchObject({ widthPx: 16, heightPx: 16 })
    }
    const { jpg } = await makeSamples()
    const padded = Buffer.concat([jpg.subarray(0, -2), Buffer.from([0x11, 0x22]), jpg.subarray(-2)])
    expect((await decodeImage(padded, LIMITS)).pixels).toEqual((await decodeImage(jpg, LIMITS)).pixels)
  })
})

describe('the loaders of libvips', () => {
  it.each([
    ['svg', 'a-svg'],
    ['svgz', 'a-svgz'],
    ['csv', 'a-csv'],
    ['mat', 'a-matrix'],
    ['v', 'a-vips'],
    ['pdf', 'a-pdf'],
    ['jp2', 'a-jp2'],
    ['ppm', 'a-ppm'],
    ['fits', 'a-fits'],
    ['exr', 'a-exr'],
    ['psd', 'a-psd'],
    ['bmp', 'a-bmp'],
    ['jxl', 'a-jxl'],
    ['hdr', 'a-hdr'],
    ['mvg', 'a-magick-script'],
    ['nii', 'a-nifti'],
  ])(
    'for .%s are off, for files and for bytes, also where nobody looked at the first bytes before',
    async (extension, name) => {
      const { bytes } = named(name)
      const path = join(await temporaryFolder(), `image.${extension}`)
      await writeFile(path, bytes)
      for (const input of [path, bytes]) {
        const words = await loadSharp()(input).raw().toBuffer().then(String, libvipsWords)
        expect(words).toMatch(/^Input (file|buffer) contains unsupported image format/)
      }
    },
  )

  it('are those of our six formats, whatever this build of libvips brings along', async () => {
    const made = await makeSamples()
    for (const bytes of Object.values(made)) expect(await loadSharp()(bytes).metadata()).toMatchObject({ width: 64 })
    // the raw loader, which would take any file, is none that a file can reach
    expect(await loadSharp()(named('random').bytes).metadata().then(String, libvipsWords)).toContain('unsupported')
  })
})
