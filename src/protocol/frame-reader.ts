/**
 * Frames on a byte stream: each behind its length as an unsigned varint. The reader takes the stream in whatever pieces the
 * transport makes of it. A frame that lies whole in one piece is passed on as a view of it; only one that is spread over
 * pieces is copied, once, into memory of exactly its length. So at most one frame is ever held, and a length that is too
 * large or not written the short way is refused before anything is.
 */

import type { Uint8ArrayList } from 'uint8arraylist'
import { MurmurationError } from '../base/errors.ts'

export interface FrameReader {
  /**
   * Takes the next piece of the stream and calls `onFrame` for every frame that it completes. After a throw (its own
   * ERR_MALFORMED or ERR_LIMIT, or onFrame's) the stream cannot be read any further.
   */
  push(piece: Uint8Array | Uint8ArrayList): void
  /** Whether the stream so far ends within a frame. */
  readonly isWithinFrame: boolean
}

/** `onFrame` gets memory that may belong to the transport: copy what has to stay. */
export function createFrameReader(options: {
  readonly maxFrameBytes: number
  readonly onFrame: (bytes: Uint8Array) => void
}): FrameReader {
  const { maxFrameBytes, onFrame } = options
  const maxPrefixBytes = prefixLength(maxFrameBytes)
  let prefixBytes = 0
  let prefixValue = 0
  let partial: Uint8Array | undefined
  let partialBytes = 0

  /** Takes one byte of a length; true when it was the last. */
  function takePrefixByte(byte: number): boolean {
    prefixValue += (byte & 0x7f) * 2 ** (7 * prefixBytes)
    prefixBytes++
    const isLast = byte < 0x80
    if (isLast && byte === 0 && prefixBytes > 1) {
      throw new MurmurationError('ERR_MALFORMED', 'a frame expects its length in as few bytes as possible, got more')
    }
    if (prefixValue > maxFrameBytes || (!isLast && prefixBytes === maxPrefixBytes)) {
      throw new MurmurationError('ERR_LIMIT', `a frame expects at most ${maxFrameBytes} bytes, got a longer one`)
    }
    if (isLast && prefixValue === 0) throw new MurmurationError('ERR_MALFORMED', 'a frame expects a byte, got none')
    return isLast
  }

  function pushArray(piece: Uint8Array): void {
    let position = 0
    while (position < piece.length) {
      if (partial === undefined) {
        const isLast = takePrefixByte(piece[position++] as number)
        if (!isLast) continue
        const end = position + prefixValue
        if (end > piece.length) {
          partial = new Uint8Array(prefixValue)
          partialBytes = 0
        }
      }
      if (partial === undefined) {
        const frame = piece.subarray(position, position + prefixValue)
        position += prefixValue
        prefixBytes = 0
        prefixValue = 0
        onFrame(frame)
        continue
      }
      const taken = Math.min(partial.length - partialBytes, piece.length - position)
      partial.set(piece.subarray(position, position + taken), partialBytes)
      position += taken
      partialBytes += taken
      if (partialBytes === partial.length) {
        const frame = partial
        partial = undefined
        prefixBytes = 0
        prefixValue = 0
        onFrame(frame)
      }
    }
  }

  return {
    push(piece) {
      if (piece instanceof Uint8Array) pushArray(piece)
      else for (const part of piece) pushArray(part)
    },
    get isWithinFrame() {
      return partial !== undefined || prefixBytes > 0
    },
  }
}

/** The frame of these bytes: length and content. */
export const encodeFrame = (bytes: Uint8Array): Uint8Array => encodeFrames([bytes])

/** Several frames, one behind the other, in one array: what is written together travels together. */
export function encodeFrames(contents: readonly Uint8Array[]): Uint8Array {
  let totalBytes = 0
  for (const content of contents) totalBytes += prefixLength(content.byteLength) + content.byteLength
  const joined = new Uint8Array(totalBytes)
  let position = 0
  for (const content of contents) {
    position = writePrefix(joined, position, content.byteLength)
    joined.set(content, position)
    position += content.byteLength
  }
  return joined
}

function prefixLength(value: number): number {
  let lengthBytes = 1
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) lengthBytes++
  return lengthBytes
}

/** Writes `value` as an unsigned varint at `position`; returns the position behind it. */
function writePrefix(target: Uint8Array, position: number, value: number): number {
  let rest = value
  let next = position
  while (rest >= 0x80) {
    target[next++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  target[next++] = rest
  return next
}
