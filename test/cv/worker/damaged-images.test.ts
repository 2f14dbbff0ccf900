/** Several workers at once, on images that libvips complains of: its words belong to the whole process. */

import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import type { ImageTask } from '../../../src/cv/image-runner.ts'
import { createWorkerPool } from '../../../src/cv/worker/pool.ts'
import { SAMPLE_FOLDER } from '../../support/sample-images.ts'
import { atEnd } from '../../support/temporary-folder.ts'

const IMAGES = 150
const END_OF_IMAGE = Buffer.from([0xff, 0xd9])

/** Not plain, so that libvips decodes it. */
const photo = (): Promise<Buffer> =>
  sharp(join(SAMPLE_FOLDER, 'chelsea.png')).jpeg({ progressive: true }).withIccProfile('p3').toBuffer()

const task = (bytes: Buffer): ImageTask => ({
  bytes: new Uint8Array(bytes),
  pipeline: 'invert',
  seed: 0n,
  format: 'png',
  quality: 90,
  maxPixels: 1e6,
})

it('take no damaged image for a good one, and no odd one for damaged', async () => {
  const whole = await photo()
  const content = whole.subarray(0, -END_OF_IMAGE.length)
  const odd = Buffer.concat([content, Buffer.from([1, 2, 3]), END_OF_IMAGE])
  const damaged = Buffer.concat([content.subarray(0, content.length / 2), END_OF_IMAGE])
  const pool = createWorkerPool({ slots: 3, taskTimeoutMs: 60_000 })
  atEnd(() => pool.close())

  const run = (bytes: Buffer): Promise<string> =>
    pool.run(task(bytes)).then(
      () => 'done',
      (error: Error) => error.message,
    )
  const pairs = await Promise.all(
    Array.from({ length: IMAGES }, async () => [await run(odd), await run(damaged)] as const),
  )

  for (const [oddOne, damagedOne] of pairs) {
    expect(oddOne).toBe('done')
    expect(damagedOne).toMatch(/^the jpg is (cut off or )?damaged/)
  }
})
