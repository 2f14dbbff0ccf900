/** Pieces of binary files. */

import { createRandom } from '../../../src/base/random.ts'

export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')
export const zeros = (length: number): Buffer => Buffer.alloc(length)
export const join = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat(parts)

function written(length: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(length)
  write(buffer)
  return buffer
}

export const u8 = (value: number): Buffer => Buffer.from([value])
export const u16be = (value: number): Buffer => written(2, (buffer) => buffer.writeUInt16BE(value))
export const u32be = (value: number): Buffer => written(4, (buffer) => buffer.writeUInt32BE(value))
export const u16le = (value: number): Buffer => written(2, (buffer) => buffer.writeUInt16LE(value))
export const u24le = (value: number): Buffer => written(3, (buffer) => buffer.writeUIntLE(value, 0, 3))
export const u32le = (value: number): Buffer => written(4, (buffer) => buffer.writeUInt32LE(value))
export const u64le = (value: number): Buffer => written(8, (buffer) => buffer.writeBigUInt64LE(BigInt(value)))

export function noise(seed: string, length: number): Buffer {
  const random = createRandom(seed)
  return Buffer.from(Array.from({ length }, () => Math.floor(random.next() * 256)))
}

/** A copy with other bytes at a place. */
export function patched(bytes: Uint8Array, at: number, patch: Uint8Array): Buffer {
  const copy = Buffer.from(bytes)
  copy.set(patch, at)
  return copy
}

/** Where a piece stands in a file that has it. */
export function placeOf(bytes: Uint8Array, piece: Uint8Array): number {
  const at = Buffer.from(bytes).indexOf(piece)
  if (at === -1) throw new Error('the sample is expected to hold the piece, and does not')
  return at
}
