/** Pictures for people, made in a process of their own. */

import { MAX_REPORT_PICTURES_AT_ONCE } from '../../base/limits.ts'
import type { ThumbnailMaker } from '../codec/thumbnail.ts'
import { parseThumbnail } from './codec-messages.ts'
import { IsolatedCodec, type IsolatedCodecOptions } from './isolated-codec.ts'

export function createIsolatedThumbnails(options: IsolatedCodecOptions = {}): ThumbnailMaker {
  const codec = new IsolatedCodec(MAX_REPORT_PICTURES_AT_ONCE, options)
  return {
    make: (path, limits) =>
      codec.run({
        work: { kind: 'thumbnail', path, limits },
        did: 'made the picture',
        wanted: 'a picture',
        // libvips' own limit, which does not cover a decoder that stands still
        withinMs: limits.seconds * 1000,
        parse: parseThumbnail,
      }),
    close: () => codec.close(),
  }
}
