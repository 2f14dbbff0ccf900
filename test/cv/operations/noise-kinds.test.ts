import { describe, expect, it } from 'vitest'
import { ran } from '../../support/pixel-rows.ts'
import { cutOut, flat, gradient } from '../../support/sample-images.ts'

const SIDE = 500

function moments(values: Uint8Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, deviation: Math.sqrt(variance) }
}

const plane = (data: Uint8Array, channels: number, channel: number): Uint8Array =>
  data.filter((_, at) => at % channels === channel)

/** Of two planes around their means. */
function correlation(one: Uint8Array, other: Uint8Array): number {
  const [first, second] = [moments(one), moments(other)]
  const product = one.reduce((sum, value, at) => sum + (value - first.mean) * ((other[at] ?? 0) - second.mean), 0)
  return product / one.length / first.deviation / second.deviation
}

describe('every kind of noise', () => {
  it.each(['gaussian-noise', 'salt-pepper', 'speckle', 'film-grain', 'film-grain:size=9'])(
    'is the same for a pixel whatever the size of the image around it, and other for another seed: %s',
    async (text) => {
      for (const channels of [1, 3] as const) {
        const image = gradient(120, 90, channels)
        const part = cutOut(image, 0, 0, 50, 40)
        const [whole, other] = [await ran(text, image), await ran(text, image, 2n)]
        expect(Buffer.compare((await ran(text, part)).data, cutOut(whole, 0, 0, 50, 40).data)).toBe(0)
        expect(Buffer.compare(whole.data, other.data)).not.toBe(0)
        expect(Buffer.compare(whole.data, image.data)).not.toBe(0)
      }
    },
  )

  it.each(['gaussian-noise:0', 'salt-pepper:0', 'speckle:0', 'film-grain:0'])(
    'leaves the image as it is where it is none: %s',
    async (text) => {
      const image = gradient(40, 30, 3)
      expect(Buffer.compare((await ran(text, image)).data, image.data)).toBe(0)
    },
  )
})

describe('gaussian-noise', () => {
  it('has the deviation and the mean that were asked for, in independent channels', async () => {
    const { data } = await ran('gaussian-noise:20,mean=-30', flat(SIDE, SIDE, 3, 158))
    const planes = [0, 1, 2].map((channel) => plane(data, 3, channel))
    for (const values of planes) {
      const { mean, deviation } = moments(values)
      expect(Math.abs(mean - 128)).toBeLessThan(0.2)
      expect(Math.abs(deviation - 20)).toBeLessThan(0.15)
    }
    const [red, green, blue] = planes
    if (red === undefined || green === undefined || blue === undefined) throw new Error('three planes are expected')
    for (const value of [correlation(red, green), correlation(green, blue), correlation(red, blue)]) {
      expect(Math.abs(value)).toBeLessThan(0.01)
    }
  })

  it('clamps', async () => {
    expect(new Set((await ran('gaussian-noise:0,mean=255', flat(5, 5, 1, 20))).data)).toEqual(new Set([255]))
    expect(new Set((await ran('gaussian-noise:0,mean=-255', flat(5, 5, 1, 20))).data)).toEqual(new Set([0]))
  })
})

describe('salt-pepper', () => {
  it('changes the share that was asked for, all channels of a pixel at once', async () => {
    const { data } = await ran('salt-pepper:10,salt=30', flat(SIDE, SIDE, 3, 128))
    const [black, white] = [0, 255].map((value) => plane(data, 3, 0).filter((sample) => sample === value).length)
    expect(Math.abs((black ?? 0) / SIDE ** 2 - 0.07)).toBeLessThan(0.002)
    expect(Math.abs((white ?? 0) / SIDE ** 2 - 0.03)).toBeLessThan(0.002)
    for (const channel of [1, 2]) expect(plane(data, 3, channel)).toEqual(plane(data, 3, 0))
  })

  it('can change every pixel, to one colour', async () => {
    const image = flat(50, 50, 1, 128)
    expect(new Set((await ran('salt-pepper:100,salt=100', image)).data)).toEqual(new Set([255]))
    expect(new Set((await ran('salt-pepper:100,salt=0', image)).data)).toEqual(new Set([0]))
  })
})

describe('speckle', () => {
  it.each([50, 100])('has a deviation that grows with the sample: %d', async (value) => {
    const { mean, deviation } = moments((await ran('speckle:20', flat(SIDE, SIDE, 1, value))).data)
    expect(Math.abs(mean - value)).toBeLessThan(0.2)
    expect(Math.abs(deviation - 0.2 * value)).toBeLessThan(0.15)
  })

  it('leaves black as it is', async () => {
    expect(new Set((await ran('speckle:200', flat(50, 50, 3, 0))).data)).toEqual(new Set([0]))
  })
})

describe('film-grain', () => {
  it.each([1, 3, 9])('has the deviation that was asked for in middle gray, with grains of %d px', async (size) => {
    const { mean, deviation } = moments((await ran(`film-grain:15,size=${size}`, flat(SIDE, SIDE, 1, 128))).data)
    // grains of 9 px leave only about 3,000 independent ones
    expect(Math.abs(mean - 128)).toBeLessThan(0.25 * size)
    expect(Math.abs(deviation - 15)).toBeLessThan(0.1 + 0.05 * size)
  })

  it('has grains of the size that was asked for', async () => {
    const shifted = async (size: number, byPx: number): Promise<number> => {
      const image = await ran(`film-grain:15,size=${size}`, flat(SIDE, SIDE, 1, 128))
      const one = cutOut(image, 0, 0, SIDE - 16, SIDE)
      return correlation(one.data, cutOut(image, byPx, 0, SIDE - 16, SIDE).data)
    }
    expect(Math.abs(await shifted(1, 1))).toBeLessThan(0.02)
    // a box of 5 overlaps the next one by 4/5
    expect(Math.abs((await shifted(5, 1)) - 0.8)).toBeLessThan(0.03)
    expect(Math.abs(await shifted(5, 5))).toBeLessThan(0.04)
  })

  it('has no colour, and spares black and white', async () => {
    const { data } = await ran('film-grain:50', flat(SIDE, SIDE, 3, 128))
    expect(plane(data, 3, 1)).toEqual(plane(data, 3, 0))
    expect(plane(data, 3, 2)).toEqual(plane(data, 3, 0))
    for (const value of [0, 255]) {
      expect(new Set((await ran('film-grain:100', flat(40, 40, 3, value))).data)).toEqual(new Set([value]))
    }
  })
})
