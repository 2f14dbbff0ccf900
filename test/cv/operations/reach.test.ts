/**
 * What `reach` promises: a part of the result follows from the same part of the image with that much around it, and from its
 * place. Nothing here has to change when an operation is added.
 */

import { describe, expect, it } from 'vitest'
import { operations } from '../../../src/cv/operations/registry.ts'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import { reachOf } from '../../../src/cv/pipeline/pipeline.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { runTile } from '../../../src/cv/tiles/run-tile.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'
import { ran } from '../../support/pixel-rows.ts'
import { cutOut, decodeSample } from '../../support/sample-images.ts'

interface Part {
  readonly left: number
  readonly top: number
  readonly widthPx: number
  readonly heightPx: number
}

/** In the middle, and in two corners, where the image's own border is one of the part's. */
const PARTS: readonly Part[] = [
  { left: 81, top: 60, widthPx: 37, heightPx: 29 },
  { left: 0, top: 0, widthPx: 37, heightPx: 29 },
  { left: 161, top: 101, widthPx: 39, heightPx: 49 },
]

const cutPart = (image: Pixels, { left, top, widthPx, heightPx }: Part): Pixels =>
  cutOut(image, left, top, widthPx, heightPx)

/** A part with so much around it, as far as the image goes. */
function grown({ left, top, widthPx, heightPx }: Part, byPx: number, image: Pixels): Part {
  const [fromX, fromY] = [Math.max(0, left - byPx), Math.max(0, top - byPx)]
  return {
    left: fromX,
    top: fromY,
    widthPx: Math.min(image.widthPx, left + widthPx + byPx) - fromX,
    heightPx: Math.min(image.heightPx, top + heightPx + byPx) - fromY,
  }
}

const bounded = operations
  .flatMap(({ name, example }) => [...new Set([name, example])])
  .flatMap((text) => {
    const reaches = parsePipeline(text).steps.map(reachOf)
    return reaches.some((reach) => reach === 'whole image') ? [] : [[text, Math.max(...reaches.map(Number))] as const]
  })

describe('a part of the image', () => {
  it.each(bounded)('with what %s looks at around it (%d px) gives that part of the result', async (text, reach) => {
    for (const name of ['chelsea.png', 'camera.png']) {
      const image = cutOut(await decodeSample(name), 120, 70, 200, 150)
      const whole = await ran(text, image)
      for (const part of PARTS) {
        const tile = grown(part, reach, image)
        const spec = {
          ...{ x: tile.left, y: tile.top, fullWidthPx: image.widthPx, fullHeightPx: image.heightPx },
          ...{ keep: { ...part, x: part.left, y: part.top }, collects: false, known: [] },
        }
        const kept = runTile(await testOpenCv(), cutPart(image, tile), parsePipeline(text), 1n, spec)
        expect(Buffer.compare(kept.data, cutPart(whole, part).data)).toBe(0)
      }
    }
  })
})
