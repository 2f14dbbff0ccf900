import type { ImageFormat } from '../formats.ts'

export function sniffImageFormat(_firstBytes: Uint8Array): ImageFormat | undefined {
  return undefined
}
