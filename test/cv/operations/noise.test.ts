import { describe, expect, it } from 'vitest'
import { parsePipeline } from '../../../src/cv/pipeline/parse-pipeline.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { runPipeline } from '../../../src/cv/run-pipeline.ts'
import { testOpenCv } from '../../support/opencv-instance.ts'
import { flat } from '../../support/sample-images.ts'

const SIDE = 600

async function noisy(text: string, image: Pixels, seed = 1n): Promise<Pixels> {
  return runPipeline(await testOpenCv(), image, parsePipeline(text), seed)
}

function moments(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance) }
}

describe('noise', () => {
  it.each([1, 3] as const)('adds N(0, 25) to each of %d channels', async (channels) => {
    const { data } = await noisy('noise:layers=1,salt=0,pepper=0', flat(SIDE, SIDE, channels, 128))
    for (let channel = 0; channel < channels; channel++) {
      const { mean, deviation } = moments([...data.filter((_, index) => index % channels === channel)])
      // 360,000 samples: the mean's own deviation is 0.042, that of the deviation 0.03
      expect(Math.abs(mean - 128)).toBeLessThan(0.2)
      expect(Math.abs(deviation - 25)).toBeLessThan(0.15)
    }
  })

  it('gives the channels of a pixel independent noise', async () => {
    const { data } = await noisy('noise:layers=1,salt=0,pepper=0', flat(SIDE, SIDE, 3, 128))
    for (const [one, other] of [
      [0, 1],
      [1, 2],
      [0, 2],
    ] as const) {
      let sum = 0
      for (let index = 0; index < data.length; index += 3) {
        sum += ((data[index + one] ?? 0) - 128) * ((data[index + other] ?? 0) - 128)
      }
      expect(Math.abs(sum / (SIDE * SIDE) / 625)).toBeLessThan(0.01)
    }
  })

  it('turns 5 % of the pixels black and 5 % white in a layer, in all channels at once', async () => {
    const { data } = await noisy('noise:layers=1,sigma=0', flat(SIDE, SIDE, 3, 128))
    const counts = { black: 0, white: 0, mixed: 0 }
    for (let index = 0; index < data.length; index += 3) {
      const pixel = [...data.subarray(index, index + 3)]
      if (pixel.every((value) => value === 0)) counts.black++
      else if (pixel.every((value) => value === 255)) counts.white++
      else if (pixel.some((value) => value !== 128)) counts.mixed++
    }
    expect(Math.abs(counts.black / (SIDE * SIDE) - 0.05)).toBeLessThan(0.002)
    expect(Math.abs(counts.white / (SIDE * SIDE) - 0.05)).toBeLessThan(0.002)
    expect(counts.mixed).toBe(0)
  })

  it('does three layers by default, each clamped and peppered before the next', async () => {
    const image = flat(SIDE, SIDE, 1, 128)
    const result = await noisy('noise', image)
    // a pixel that no layer peppered keeps N(0, 25) three times over: deviation 43; 0.9^3 of all pixels are such
    const inner = [...result.data].filter((value) => value > 20 && value < 236)
    expect(inner.length / result.data.length).toBeGreaterThan(0.68)
    expect(inner.length / result.data.length).toBeLessThan(0.8)
    // a layer leaves 5 % black, and a little over half of those that were: 5 %, 7.5 %, 8.8 %
    const black = result.data.filter((value) => value === 0).length / result.data.length
    expect(black).toBeGreaterThan(0.08)
    expect(black).toBeLessThan(0.1)
  })

  it('clamps instead of wrapping round', async () => {
    const bright = await noisy('noise:layers=1,salt=0,pepper=0', flat(SIDE, SIDE, 1, 255))
    const dark = await noisy('noise:layers=1,salt=0,pepper=0', flat(SIDE, SIDE, 1, 0))
    expect(bright.data.reduce((one, other) => Math.min(one, other))).toBeGreaterThan(140)
    expect(dark.data.reduce((one, other) => Math.max(one, other))).toBeLessThan(115)
    expect(bright.data.filter((value) => value === 255).length / bright.data.length).toBeGreaterThan(0.48)
  })

  it('gives other noise for another seed', async () => {
    const image = flat(100, 100, 1, 128)
    const [one, other] = [await noisy('noise', image, 1n), await noisy('noise', image, 2n)]
    const same = one.data.filter((value, index) => value === other.data[index]).length
    expect(same).toBeLessThan(1_000)
  })

  it('gives a pixel the same noise whatever the size of the image around it', async () => {
    const wide = await noisy('noise', flat(300, 40, 3, 90))
    const narrow = await noisy('noise', flat(100, 40, 3, 90))
    for (let y = 0; y < 40; y++) {
      const [one, other] = [wide.data.subarray(y * 900, y * 900 + 300), narrow.data.subarray(y * 300, y * 300 + 300)]
      expect(Buffer.compare(one, other)).toBe(0)
    }
  })
})
