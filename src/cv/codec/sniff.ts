/** Which image format bytes are, by their first bytes and never by a file's name. */

import { SNIFF_BYTES } from '../../base/limits.ts'
import type { ImageFormat } from '../formats.ts'

const startsWith = (bytes: Uint8Array, signature: readonly number[], offset = 0): boolean =>
  bytes.length >= offset + signature.length && signature.every((byte, index) => bytes[offset + index] === byte)

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0))

const RULES: readonly (readonly [ImageFormat, (bytes: Uint8Array) => boolean])[] = [
  ['jpg', (bytes) => startsWith(bytes, [0xff, 0xd8, 0xff])],
  ['png', (bytes) => startsWith(bytes, [0x89, ...ascii('PNG'), 0x0d, 0x0a, 0x1a, 0x0a])],
  ['webp', (bytes) => startsWith(bytes, ascii('RIFF')) && startsWith(bytes, ascii('WEBP'), 8)],
  ['gif', (bytes) => startsWith(bytes, ascii('GIF87a')) || startsWith(bytes, ascii('GIF89a'))],
  ['tif', isTiff],
  ['avif', isAvif],
]

/**
 * The format, or undefined for anything else: SVG, PDF, HEIC and camera raw included. SNIFF_BYTES bytes are enough; more
 * does no harm.
 */
export function sniffImageFormat(firstBytes: Uint8Array): ImageFormat | undefined {
  return RULES.find(([, matches]) => matches(firstBytes))?.[0]
}

/** Classic or BigTIFF in either byte order; not Canon's CR2, which says so in bytes 8 and 9. */
function isTiff(bytes: Uint8Array): boolean {
  const isLittle = startsWith(bytes, [0x49, 0x49, 0x2a, 0x00]) || startsWith(bytes, [0x49, 0x49, 0x2b, 0x00])
  const isBig = startsWith(bytes, [0x4d, 0x4d, 0x00, 0x2a]) || startsWith(bytes, [0x4d, 0x4d, 0x00, 0x2b])
  return (isLittle || isBig) && !startsWith(bytes, ascii('CR'), 8)
}

/** An ISO media file whose brands (major, or one of the compatible ones) name AVIF, a still or a sequence. */
function isAvif(bytes: Uint8Array): boolean {
  if (!startsWith(bytes, ascii('ftyp'), 4) || bytes.length < 12) return false
  const boxBytes = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const end = Math.min(boxBytes, bytes.length, SNIFF_BYTES)
  const brandAt = (offset: number): string => String.fromCharCode(...bytes.subarray(offset, offset + 4))
  const brands = [brandAt(8)]
  for (let offset = 16; offset + 4 <= end; offset += 4) brands.push(brandAt(offset))
  return brands.includes('avif') || brands.includes('avis')
}
