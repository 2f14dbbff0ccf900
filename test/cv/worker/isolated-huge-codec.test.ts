/** Huge images (small ones stand for them) that are decoded and encoded in a process of their own. */

import { once } from 'node:events'
import { open, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { asMurmurationError } from '../../../src/base/errors.ts'
import { HARMLESS_VERDICTS, HEADER_READ_MS, ISOLATED_CODEC_MARGIN_MS } from '../../../src/base/limits.ts'
import type { ImageHeader } from '../../../src/cv/codec/header.ts'
import { readFileHeader } from '../../../src/cv/codec/huge-file.ts'
import { encodeRawTiff } from '../../../src/cv/codec/raw-tiff.ts'
import { IMAGE_FORMATS } from '../../../src/cv/formats.ts'
import { type HugeCodec, hugeCodecInThisProcess } from '../../../src/cv/huge-codec.ts'
import type { IsolatedCodecOptions } from '../../../src/cv/worker/isolated-codec.ts'
import { createIsolatedHugeCodec } from '../../../src/cv/worker/isolated-huge-codec.ts'
import { childAtWork, childrenOf, isAlive } from '../../support/child-processes.ts'
import { endlessFile, makePipe } from '../../support/endless-file.ts'
import { eventually } from '../../support/eventually.ts'
import { makeExif } from '../../support/exif-fields.ts'
import { iptcRecord, jpegWith, XMP_TEXT } from '../../support/images-with-metadata.ts'
import { startNodeProgram } from '../../support/node-program.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { gradient, SAMPLE_FOLDER, sharpOf } from '../../support/sample-images.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const CRASHING = new URL('../../support/threads/crashing-codec-process.ts', import.meta.url)
const CODEC = new URL('../../../src/cv/worker/isolated-huge-codec.ts', import.meta.url)
const IS_LINUX = process.platform === 'linux'
const SAMPLE = join(SAMPLE_FOLDER, 'chelsea.png')
const TIMEOUT_MS = 60_000
const CRASHED = 'ended by itself, by a crash in native code (SIGSEGV)'

function isolated(options: IsolatedCodecOptions = {}): HugeCodec {
  const codec = createIsolatedHugeCodec(options)
  onTestFinished(() => codec.close())
  return codec
}

const headerOfSample = (): Promise<ImageHeader> => readFileHeader(SAMPLE)

/** The sample as a file that decoding never ends. */
async function decodingForEver(codec: HugeCodec): Promise<{ path: string; decoding: Promise<unknown> }> {
  const path = await endlessFile()
  return {
    path,
    decoding: codec.decode(path, join(await temporaryFolder(), 'raw'), await headerOfSample(), TIMEOUT_MS),
  }
}

const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (error: unknown) => {
      const { code, message } = asMurmurationError(error)
      return { code, message }
    },
  )

