import { MurmurationError } from '../../base/errors.ts'
import type { ImageFormat } from '../formats.ts'
import type { ChannelCount } from '../pixels.ts'

export interface ImageHeader {
  readonly format: ImageFormat
  /** After EXIF orientation. */
  readonly widthPx: number
  readonly heightPx: number
  readonly channels: ChannelCount
  readonly hasAlpha: boolean
  /** Per sample: 8 or less is processed, more is refused by the decoder. */
  readonly bitDepth: number
  /** EXIF orientation, 1 to 8; 1 where the file says nothing. */
  readonly orientation: number
  /** Frames of an animation or pages; only the first is processed. */
  readonly pages: number
}

export async function readImageHeader(_bytes: Uint8Array): Promise<ImageHeader> {
  throw new MurmurationError('ERR_INTERNAL', 'not written yet')
}
