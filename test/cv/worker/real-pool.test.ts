/** The pool with real threads and a real OpenCV in each. */

import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { checksum } from '../../../src/base/checksum.ts'
import { encodeImage } from '../../../src/cv/codec/encode.ts'
import type { ImageResult, ImageRunner, ImageTask } from '../../../src/cv/image-runner.ts'
import { createWorkerPool, type WorkerPoolOptions } from '../../../src/cv/worker/pool.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { cutOut, decodeSample, gradient, readSample } from '../../support/sample-images.ts'

let opened: ImageRunner[] = []

function poolOf(slots: number, options: Partial<WorkerPoolOptions> = {}): ImageRunner {
  const pool = createWorkerPool({ slots, taskTimeoutMs: 60_000, ...options })
  opened.push(pool)
  return pool
}

afterEach(async () => {
  await Promise.all(opened.map((pool) => pool.close()))
  opened = []
})

const taskOf = (bytes: Uint8Array, pipeline: string, seed = 1n): ImageTask => ({
  bytes: new Uint8Array(bytes),
  pipeline,
  seed,
  format: 'keep',
  quality: 90,
  maxPixels: 10_000_000,
})

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const outcomeOf = ({ pixelDigest, digest }: ImageResult): string => `${hex(pixelDigest)} ${hex(digest)}`

describe('the worker pool with OpenCV', () => {
  it('gives data as JSON of the image that the last operation saw, with digests of it', async () => {
    const task = taskOf(readSample('chelsea.png'), 'resize:w=100,h=50,fit=fill | stats:histogram=false')
    const [one, other] = await Promise.all([
      poolOf(1).run(taskOf(task.bytes, task.pipeline)),
      poolOf(1).run({ ...task, format: 'jpg', quality: 5 }),
    ])
    const { bytes, widthPx, heightPx, pixelDigest, digest } = one
    expect([widthPx, heightPx]).toEqual([100, 50])
    expect(Buffer.from(bytes).toString()).toMatch(/^\{"channels":\[\{"channel":"red","mean":[\d.]+,.*\}\]\}$/)
    expect(hex(digest)).toBe(hex(checksum(bytes)))
    expect(hex(pixelDigest)).toBe(hex(checksum(bytes)))
    expect(outcomeOf(other)).toBe(outcomeOf(one))
  })

  it('gives the same pixels and bytes from every worker, in any order', async () => {
    const photo = await decodeSample('chelsea.png')
    const small = [
      cutOut(photo, 50, 20, 120, 80),
      cutOut(photo, 200, 100, 64, 90),
      gradient(70, 50, 1),
      gradient(40, 60, 4),
    ]
    const files = await Promise.all(
      small.map((pixels, index) =>
        encodeImage(pixels, { format: index % 2 === 0 ? 'png' : 'webp', quality: 90, timeoutMs: 60_000 }),
      ),
    )
    const pipelines = ['edges', 'crop', 'noise', 'gray', 'grayscale', 'noise | crop | edges']
    const tasks = files.flatMap((bytes) =>
      pipelines.flatMap((text) => [1n, 2n].map((seed) => () => taskOf(bytes, text, seed))),
    )
    const single = poolOf(1)
    const expected = await Promise.all(tasks.map((make) => single.run(make())))
    const several = poolOf(3)
    const reversed = await Promise.all([...tasks].reverse().map((make) => several.run(make())))
    expect(reversed.reverse().map(outcomeOf)).toEqual(expected.map(outcomeOf))
    // the seed matters where there is chance, and nowhere else
    expect(new Set(expected.slice(0, 2).map(outcomeOf)).size).toBe(1)
    expect(new Set(expected.slice(4, 6).map(outcomeOf)).size).toBe(2)
  })

  it('tells size, digests and times of a result', async () => {
    const result = await poolOf(1).run(taskOf(readSample('chelsea.png'), 'edges'))
    expect(result).toMatchObject({ widthPx: 451, heightPx: 300 })
    expect(hex(result.digest)).toBe(hex(checksum(result.bytes)))
    expect(result.pixelDigest).toHaveLength(16)
    for (const durationMs of [result.decodeMs, result.processMs, result.encodeMs]) expect(durationMs).toBeGreaterThan(0)
  })

  it('keeps the format of the content, or encodes as it was asked', async () => {
    const pool = poolOf(1)
    const task = taskOf(readSample('rocket.jpg'), 'grayscale')
    const kept = await pool.run({ ...task, bytes: readSample('rocket.jpg') })
    const png = await pool.run({ ...task, bytes: readSample('rocket.jpg'), format: 'png' })
    expect([hex(kept.bytes.subarray(0, 3)), hex(png.bytes.subarray(0, 4))]).toEqual(['ffd8ff', '89504e47'])
    expect(hex(kept.pixelDigest)).toBe(hex(png.pixelDigest))
  })

  it('names what is wrong with an image, and goes on', async () => {
    const pool = poolOf(1)
    const good = readSample('chelsea.png')
    const failures = [
      [taskOf(new Uint8Array(), 'edges'), 'ERR_NOT_AN_IMAGE'],
      [taskOf(Buffer.from('no image'), 'edges'), 'ERR_NOT_AN_IMAGE'],
      [taskOf(good.subarray(0, 20_000), 'edges'), 'ERR_NOT_AN_IMAGE'],
      [{ ...taskOf(good, 'edges'), maxPixels: 1_000 }, 'ERR_TOO_LARGE'],
      [taskOf(good, 'edgse'), 'ERR_PIPELINE'],
    ] as const
    for (const [task, code] of failures) expect((await rejectionOf(pool.run(task))).code).toBe(code)
    expect((await pool.run(taskOf(good, 'edges'))).widthPx).toBe(451)
  })

  it.runIf(process.platform === 'linux')(
    'gives its workers, and nobody else, the lowest priority when asked to',
    async () => {
      const niceOf = (thread: string): number => {
        try {
          const fields = readFileSync(`/proc/self/task/${thread}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
          return Number(fields[16])
        } catch {
          // it ended meanwhile: libvips' threads come and go
          return 0
        }
      }
      const niceOfThreads = (): number[] => readdirSync('/proc/self/task').map(niceOf)
      const usual = niceOfThreads().filter((nice) => nice === 19).length
      expect(usual).toBe(0)
      await poolOf(1).run(taskOf(readSample('camera.png'), 'grayscale'))
      expect(niceOfThreads().filter((nice) => nice === 19)).toHaveLength(0)
      await poolOf(1, { lowPriority: true }).run(taskOf(readSample('camera.png'), 'grayscale'))
      expect(niceOfThreads().filter((nice) => nice === 19)).toHaveLength(1)
    },
  )
})