describe('an isolated codec', () => {
  it('decodes to the samples that this process decodes to, and refuses with the same sentences', async () => {
    const folder = await temporaryFolder()
    const [turned, faint, cut] = ['turned.jpg', 'faint.png', 'cut.png'].map((name) => join(folder, name))
    if (turned === undefined || faint === undefined || cut === undefined) throw new Error('there are three')
    await sharpOf(gradient(90, 50, 3))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(turned)
    await sharpOf(gradient(90, 50, 2))
      .toColourspace('b-w')
      .png()
      .toFile(faint)
    await writeFile(cut, (await readFile(SAMPLE)).subarray(0, 50_000))
    const decoded = async (codec: HugeCodec, name: string) => {
      const found: { readonly outcome: unknown; readonly samples: Buffer | undefined }[] = []
      // one by one: what libvips says of a failure is lost where another image begins meanwhile
      for (const [index, source] of [SAMPLE, join(SAMPLE_FOLDER, 'rocket.jpg'), turned, faint, cut].entries()) {
        const path = join(folder, `${name}-${index}`)
        const decoding = codec.decode(source, path, await readFileHeader(source), TIMEOUT_MS)
        const outcome = await outcomeOf(decoding.then((raw) => ({ ...raw, path: '' })))
        const bytes = await readFile(`${path}.v`).catch(() => undefined)
        found.push({ outcome, samples: bytes?.subarray(64) })
      }
      return found
    }
    const here = await decoded(hugeCodecInThisProcess, 'here')
    expect(here.map(({ outcome }) => outcome)).toMatchObject([
      { channels: 3 },
      { channels: 3 },
      { widthPx: 50, heightPx: 90 },
      { channels: 2, storedChannels: 4 },
      { code: 'ERR_NOT_AN_IMAGE' },
    ])
    const there = await decoded(isolated(), 'there')
    expect(there.map(({ outcome }) => outcome)).toEqual(here.map(({ outcome }) => outcome))
    for (const [index, { samples }] of there.slice(0, -1).entries()) {
      const expected = here[index]?.samples
      expect(samples?.length).toBeGreaterThan(10_000)
      expect(samples?.equals(expected ?? Buffer.alloc(0))).toBe(true)
    }
  })

  it('encodes to the same bytes in every format, metadata included', async () => {
    const folder = await temporaryFolder()
    const pixels = gradient(64, 48, 3)
    const [source, tiff] = [join(folder, 'source.jpg'), join(folder, 'stitched.tif')]
    const parts = { exif: makeExif({ copyright: 'me' }), xmp: Buffer.from(XMP_TEXT), iptc: iptcRecord('news') }
    await writeFile(source, await jpegWith(pixels, parts))
    await writeFile(tiff, encodeRawTiff(pixels))
    const there = isolated()
    const metadata = await there.metadata(source, 'jpg')
    expect(metadata).toMatchObject({ exif: expect.any(Uint8Array), xmp: expect.any(Uint8Array) })
    const plain = await hugeCodecInThisProcess.metadata(source, 'jpg')
    for (const part of ['exif', 'xmp', 'iptc'] as const) {
      expect(Buffer.from(metadata[part] ?? [])).toEqual(Buffer.from(plain[part] ?? []))
    }
    for (const format of IMAGE_FORMATS) {
      const options = { format, quality: 90, timeoutMs: TIMEOUT_MS, metadata }
      const targets = [join(folder, `here.${format}`), join(folder, `there.${format}`)] as const
      await hugeCodecInThisProcess.encode(tiff, targets[0], pixels, options)
      await there.encode(tiff, targets[1], pixels, options)
      expect((await readFile(targets[1])).equals(await readFile(targets[0])), format).toBe(true)
    }
    const nowhere = join(folder, 'none', 'output.png')
    const encoding = { format: 'png', quality: 90, timeoutMs: TIMEOUT_MS } as const
    expect(await outcomeOf(there.encode(tiff, nowhere, pixels, encoding))).toEqual(
      await outcomeOf(hugeCodecInThisProcess.encode(tiff, nowhere, pixels, encoding)),
    )
  })

  it.runIf(IS_LINUX)('decodes once more where its process was killed half-way', async () => {
    const { path, decoding } = await decodingForEver(isolated())
    const first = await childAtWork()
    // what the second one will find
    await writeFile(`${path}.whole`, await readFile(SAMPLE))
    await rename(`${path}.whole`, path)
    process.kill(first, 'SIGSEGV')
    expect(await decoding).toMatchObject({ channels: 3 })
  })

  it.runIf(IS_LINUX)('fails with the reason where that happens again, and decodes the next image', async () => {
    const codec = isolated()
    const { decoding } = await decodingForEver(codec)
    const failing = rejectionOf(decoding)
    const first = await childAtWork()
    process.kill(first, 'SIGSEGV')
    process.kill(await childAtWork(first), 'SIGSEGV')
    const { code, message } = await failing
    expect([code, message]).toEqual(['ERR_WORKER_CRASHED', `the process that decoded the image ${CRASHED}`])
    const path = join(await temporaryFolder(), 'next')
    expect(await codec.decode(SAMPLE, path, await headerOfSample(), TIMEOUT_MS)).toMatchObject({ path: `${path}.v` })
  })

  it('fails with the reason where encoding ends every process', async () => {
    const folder = await temporaryFolder()
    const tiff = join(folder, 'poison-encode.tif')
    const pixels = gradient(20, 20, 3)
    await writeFile(tiff, encodeRawTiff(pixels))
    const encoding = { format: 'png', quality: 90, timeoutMs: TIMEOUT_MS } as const
    const codec = isolated({ entry: CRASHING })
    const { code, message } = await rejectionOf(codec.encode(tiff, join(folder, 'output'), pixels, encoding))
    expect([code, message]).toEqual(['ERR_WORKER_CRASHED', `the process that encoded the result ${CRASHED}`])
  })

  it.runIf(IS_LINUX)('ends a process that stands still, some time after libvips would have given up', async () => {
    const clock = createVirtualClock()
    const codec = isolated({ clock })
    const { decoding } = await decodingForEver(codec)
    const failing = rejectionOf(decoding)
    const first = await childAtWork()
    await clock.advance((HARMLESS_VERDICTS + 1) * TIMEOUT_MS + ISOLATED_CODEC_MARGIN_MS - 1)
    expect(isAlive(first)).toBe(true)
    await clock.advance(1)
    const { code, message } = await failing
    expect([code, message]).toEqual(['ERR_TASK_TIMEOUT', 'the decoded image was expected within 420 s'])
    // asked before the first is gone, which costs it nothing
    const path = join(await temporaryFolder(), 'next')
    expect(await codec.decode(SAMPLE, path, await headerOfSample(), TIMEOUT_MS)).toMatchObject({ path: `${path}.v` })
    expect(isAlive(first)).toBe(false)
    const reading = rejectionOf(codec.metadata(await endlessFile(), 'png'))
    await childAtWork(first)
    await clock.advance(HEADER_READ_MS)
    expect(await reading).toMatchObject({ code: 'ERR_TASK_TIMEOUT' })
  })

  it.runIf(IS_LINUX)('writes nothing more once it is closed, and refuses from then on', async () => {
    const codec = isolated()
    const path = join(await temporaryFolder(), 'raw')
    // of 400 kB it takes 64: the writer stands half-way for as long as nobody reads on
    makePipe(`${path}.v`)
    const header = await headerOfSample()
    const decoding = rejectionOf(codec.decode(SAMPLE, path, header, TIMEOUT_MS))
    await using written = await open(`${path}.v`)
    const { bytesRead } = await written.read(Buffer.alloc(1_000))
    expect(bytesRead).toBeGreaterThan(0)
    await codec.close()
    expect(await decoding).toMatchObject({ code: 'ERR_CANCELLED' })
    expect(childrenOf(process.pid)).toEqual([])
    // it ends, so nobody holds its other side any more
    const rest = await written.readFile()
    expect(bytesRead + rest.length).toBeLessThan(header.widthPx * header.heightPx * header.channels)
    expect(await rejectionOf(codec.metadata(SAMPLE, 'png'))).toMatchObject({ code: 'ERR_CANCELLED' })
  })

  it.runIf(IS_LINUX)('ends with a program that is killed while it decodes', async () => {
    const source = await endlessFile()
    const program = `
      import { createIsolatedHugeCodec } from ${JSON.stringify(CODEC.href)}
      const header = ${JSON.stringify(await headerOfSample())}
      void createIsolatedHugeCodec().decode(${JSON.stringify(source)}, '/dev/null/none', header, ${TIMEOUT_MS})
      console.log('decoding')`
    const child = startNodeProgram(program)
    await once(child.stdout, 'data')
    const [codec = 0] = childrenOf(child.pid ?? 0)
    expect(isAlive(codec)).toBe(true)
    child.kill('SIGKILL')
    await eventually(() => !isAlive(codec))
  })
})
