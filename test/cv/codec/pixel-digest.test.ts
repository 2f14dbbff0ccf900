import { describe, expect, it } from 'vitest'
import { byteDigest, dataDigest, pixelDigest, startPixelDigest } from '../../../src/cv/codec/pixel-digest.ts'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { flat } from '../../support/sample-images.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const LARGE: Pixels = {
  widthPx: 300,
  heightPx: 200,
  channels: 3,
  data: Uint8Array.from({ length: 300 * 200 * 3 }, (_, index) => index * 7),
}

describe('pixelDigest', () => {
  it('tells apart images with the same samples and another shape', () => {
    const digests = [flat(4, 2, 1, 7), flat(2, 4, 1, 7), flat(2, 1, 4, 7), flat(4, 2, 1, 8)].map((pixels) =>
      hex(pixelDigest(pixels)),
    )
    expect(new Set(digests).size).toBe(4)
  })

  it('is what the reference implementation of XXH3 gives', () => {
    // python's xxhash 3, xxh128_hexdigest(b'4x2x1:8\0' + samples)
    expect(hex(pixelDigest(flat(4, 2, 1, 7)))).toBe('c04a5ca135abdf0505e429c0339db24f')
    expect(hex(pixelDigest(LARGE))).toBe('e586932cfbb6b9662e60c14d0639c630')
  })

  it('has a buffer of its own, which can be transferred', () => {
    const [one, other] = [pixelDigest(LARGE), dataDigest(LARGE.data)]
    expect([one.buffer.byteLength, other.buffer.byteLength]).toEqual([16, 16])
    expect(one.buffer).not.toBe(other.buffer)
  })
})

describe('startPixelDigest', () => {
  it('comes to the same from parts of any size, while others are made', async () => {
    const digests = await Promise.all([startPixelDigest(LARGE), startPixelDigest(LARGE)])
    for (let at = 0; at < LARGE.data.length; at += 7777) {
      for (const digest of digests) digest.update(LARGE.data.subarray(at, at + 7777))
      pixelDigest(LARGE)
    }
    expect(digests.map((digest) => hex(digest.digest()))).toEqual(Array(2).fill(hex(pixelDigest(LARGE))))
  })
})

describe('byteDigest', () => {
  it('is SHA-256', () => {
    expect(hex(byteDigest(Buffer.from('abc')))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
