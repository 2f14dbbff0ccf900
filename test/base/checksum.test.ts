import { describe, expect, it } from 'vitest'
import { checksum, startChecksum } from '../../src/base/checksum.ts'
import { CHECKSUM_BYTES } from '../../src/base/limits.ts'
import { COLLIDING, COLLIDING_WITH_IT } from '../support/colliding-bodies.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const LARGE = Uint8Array.from({ length: 300_000 }, (_, index) => index * 7)

describe('checksum', () => {
  it('is what the reference implementation of XXH3 gives', () => {
    // python's xxhash 3, xxh128_hexdigest
    expect(hex(checksum())).toBe('99aa06d3014798d86001c324468d497f')
    expect(hex(checksum(Buffer.from('abc')))).toBe('06b05ab6733a618578af5f94892f3950')
    expect(hex(checksum(LARGE))).toBe('4af1e63c1a6a3df12c9f5a6f6e250a6b')
  })

  it('does not depend on where parts end', () => {
    expect(checksum(LARGE.subarray(0, 7), new Uint8Array(0), LARGE.subarray(7))).toEqual(checksum(LARGE))
  })

  it('has a buffer of its own, which can be transferred', () => {
    const [one, other] = [checksum(LARGE), checksum(LARGE)]
    expect([one.buffer.byteLength, other.buffer.byteLength]).toEqual([CHECKSUM_BYTES, CHECKSUM_BYTES])
    expect(one.buffer).not.toBe(other.buffer)
  })

  it('finds accidents, not somebody who looks for two bodies with one checksum', () => {
    expect(COLLIDING).not.toEqual(COLLIDING_WITH_IT)
    expect(checksum(COLLIDING)).toEqual(checksum(COLLIDING_WITH_IT))
  })
})

describe('a growing checksum', () => {
  it('comes to the same from parts of any size, while others are made', () => {
    const growing = [startChecksum(), startChecksum()]
    for (let at = 0; at < LARGE.length; at += 7777) {
      for (const one of growing) one.update(LARGE.subarray(at, at + 7777))
      checksum(LARGE)
    }
    expect(growing.map((one) => hex(one.digest()))).toEqual(Array(2).fill(hex(checksum(LARGE))))
  })

  it('can be read between two parts', () => {
    const growing = startChecksum()
    expect(growing.digest()).toEqual(checksum())
    growing.update(LARGE)
    expect(growing.digest()).toEqual(checksum(LARGE))
    growing.update(LARGE)
    expect(growing.digest()).toEqual(checksum(LARGE, LARGE))
  })
})
