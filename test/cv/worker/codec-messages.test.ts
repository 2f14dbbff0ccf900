import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { MAX_METADATA_BYTES, MAX_THUMBNAIL_BYTES } from '../../../src/base/limits.ts'
import {
  parseCodecAnswer,
  parseCodecRequest,
  parseHeader,
  parseMetadata,
  parseNothing,
  parseThumbnail,
} from '../../../src/cv/worker/codec-messages.ts'

const header = {
  ...{ format: 'png', widthPx: 3, heightPx: 2, channels: 3, hasAlpha: false },
  ...{ bitDepth: 8, orientation: 1, pages: 1 },
}
const metadata = { exif: new Uint8Array(3), xmp: undefined, iptc: undefined, density: 300 }
const options = { format: 'jpg', quality: 90, timeoutMs: 5, metadata }
const works = [
  { kind: 'header', path: '/a' },
  { kind: 'metadata', path: '/a', format: 'jpg' },
  { kind: 'decode', source: '/a', path: '/b', header, timeoutMs: 5 },
  { kind: 'encode', tiff: '/a', target: '/b', shape: { widthPx: 3, heightPx: 2, channels: 1 }, options },
  { kind: 'thumbnail', path: '/a', limits: { sidePx: 5, maxSourcePx: 10, seconds: 1 } },
]
const PARSERS = [parseCodecRequest, parseCodecAnswer, parseHeader, parseThumbnail]

describe('codec messages', () => {
  it.each(works)('pass when they are whole, after the journey between processes: $kind', (work) => {
    expect(parseCodecRequest(structuredClone({ id: 1, work }))).toEqual({ id: 1, work })
  })

  it('may leave metadata out', () => {
    const work = { ...works[3], options: { ...options, metadata: undefined } }
    expect(parseCodecRequest({ id: 0, work })).toEqual({ id: 0, work })
  })

  it('are refused where any field is missing', () => {
    for (const work of works) {
      for (const field of Object.keys(work)) {
        expect(() => parseCodecRequest({ id: 0, work: { ...work, [field]: undefined } })).toThrow(MurmurationError)
      }
    }
    for (const field of Object.keys(header)) expect(() => parseHeader({ ...header, [field]: null })).toThrow()
  })

  it('answer with a value or an error of ours', () => {
    expect(parseCodecAnswer({ id: 3, value: undefined })).toEqual({ id: 3, value: undefined })
    const error = { code: 'ERR_READ', message: 'so it is' }
    expect(parseCodecAnswer({ id: 3, error })).toEqual({ id: 3, error })
    expect(() => parseCodecAnswer({ id: 3, error: { ...error, code: 'EACCES' } })).toThrow(MurmurationError)
  })

  it('bring no more bytes than are asked for', () => {
    expect(parseMetadata(metadata)).toEqual(metadata)
    expect(() => parseMetadata({ ...metadata, xmp: new Uint8Array(MAX_METADATA_BYTES + 1) })).toThrow(MurmurationError)
    const thumbnail = { bytes: new Uint8Array(5), widthPx: 1, heightPx: 1 }
    expect(parseThumbnail(thumbnail)).toEqual(thumbnail)
    const bytes = new Uint8Array(MAX_THUMBNAIL_BYTES + 1)
    expect(() => parseThumbnail({ ...thumbnail, bytes })).toThrow(MurmurationError)
    expect(() => parseNothing(null)).toThrow(MurmurationError)
  })

  it('that are anything else are refused with one error', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const parse of PARSERS) expect(() => parse(value)).toThrow(MurmurationError)
      }),
    )
  })
})
