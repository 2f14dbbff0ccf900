/**
 * Huge images on the disk: the source decoded to raw samples, which are read by rectangle; the result stitched behind a TIFF
 * header, and encoded in one go at the end. Both lie in `.murmuration/partial` below the output folder, which every job
 * empties when it begins. In memory are single tiles only.
 */

import { randomUUID } from 'node:crypto'
import { read, write } from 'node:fs'
import { type FileHandle, open, rm, stat } from 'node:fs/promises'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { HUGE_CODEC_MS, MAX_TILED_PIXELS, STITCH_CHUNK_BYTES } from '../../base/limits.ts'
import { type EncodeOptions, refuseLongSides, transparencyLost } from '../../cv/codec/encode.ts'
import type { RawFile } from '../../cv/codec/huge-file.ts'
import { startPixelDigest } from '../../cv/codec/pixel-digest.ts'
import { rawTiffHeader } from '../../cv/codec/raw-tiff.ts'
import type { HeaderReader, HugeCodec, ImageHeader, Pixels } from '../../cv/index.ts'
import { hasAlpha } from '../../cv/pixels.ts'
import type { Rectangle } from '../../cv/tiles/rectangles.ts'
import type { OutputFormat } from '../../protocol/messages.ts'
import type { PlannedTask } from '../coordinator/job.ts'
import type { HugeImage, HugeImageStore, SourceReader } from '../coordinator/ports.ts'
import type { PeerRef } from '../job-events.ts'
import { digestFile } from './digest-file.ts'
import { diskFiles } from './disk-source.ts'
import type { OpenOutputFolder } from './output-folder.ts'
import { readError } from './read-error.ts'

export interface HugeImagesOptions {
  readonly folder: OpenOutputFolder
  readonly format: OutputFormat
  readonly quality: number
  readonly keepMetadata: boolean
  readonly headers: Pick<HeaderReader, 'ofFile'>
  readonly codec: HugeCodec
}

export const createHugeImages = ({
  folder,
  format,
  quality,
  keepMetadata,
  headers,
  codec,
}: HugeImagesOptions): HugeImageStore => ({
  async open(task) {
    const before = await diskFiles.stat(task.source)
    const header = await headers.ofFile(task.source)
    refuseTooLarge(header)
    const outputFormat = format === 'keep' ? header.format : format
    // before hours of work, not after: an operation that tiles can do keeps the size
    refuseLongSides(outputFormat, header.widthPx, header.heightPx)
    const metadata = keepMetadata ? await codec.metadata(task.source, header.format) : undefined
    const encode = { format: outputFormat, quality, timeoutMs: HUGE_CODEC_MS, metadata }
    const scratch = folder.partialPath(randomUUID())
    try {
      const raw = await codec.decode(task.source, `${scratch}-source`, header, HUGE_CODEC_MS)
      const source = await open(raw.path)
      return new HugeImageFiles({ task, before, frames: header.pages, raw, source, scratch, folder, codec, encode })
    } catch (error) {
      await rm(`${scratch}-source.v`, { force: true })
      throw asMurmurationError(error, 'ERR_READ')
    }
  },
})

function refuseTooLarge({ widthPx, heightPx }: ImageHeader): void {
  if (widthPx * heightPx <= MAX_TILED_PIXELS) return
  throw new MurmurationError(
    'ERR_TOO_LARGE',
    `a tiled image is expected to have at most ${MAX_TILED_PIXELS / 1e6} MP, got ${widthPx} x ${heightPx}`,
  )
}

interface Parts {
  readonly task: PlannedTask
  /** Of the source when it was decoded. */
  readonly before: Awaited<ReturnType<SourceReader['stat']>>
  readonly frames: number
  readonly raw: RawFile
  readonly source: FileHandle
  /** Beginning of the names of all files that are kept for the image. */
  readonly scratch: string
  readonly folder: OpenOutputFolder
  readonly codec: HugeCodec
  readonly encode: EncodeOptions
}

