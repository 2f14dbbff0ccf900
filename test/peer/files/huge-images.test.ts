/** Huge images on a real disk; small ones stand for them. */

import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { jobId, peerId, taskId } from '../../../src/base/ids.ts'
import { decodeImage } from '../../../src/cv/codec/decode.ts'
import { type HugeCodec, headersInThisProcess, hugeCodecInThisProcess } from '../../../src/cv/index.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { coreOf, createGrid, cropSamples } from '../../../src/cv/tiles/rectangles.ts'
import { createIsolatedHugeCodec } from '../../../src/cv/worker/isolated-huge-codec.ts'
import type { HugeImage } from '../../../src/peer/coordinator/ports.ts'
import { createHugeImages } from '../../../src/peer/files/huge-images.ts'
import { type OpenOutputFolder, openOutputFolder } from '../../../src/peer/files/output-folder.ts'
import type { OutputFormat } from '../../../src/protocol/messages.ts'
import { eventually } from '../../support/eventually.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { gradient, sharpOf } from '../../support/sample-images.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'

/** What it decodes is never whole. */
const ENDLESS = new URL('../../support/threads/endless-codec-process.ts', import.meta.url)
const PEER = { id: peerId('12D3KooWa'), name: 'a' }
const SIDE_PX = 32

interface World {
  readonly source: string
  readonly out: string
  readonly folder: OpenOutputFolder
  open(): Promise<HugeImage>
}

async function world(
  image: Pixels,
  format: OutputFormat = 'png',
  codec: HugeCodec = hugeCodecInThisProcess,
  name = 'source.png',
): Promise<World> {
  const source = join(await temporaryFolder(), name)
  await sharpOf(image)
    .toColourspace(image.channels <= 2 ? 'b-w' : 'srgb')
    .png()
    .toFile(source)
  const out = await temporaryFolder()
  const encoding = { format, quality: 90, keepMetadata: false }
  const recipe = { pipeline: 'invert', seed: 1, pixelVersion: 'test', ...encoding }
  const folder = await openOutputFolder(out, recipe, jobId('0123456789abcdef0123456789abcdef'))
  atEnd(() => folder.close())
  const store = createHugeImages({ folder, ...encoding, headers: headersInThisProcess, codec })
  const task = { id: taskId(0), path: name, source, output: 'result.png', seed: 0n }
  return { source, out, folder, open: () => store.open(task) }
}

/** Every tile is read and put where it was. */
async function copyTiles(image: HugeImage): Promise<void> {
  const grid = createGrid(image, SIDE_PX)
  const { channels } = image
  const moves = Array.from({ length: grid.count }, async (_, index) => {
    const part = coreOf(grid, index)
    const data = new Uint8Array(part.widthPx * part.heightPx * channels)
    await image.read(part, data)
    await image.place(part, { widthPx: part.widthPx, heightPx: part.heightPx, channels, data })
  })
  await Promise.all(moves)
}

const partialsIn = async ({ out }: World): Promise<string[]> => {
  const entries = await readdir(join(out, '.murmuration', 'partial'), { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

describe('a huge image on the disk', () => {
  it.each([1, 2, 3, 4] as const)('of %i channels is read by parts and stitched', async (channels) => {
    const pixels = gradient(100, 70, channels)
    const made = await world(pixels)
    const image = await made.open()
    expect([image.widthPx, image.heightPx, image.channels, image.frames]).toEqual([100, 70, channels, 1])
    const part = { x: 37, y: 11, widthPx: 20, heightPx: 50 }
    const samples = new Uint8Array(20 * 50 * channels)
    await image.read(part, samples)
    expect(Buffer.compare(samples, cropSamples(pixels.data, 100, channels, part))).toBe(0)
    await copyTiles(image)
    await image.save(PEER)
    await image.close()
    const bytes = await readFile(join(made.out, 'result.png'))
    const { pixels: found } = await decodeImage(bytes, { maxPixels: 1_000_000, timeoutMs: 60_000 })
    expect(Buffer.compare(found.data, pixels.data)).toBe(0)
    expect(await partialsIn(made)).toEqual([])
  })

  it('leaves nothing behind where another process was decoding it and is ended', async () => {
    const codec = createIsolatedHugeCodec({ entry: ENDLESS })
    const made = await world(gradient(50, 40, 3), 'png', codec, 'endless.png')
    const opening = rejectionOf(made.open())
    await eventually(async () => (await partialsIn(made)).length > 0)
    await codec.close()
    expect(await opening).toMatchObject({ code: 'ERR_CANCELLED' })
    expect(await partialsIn(made)).toEqual([])
  })

  it('is not saved when its source changed meanwhile, for the journal would explain another one', async () => {
    const made = await world(gradient(50, 40, 3))
    for (const change of [
      () => utimes(made.source, 1_000, 1_000),
      async () => writeFile(made.source, Buffer.concat([await readFile(made.source), Buffer.from('more')])),
    ]) {
      const image = await made.open()
      await copyTiles(image)
      await change()
      const error = await rejectionOf(image.save(PEER))
      expect([error.code, error.message]).toEqual(['ERR_READ', '"source.png" changed on disk while the job ran'])
      await image.close()
    }
    expect(await readdir(made.out)).toEqual(['.murmuration'])
    expect(await partialsIn(made)).toEqual([])
  })

  it('says so when its source went away meanwhile', async () => {
    const made = await world(gradient(50, 40, 3))
    const image = await made.open()
    await copyTiles(image)
    await rm(made.source)
    const error = await rejectionOf(image.save(PEER))
    expect([error.code, error.message]).toEqual(['ERR_READ', 'the file cannot be read: it does not exist any more'])
    await image.close()
  })

  it('is refused before it is decoded where its output format cannot hold its sides', async () => {
    const made = await world(gradient(16_400, 3, 1), 'webp')
    const error = await rejectionOf(made.open())
    expect([error.code, error.message]).toEqual([
      'ERR_UNSUPPORTED_IMAGE',
      'a webp holds at most 16383 pixels a side, and the image has 16400 x 3',
    ])
    expect(await partialsIn(made)).toEqual([])
  })

  it('is closed after the reads that are under way, which all end', async () => {
    const made = await world(gradient(500, 400, 3))
    const image = await made.open()
    const parts = Array.from({ length: 8 }, (_, index) => ({ x: index * 10, y: 0, widthPx: 300, heightPx: 400 }))
    const buffers = parts.map((part) => new Uint8Array(part.widthPx * part.heightPx * 3))
    const reading = parts.map((part, index) => image.read(part, buffers[index] ?? new Uint8Array(0)))
    await image.close()
    await Promise.all(reading)
    const { data } = gradient(500, 400, 3)
    for (const [index, part] of parts.entries()) {
      expect(Buffer.compare(buffers[index] ?? new Uint8Array(0), cropSamples(data, 500, 3, part))).toBe(0)
    }
    await image.close()
  })
})
