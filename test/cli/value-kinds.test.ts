import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  duration,
  durationText,
  fileNamePart,
  integer,
  listenAddress,
  listOf,
  peerName,
  pixels,
  probabilityOrAuto,
  size,
  sizeText,
  type ValueKind,
} from '../../src/cli/value-kinds.ts'

const DAY_MS = 86_400_000

/** The value, or undefined where the text is refused. */
const read = <T>(kind: ValueKind<T>, text: string): T | undefined => kind.schema.safeParse(text).data

describe('durations', () => {
  it('take milliseconds, seconds, minutes, hours, and bare milliseconds', () => {
    const kind = duration(0, DAY_MS)
    const texts = ['300ms', '3s', '2m', '1h', '1500', '0.5s', '0']
    expect(texts.map((text) => read(kind, text))).toEqual([300, 3000, 120_000, 3_600_000, 1500, 500, 0])
  })

  it('refuse other units, signs, spaces and what is out of range', () => {
    const kind = duration(100, 1000)
    for (const text of ['', 's', '3 s', '-1s', '+1s', '1d', '3S', '1e3', '99ms', '2s', 'NaN', '1..5s', '0x10']) {
      expect(read(kind, text), text).toBeUndefined()
    }
  })

  it('read back what durationText writes', () => {
    const kind = duration(0, 100 * DAY_MS)
    fc.assert(fc.property(fc.integer({ min: 0, max: 100 * DAY_MS }), (ms) => read(kind, durationText(ms)) === ms))
    expect([300, 3000, 60_000, DAY_MS].map(durationText)).toEqual(['300ms', '3s', '1m', '1d'])
  })
})

describe('sizes', () => {
  it('take binary units and bare bytes, and read back what sizeText writes', () => {
    const kind = size(0, 2 ** 40)
    expect(['64KiB', '3MiB', '1GiB', '17B', '17'].map((text) => read(kind, text))).toEqual([
      65_536, 3_145_728, 1_073_741_824, 17, 17,
    ])
    expect(read(kind, '64KB')).toBeUndefined()
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (bytes) => read(kind, sizeText(bytes)) === bytes))
  })
})

describe('the other kinds', () => {
  it('take a load probability between 0 and 1, or auto', () => {
    const texts = ['0', '1', '.5', '0.25', '1.0', 'auto', '1.5', '-0.1', '50%', 'AUTO', '', '1e-1']
    expect(texts.map((text) => read(probabilityOrAuto, text))).toEqual([
      0,
      1,
      0.5,
      0.25,
      1,
      'auto',
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('take whole numbers in their range only', () => {
    const kind = integer(1, 16)
    expect(['1', '16', '0', '17', '1.5', '1e1', '-1', ' 3'].map((text) => read(kind, text))).toEqual([
      1,
      16,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('take pixels and megapixels', () => {
    const kind = pixels(1, 100_000_000)
    expect(['50MP', '0.5MP', '1000', '0', '200MP'].map((text) => read(kind, text))).toEqual([
      50_000_000,
      500_000,
      1000,
      undefined,
      undefined,
    ])
  })

  it('take lists of different known names', () => {
    const kind = listOf(['random', 'balanced'])
    expect(read(kind, 'balanced, random')).toEqual(['balanced', 'random'])
    for (const text of ['', 'random,random', 'random,', 'fair']) expect(read(kind, text), text).toBeUndefined()
  })

  it('take peer names that can be folders', () => {
    expect(read(peerName, 'lab-3_kmqa')).toBe('lab-3_kmqa')
    for (const text of ['', '..', 'a/b', 'a b', '-a', 'ä', 'a'.repeat(41)]) {
      expect(read(peerName, text), text).toBeUndefined()
    }
  })

  it('take suffixes that stay inside their folder', () => {
    expect(read(fileNamePart('TEXT', 10), '_größe')).toBe('_größe')
    for (const text of ['', '/x', '..\\x', 'a\nb', 'x'.repeat(11)]) {
      expect(read(fileNamePart('TEXT', 10), text), text).toBeUndefined()
    }
  })

  it('take TCP addresses to listen on', () => {
    for (const text of ['/ip4/127.0.0.1/tcp/0', '/ip6/::1/tcp/4601']) expect(read(listenAddress, text)).toBe(text)
    for (const text of ['127.0.0.1:4601', '/ip4/127.0.0.1', '/ip4/127.0.0.1/udp/1', '/ip4/300.0.0.1/tcp/1', '']) {
      expect(read(listenAddress, text), text).toBeUndefined()
    }
  })
})