interface Stitched {
  readonly file: FileHandle
  readonly channels: Pixels['channels']
  readonly offset: number
}

class HugeImageFiles implements HugeImage {
  readonly #parts: Parts
  /** Reads and writes under way: no file is closed before them, whose number might then be another's. */
  readonly #moving = new Set<Promise<void>>()
  #isClosed = false
  #stitched: Promise<Stitched> | undefined

  constructor(parts: Parts) {
    this.#parts = parts
  }

  get widthPx(): number {
    return this.#parts.raw.widthPx
  }

  get heightPx(): number {
    return this.#parts.raw.heightPx
  }

  get frames(): number {
    return this.#parts.frames
  }

  get channels(): Pixels['channels'] {
    return this.#parts.raw.channels
  }

  async read(part: Rectangle, samples: Uint8Array): Promise<void> {
    const { raw, source } = this.#parts
    const { storedChannels, channels, offset, widthPx } = raw
    const isStored = storedChannels === channels
    const stored = isStored ? samples : new Uint8Array(part.widthPx * part.heightPx * storedChannels)
    try {
      await this.#move('read', source, { offset, widthPx, channels: storedChannels }, part, stored)
      if (!isStored) takeGrayAndAlpha(stored, samples)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new MurmurationError('ERR_READ', `the decoded image cannot be read: ${why}`, { cause: error })
    }
  }

  async place(part: Rectangle, { channels, data }: Pixels): Promise<void> {
    this.#stitched ??= this.#createStitched(channels)
    const stitched = await this.#stitched
    if (stitched.channels !== channels) {
      throw new MurmurationError(
        'ERR_PROTOCOL',
        `every tile is expected to have ${stitched.channels} channels, got ${channels}`,
      )
    }
    try {
      const { file, offset } = stitched
      await this.#move('write', file, { offset, widthPx: this.widthPx, channels }, part, data)
    } catch (error) {
      throw this.#parts.folder.writeError(this.#parts.task, error)
    }
  }

  async #move(...rows: Parameters<typeof moveRows>): Promise<void> {
    // a tile that was being read ahead when its image failed
    if (this.#isClosed) throw new Error('it was closed')
    const moving = moveRows(...rows)
    this.#moving.add(moving)
    try {
      await moving
    } finally {
      this.#moving.delete(moving)
    }
  }

