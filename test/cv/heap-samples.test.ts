import { describe, expect, it } from 'vitest'
import { HeapSamples } from '../../src/cv/heap-samples.ts'
import type { Pixels } from '../../src/cv/pixels.ts'
import { Scope } from '../../src/cv/scope.ts'
import { testOpenCv } from '../support/opencv-instance.ts'

const SHAPE = { widthPx: 5, heightPx: 3, channels: 3 } as const
const SAMPLES = Uint8Array.from({ length: 45 }, (_, index) => index)

describe('room in OpenCV’s heap', () => {
  it('becomes the image without a copy', async () => {
    const openCv = await testOpenCv()
    using images = new Scope(openCv)
    const samples = new HeapSamples(images, openCv)
    const data = samples.memoryFor(SHAPE)
    data.set(SAMPLES)
    const { colour, alpha } = samples.planesOf({ ...SHAPE, data })
    expect(alpha).toBeUndefined()
    expect([colour.rows, colour.cols, colour.channels()]).toEqual([3, 5, 3])
    expect(colour.data.byteOffset).toBe(data.byteOffset)
    expect(new Uint8Array(colour.data)).toEqual(SAMPLES)
  })

  it('is given back where the samples came to lie elsewhere', async () => {
    const openCv = await testOpenCv()
    const before = openCv.liveObjects
    using images = new Scope(openCv)
    const samples = new HeapSamples(images, openCv)
    samples.memoryFor(SHAPE).fill(9)
    const elsewhere: Pixels = { ...SHAPE, data: SAMPLES }
    const { colour } = samples.planesOf(elsewhere)
    expect(new Uint8Array(colour.data)).toEqual(SAMPLES)
    expect(openCv.liveObjects).toBe(before + 1)
  })

  it('that the heap does not have is said in a sentence', async () => {
    const openCv = await testOpenCv()
    using images = new Scope(openCv)
    const samples = new HeapSamples(images, openCv)
    expect(() => samples.memoryFor({ widthPx: 30_000, heightPx: 30_000, channels: 3 })).toThrow(
      expect.objectContaining({ code: 'ERR_WORKER_CRASHED' }),
    )
  })
})
