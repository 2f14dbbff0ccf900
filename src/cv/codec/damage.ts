/**
 * libvips' words for what is wrong with an image -> a sentence for the person whose image it is. What libvips said stands
 * behind it in parentheses, because somebody may want to search for it.
 */

import { type ErrorCode, MurmurationError } from '../../base/errors.ts'
import type { ImageFormat } from '../formats.ts'

interface Reason {
  readonly words: RegExp
  /** Ends the sentence "the jpg …". */
  readonly plain: string
  /** ERR_NOT_AN_IMAGE unless it says otherwise. */
  readonly code?: ErrorCode
}

const NOT_READ = 'ERR_UNSUPPORTED_IMAGE'

const REASONS: readonly Reason[] = [
  {
    words:
      /compression scheme \d+|compression support is not configured|driver doesn't support|Unsupported JPEG process/i,
    plain: 'is compressed in a way that is not read: save it again with a usual compression',
    code: NOT_READ,
  },
  {
    words: /samples out of range|not a whole number of bytes|data precision|channel limit|no known route|multiband/i,
    plain: 'has samples of a kind that is not read: convert it to 8-bit RGB first',
    code: NOT_READ,
  },
  {
    words: /maximum supported image dimension|bad image dimensions|exceeds? .*pixel limit|DNL not supported/i,
    plain: 'has a width or height that is not possible',
  },
  { words: /security limit|tile size out of range/i, plain: 'claims more parts than an image has, or larger ones' },
  { words: /no frames? in/i, plain: 'has no picture in it' },
  {
    words: /premature end|unexpected end|bad seek|read error at|not terminated|unable to parse image|read error$/i,
    plain: 'is cut off or damaged: not all of it can be read',
  },
]

/** @param words all that libvips said */
export function damagedImage(format: ImageFormat, words: string, cause: unknown): MurmurationError {
  const known = REASONS.find((reason) => reason.words.test(words))
  const { plain = 'is damaged: it cannot be decoded', code = 'ERR_NOT_AN_IMAGE' } = known ?? {}
  const detail = detailOf(words)
  return new MurmurationError(code, `the ${format} ${plain}${detail === '' ? '' : ` (${detail})`}`, { cause })
}

/** Which part of libvips noticed it is of no use to anybody; neither is what every broken header is called. */
const NOISE =
  /^(Input (buffer|file) (has corrupt header|contains unsupported image format)|Unknown error|source|VipsJpeg|vipspng|vips2?\w*|\w+2vips|\w+load_(buffer|file|source)|Warning treated as error due to failOn setting)(:|$)\s*/

const MAX_DETAIL_CHARS = 120

function detailOf(words: string): string {
  for (const line of words.split('\n')) {
    let detail = line.trim()
    while (NOISE.test(detail)) detail = detail.replace(NOISE, '')
    if (detail !== '') return detail.replace(/:$/, '').slice(0, MAX_DETAIL_CHARS)
  }
  return ''
}
