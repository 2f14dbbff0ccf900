/** Huge images on a simulated disk: what src/peer/files/huge-images.ts is on a real one, and a check that they are stitched once. */

import { hash } from 'node:crypto'
import { MurmurationError } from '../../src/base/errors.ts'
import { cropSamples, type Rectangle } from '../../src/cv/tiles/rectangles.ts'
import type { PlannedTask } from '../../src/peer/coordinator/job.ts'
import type { HugeImage, HugeImageStore, SourceReader } from '../../src/peer/coordinator/ports.ts'
import type { FileSystem } from '../../src/peer/files/file-system.ts'
import type { OpenOutputFolder } from '../../src/peer/files/output-folder.ts'
import { readSource } from './disk-reader.ts'
import { readImage } from './images.ts'
import { samplesOf, tiledFile } from './tile-images.ts'

export interface VirtualHugeImagesOptions {
  readonly folder: OpenOutputFolder
  readonly files: FileSystem
  readonly reader: SourceReader
  onBroken(sentence: string): void
}

export function createVirtualHugeImages(options: VirtualHugeImagesOptions): HugeImageStore {
  let count = 0
  return { open: (task) => openImage(task, options.folder.partialPath(`huge-${count++}`), options) }
}

async function openImage(
  task: PlannedTask,
  scratch: string,
  { folder, files, reader, onBroken }: VirtualHugeImagesOptions,
): Promise<HugeImage> {
  const before = await reader.stat(task.source)
  const image = readImage(await readSource(reader, task.source))
  const { widthPx, heightPx } = image
  const source = `${scratch}-source`
  await onDisk(() => files.writeFile(source, samplesOf(image)))
  const stitched = new Uint8Array(widthPx * heightPx)
  const placed = new Set<string>()
  let placedPixels = 0

  async function onDisk<T>(act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      throw folder.writeError(task, error)
    }
  }

  return {
    ...{ widthPx, heightPx, channels: 1, frames: 1 },

    async read(part, samples) {
      try {
        for await (const piece of files.read(source)) samples.set(cropSamples(piece, widthPx, 1, part))
      } catch (error) {
        throw new MurmurationError('ERR_READ', 'the decoded image cannot be read', { cause: error })
      }
    },

    async place(part, { data }) {
      await onDisk(() => files.access(source, 0))
      const corner = `${part.x},${part.y}`
      if (placed.has(corner)) onBroken(`the tile at ${corner} of ${task.path} was placed twice`)
      placed.add(corner)
      placedPixels += part.widthPx * part.heightPx
      paste(stitched, widthPx, part, data)
    },

    async save(peer, others = []) {
      const pixels = widthPx * heightPx
      if (placedPixels !== pixels) onBroken(`${task.path} is saved with ${placedPixels} of ${pixels} pixels placed`)
      const bytes = tiledFile(image, stitched)
      const output = `${scratch}-output`
      await onDisk(() => files.writeFile(output, bytes))
      const input = { ...before, digest: hash('sha256', await readSource(reader, task.source), 'buffer') }
      const pixelDigest = hash('sha256', stitched, 'buffer').subarray(0, 16)
      const digest = hash('sha256', bytes, 'buffer')
      await folder.adopt(output, { task, peer, others, input, outputBytes: bytes.length, digest, pixelDigest })
      return { sizeBytes: bytes.length, pixelDigest }
    },

    async close() {
      // what cannot be removed now is removed with the folder of partial files
      await files.rm(source, { force: true }).catch(() => {})
    },
  }
}

function paste(target: Uint8Array, widthPx: number, part: Rectangle, data: Uint8Array): void {
  for (let row = 0; row < part.heightPx; row++) {
    const samples = data.subarray(row * part.widthPx, (row + 1) * part.widthPx)
    target.set(samples, (part.y + row) * widthPx + part.x)
  }
}
