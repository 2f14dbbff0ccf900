import { describe, expect, it } from 'vitest'
import { pixelDigest } from '../../src/cv/codec/pixel-digest.ts'
import { KERNELS, standIn } from '../../src/cv/kernels.ts'
import { loadOpenCv } from '../../src/cv/opencv.ts'
import { parsePipeline } from '../../src/cv/pipeline/parse-pipeline.ts'
import { runPipeline } from '../../src/cv/run-pipeline.ts'
import { testOpenCv } from '../support/opencv-instance.ts'
import { gradient } from '../support/sample-images.ts'

const IMAGE = gradient(61, 47, 1)

describe('a kernel', () => {
  it('stands in for a function in whatever operation calls it, and hands on what it does not take', async () => {
    const taken: string[] = []
    // gray 3 x 3 medians by sorting, in OpenCV's own memory; everything else is the original's
    const median = standIn('medianBlur', (original, memory) => (source, result, size) => {
      if (size !== 3 || source.channels() !== 1) {
        taken.push('handed on')
        return original(source, result, size)
      }
      taken.push('taken')
      const { cols, rows } = source
      result.create(rows, cols, source.type())
      const from = new Uint8Array(memory.buffer, source.data.byteOffset, cols * rows)
      const to = new Uint8Array(memory.buffer, result.data.byteOffset, cols * rows)
      const near = (at: number, end: number): number => Math.max(0, Math.min(end - 1, at))
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < cols; x++) {
          const values = [-1, 0, 1].flatMap((dy) =>
            [-1, 0, 1].map((dx) => from[near(y + dy, rows) * cols + near(x + dx, cols)] ?? 0),
          )
          to[y * cols + x] = values.sort((one, other) => one - other)[4] ?? 0
        }
      }
    })
    const plain = await testOpenCv()
    const replaced = await loadOpenCv({ module: plain.module, kernels: [median], simd: false })
    for (const text of ['median:3', 'median:5']) {
      const pipeline = parsePipeline(text)
      const [one, other] = [plain, replaced].map((openCv) => pixelDigest(runPipeline(openCv, IMAGE, pipeline, 1n)))
      expect(other).toEqual(one)
    }
    expect(taken).toEqual(['taken', 'handed on'])
  })

  it('is in one instance only where it was asked for there', async () => {
    const plain = await testOpenCv()
    const black = standIn('medianBlur', () => (source, result) => {
      source.copyTo(result)
      result.data.fill(0)
    })
    const replaced = await loadOpenCv({ module: plain.module, kernels: [black], simd: false })
    const blackened = runPipeline(replaced, IMAGE, parsePipeline('median:3'), 1n)
    expect(new Set(blackened.data)).toEqual(new Set([0]))
    expect(new Set(runPipeline(plain, IMAGE, parsePipeline('median:3'), 1n).data).size).toBeGreaterThan(1)
  })

  it('stands in for a function that exists, and no other does', async () => {
    const { cv } = await loadOpenCv({ kernels: [] })
    for (const { replaces } of KERNELS) expect(cv[replaces]).toBeTypeOf('function')
    expect(new Set(KERNELS.map(({ replaces }) => replaces)).size).toBe(KERNELS.length)
  })
})
