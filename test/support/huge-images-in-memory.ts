/** Huge images that fit into memory: what a tiled job reads of them, and what it makes of them. */

import { MurmurationError } from '../../src/base/errors.ts'
import { pixelDigest } from '../../src/cv/codec/pixel-digest.ts'
import type { Pixels } from '../../src/cv/pixels.ts'
import { cropSamples, type Rectangle } from '../../src/cv/tiles/rectangles.ts'
import type { HugeImage, HugeImageStore } from '../../src/peer/coordinator/ports.ts'
import type { PeerRef } from '../../src/peer/job-events.ts'

export interface HugeImagesInMemory extends HugeImageStore {
  /** By the image's path, once it is saved. */
  readonly saved: Map<string, { readonly pixels: Pixels; readonly peer: PeerRef }>
  /** Every part that was placed, as `path x,y`, in order. */
  readonly placed: string[]
  /** Images open at this moment. */
  readonly openCount: number
}

export interface HugeImagesOptions {
  /** Called before an image is open. */
  readonly whileOpening?: () => Promise<void>
  /** Called before a part is placed. */
  readonly whilePlacing?: (part: Rectangle) => Promise<void>
}

/** @param images by their path */
export function hugeImagesInMemory(
  images: ReadonlyMap<string, Pixels>,
  { whileOpening, whilePlacing }: HugeImagesOptions = {},
): HugeImagesInMemory {
  const saved: HugeImagesInMemory['saved'] = new Map()
  const placed: string[] = []
  let openCount = 0
  return {
    saved,
    placed,
    get openCount() {
      return openCount
    },
    async open({ path }) {
      const image = images.get(path)
      if (image === undefined) throw new MurmurationError('ERR_NOT_AN_IMAGE', 'an image is expected')
      await whileOpening?.()
      openCount++
      let result: Pixels | undefined
      const huge: HugeImage = {
        ...{ widthPx: image.widthPx, heightPx: image.heightPx, channels: image.channels, frames: 1 },
        async read(part, samples) {
          samples.set(cropSamples(image.data, image.widthPx, image.channels, part))
        },
        async place(part, { channels, data }) {
          await whilePlacing?.(part)
          placed.push(`${path} ${part.x},${part.y}`)
          const { widthPx, heightPx } = image
          result ??= { widthPx, heightPx, channels, data: new Uint8Array(widthPx * heightPx * channels) }
          const rowBytes = part.widthPx * channels
          for (let row = 0; row < part.heightPx; row++) {
            const to = ((part.y + row) * widthPx + part.x) * channels
            result.data.set(data.subarray(row * rowBytes, (row + 1) * rowBytes), to)
          }
        },
        async save(peer) {
          if (result === undefined) throw new Error('nothing was placed')
          saved.set(path, { pixels: result, peer })
          return { sizeBytes: result.data.length, pixelDigest: pixelDigest(result) }
        },
        async close() {
          openCount--
        },
      }
      return huge
    },
  }
}
