import fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { describe, expect, test } from 'vitest'
import { createFrameReader, encodeFrame, encodeFrames } from '../../src/protocol/frame-reader.ts'

const MAX = 1000

function read(pieces: readonly (Uint8Array | Uint8ArrayList)[], maxFrameBytes = MAX): Uint8Array[] {
  const frames: Uint8Array[] = []
  const reader = createFrameReader({ maxFrameBytes, onFrame: (bytes) => frames.push(new Uint8Array(bytes)) })
  for (const piece of pieces) reader.push(piece)
  return frames
}

/** The bytes in pieces of the given sizes, again and again. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let start = 0, index = 0; start < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1
    pieces.push(bytes.subarray(start, start + size))
    start += size
  }
  return pieces
}

const contents = fc.array(fc.uint8Array({ minLength: 1, maxLength: MAX }), { maxLength: 8 })
const sizes = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 })

describe('a frame reader', () => {
  test('finds the frames again however the stream is cut into pieces', () => {
    fc.assert(
      fc.property(contents, sizes, (contents, sizes) => {
        const pieces = cut(encodeFrames(contents), sizes)
        expect(read(pieces)).toEqual(contents)
        expect(read([new Uint8ArrayList(...pieces)])).toEqual(contents)
      }),
    )
  })

  test('passes on a frame that lies whole in one piece without copying it', () => {
    const piece = encodeFrames([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)])
    const buffers: ArrayBufferLike[] = []
    createFrameReader({ maxFrameBytes: MAX, onFrame: ({ buffer }) => buffers.push(buffer) }).push(piece)
    expect(buffers).toEqual([piece.buffer, piece.buffer])
    expect(buffers[0]).toBe(piece.buffer)
  })

  test('keeps nothing of the pieces that it was given', () => {
    const stream = encodeFrame(Uint8Array.of(9, 8, 7, 6))
    const head = stream.slice(0, 3)
    const frames: Uint8Array[] = []
    const reader = createFrameReader({ maxFrameBytes: MAX, onFrame: (bytes) => frames.push(bytes) })
    reader.push(head)
    head.fill(0)
    reader.push(stream.subarray(3))
    expect(frames).toEqual([Uint8Array.of(9, 8, 7, 6)])
  })

  test('knows whether the stream ends within a frame', () => {
    const reader = createFrameReader({ maxFrameBytes: MAX, onFrame: () => {} })
    const states = [...encodeFrame(new Uint8Array(200))].map((byte) => {
      reader.push(Uint8Array.of(byte))
      return reader.isWithinFrame
    })
    expect(states).toEqual([...Array(201).fill(true), false])
  })

  test('takes a frame of exactly the largest size', () => {
    const largest = new Uint8Array(MAX).fill(5)
    expect(read([encodeFrame(largest)])).toEqual([largest])
  })

  test.each<[string, number[], string]>([
    ['one byte too long', [0xe9, 0x07], 'ERR_LIMIT'],
    ['of gigabytes', [0xff, 0xff, 0xff, 0xff, 0x0f], 'ERR_LIMIT'],
    ['whose length never ends', Array(100).fill(0x80), 'ERR_LIMIT'],
    ['whose length is padded with a zero', [0x83, 0x00], 'ERR_MALFORMED'],
    ['of no bytes', [0x00], 'ERR_MALFORMED'],
  ])('refuses a frame %s before it holds anything', (_, bytes, code) => {
    expect(() => read(bytes.map((byte) => Uint8Array.of(byte)))).toThrow(expect.objectContaining({ code }))
  })

  test('throws what the taker of a frame throws', () => {
    const reader = createFrameReader({
      maxFrameBytes: MAX,
      onFrame: () => {
        throw new RangeError('no')
      },
    })
    expect(() => reader.push(encodeFrame(Uint8Array.of(1)))).toThrow(RangeError)
  })
})