  async save(peer: PeerRef, others: readonly PeerRef[] = []): Promise<{ sizeBytes: number; pixelDigest: Uint8Array }> {
    const { task, before, folder, scratch, codec, encode } = this.#parts
    const stitched = await this.#stitched
    if (stitched === undefined) throw new MurmurationError('ERR_INTERNAL', 'an image is expected to be stitched')
    const { channels } = stitched
    const shape = { widthPx: this.widthPx, heightPx: this.heightPx, channels }
    const { pixelDigest, isOpaque } = await walkThrough(stitched, shape)
    if (encode.format === 'jpg' && !isOpaque) throw transparencyLost()
    const output = `${scratch}-output`
    try {
      await codec.encode(this.#stitchedPath, output, shape, encode)
      const [{ size }, digest] = await Promise.all([stat(output), digestFile(output)]).catch((error: unknown) => {
        throw folder.writeError(task, error)
      })
      const input = { ...(await diskFiles.stat(task.source)), digest: await digestSource(task.source) }
      if (input.sizeBytes !== before.sizeBytes || input.modifiedMs !== before.modifiedMs) {
        throw new MurmurationError('ERR_READ', `"${task.path}" changed on disk while the job ran`)
      }
      await folder.adopt(output, { task, peer, others, input, outputBytes: size, digest, pixelDigest })
      return { sizeBytes: size, pixelDigest }
    } finally {
      await rm(output, { force: true })
    }
  }

  async close(): Promise<void> {
    const { source, raw } = this.#parts
    this.#isClosed = true
    await Promise.allSettled(this.#moving)
    const stitched = await this.#stitched?.catch(() => undefined)
    // what cannot be removed now is removed with the folder of partial files
    await Promise.allSettled([
      source.close().then(() => rm(raw.path, { force: true })),
      (stitched?.file.close() ?? Promise.resolve()).then(() => rm(this.#stitchedPath, { force: true })),
    ])
  }

  get #stitchedPath(): string {
    return `${this.#parts.scratch}-stitched.tif`
  }

  async #createStitched(channels: Pixels['channels']): Promise<Stitched> {
    try {
      const file = await open(this.#stitchedPath, 'w+')
      const header = rawTiffHeader({ widthPx: this.widthPx, heightPx: this.heightPx, channels })
      await file.write(header, 0, header.length, 0)
      return { file, channels, offset: header.length }
    } catch (error) {
      throw this.#parts.folder.writeError(this.#parts.task, error)
    }
  }
}

interface FileRows {
  /** Where the first row begins. */
  readonly offset: number
  readonly widthPx: number
  readonly channels: number
}

/** As many rows at once as libuv has threads. */
const DISK_LANES = 4

/**
 * Reads or writes a part of a file of samples, row by row; settles when nothing is under way any more. By callbacks: a promise for each row of each tile would be most of
 * what a coordinator leaves to its garbage collector.
 */
function moveRows(
  direction: 'read' | 'write',
  { fd }: FileHandle,
  { offset, widthPx, channels }: FileRows,
  part: Rectangle,
  samples: Uint8Array,
): Promise<void> {
  const rowBytes = part.widthPx * channels
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let next = 0
  let underWay = 0
  let failure: Error | undefined
  const moveNext = (): void => {
    const row = next++
    if (row >= part.heightPx) return
    underWay++
    const at = offset + ((part.y + row) * widthPx + part.x) * channels
    if (direction === 'read') read(fd, samples, row * rowBytes, rowBytes, at, moved)
    else write(fd, samples, row * rowBytes, rowBytes, at, moved)
  }
  const moved = (error: Error | null, movedBytes: number): void => {
    underWay--
    failure ??= error ?? (movedBytes === rowBytes ? undefined : new Error('the file is shorter than it was'))
    if (failure === undefined) moveNext()
    if (underWay > 0) return
    if (failure === undefined) resolve()
    else reject(failure)
  }
  for (let lane = 0; lane < DISK_LANES; lane++) moveNext()
  return promise
}

/** Once through all samples in order. */
async function walkThrough(
  { file, offset }: Stitched,
  { widthPx, heightPx, channels }: Omit<Pixels, 'data'>,
): Promise<{ readonly pixelDigest: Uint8Array; readonly isOpaque: boolean }> {
  const digest = startPixelDigest({ widthPx, heightPx, channels })
  const totalBytes = widthPx * heightPx * channels
  // whole pixels, so that alpha is always the last of them
  const chunk = new Uint8Array(Math.floor(STITCH_CHUNK_BYTES / channels) * channels)
  let isOpaque = true
  for (let at = 0; at < totalBytes; at += chunk.length) {
    const length = Math.min(chunk.length, totalBytes - at)
    const { bytesRead } = await file.read(chunk, 0, length, offset + at)
    if (bytesRead !== length) {
      throw new MurmurationError('ERR_READ', 'the stitched image is expected to be whole, and is cut off')
    }
    digest.update(chunk.subarray(0, length))
    if (!hasAlpha(channels) || !isOpaque) continue
    for (let alpha = channels - 1; alpha < length; alpha += channels) if (chunk[alpha] !== 255) isOpaque = false
  }
  return { pixelDigest: digest.digest(), isOpaque }
}

/** @throws MurmurationError ERR_READ */
async function digestSource(source: string): Promise<Uint8Array> {
  try {
    return await digestFile(source)
  } catch (error) {
    throw readError(error, source)
  }
}

/** From rgba samples whose colours are all gray. */
function takeGrayAndAlpha(rgba: Uint8Array, result: Uint8Array): void {
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 2) {
    result[to] = rgba[from] ?? 0
    result[to + 1] = rgba[from + 3] ?? 0
  }
}
