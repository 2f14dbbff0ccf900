import { describe, expect, it } from 'vitest'
import { createOpenCvSource } from '../../../src/cv/worker/opencv-source.ts'
import { AVERAGE_MODEL, digestOf } from '../../support/analyze.ts'
import { withComment } from '../../support/onnx-model.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'

describe('the OpenCV source of a worker', () => {
  it('gives the same instance until an error spends it, then one that works', async () => {
    const { module, simdModule } = await testOpenCv()
    const source = await createOpenCvSource({ modules: { module, simdModule } })
    const first = await source.get()
    expect(await source.get()).toBe(first)
    expect(source.modules).toEqual({ module, simdModule })
    first.toError(new Error('something'), 'a test')
    const second = await source.get()
    expect(second).not.toBe(first)
    const mat = new second.cv.Mat(2, 2, second.cv.CV_8UC1)
    expect(mat.rows).toBe(2)
    mat.delete()
  })

  it('replaces an instance whose heap an image has made large', async () => {
    const { module, simdModule } = await testOpenCv()
    const source = await createOpenCvSource({ modules: { module, simdModule }, maxKeptHeapBytes: 200_000_000 })
    const first = await source.get()
    new first.cv.Mat(10_000, 10_000, first.cv.CV_8UC3).delete()
    expect(first.heapBytes).toBeGreaterThan(200_000_000)
    expect((await source.get()).heapBytes).toBeLessThan(200_000_000)
  })

  it('keeps one whose heap is large for its models, until an image has made it larger still', async () => {
    const { module, simdModule } = await testOpenCv()
    const source = await createOpenCvSource({ modules: { module, simdModule }, maxKeptHeapBytes: 200_000_000 })
    const first = await source.get()
    const large = withComment(AVERAGE_MODEL, 120_000_000)
    first.models.load(digestOf(large), large)
    expect(first.heapBytes).toBeGreaterThan(200_000_000)
    expect(await source.get()).toBe(first)
    new first.cv.Mat(12_000, 12_000, first.cv.CV_8UC3).delete()
    expect(await source.get()).not.toBe(first)
  })
})
