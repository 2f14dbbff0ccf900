/**
 * Huge images decoded and encoded in a process of their own, one at a time: what is decoded for an hour must not be done again
 * because another image ended the process. It is the work of one job; closing it ends also what cannot be interrupted here.
 */

import { HARMLESS_VERDICTS, HEADER_READ_MS, ISOLATED_CODEC_MARGIN_MS } from '../../base/limits.ts'
import { rawFileOf } from '../codec/huge-file.ts'
import type { HugeCodec } from '../huge-codec.ts'
import { parseMetadata, parseNothing } from './codec-messages.ts'
import { IsolatedCodec, type IsolatedCodecOptions } from './isolated-codec.ts'

export function createIsolatedHugeCodec(options: IsolatedCodecOptions = {}): HugeCodec {
  const codec = new IsolatedCodec(1, options)
  return {
    metadata: (path, format) =>
      codec.run({
        work: { kind: 'metadata', path, format },
        did: "read the image's metadata",
        wanted: "the image's metadata",
        withinMs: HEADER_READ_MS,
        parse: parseMetadata,
      }),
    async decode(source, path, header, timeoutMs) {
      await codec.run({
        work: { kind: 'decode', source, path, header, timeoutMs },
        did: 'decoded the image',
        wanted: 'the decoded image',
        // what libvips warned of is decoded until that is believed, and then once more
        withinMs: several(HARMLESS_VERDICTS + 1, timeoutMs),
        parse: parseNothing,
      })
      return rawFileOf(path, header)
    },
    encode: (tiff, target, shape, encoding) =>
      codec.run({
        work: { kind: 'encode', tiff, target, shape, options: encoding },
        did: 'encoded the result',
        wanted: 'the encoded result',
        // what could not be given its metadata is encoded again
        withinMs: several(2, encoding.timeoutMs),
        parse: parseNothing,
      }),
    close: () => codec.close(),
  }
}

/** Each time libvips may take that long. */
const several = (times: number, timeoutMs: number): number => times * timeoutMs + ISOLATED_CODEC_MARGIN_MS
