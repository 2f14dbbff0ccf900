/**
 * Headers read in a process of their own. A plain JPEG's is read here, because that takes no native code (codec/plain-jpeg.ts); of
 * all others the process reads the file itself. Should that have changed since, it is found as for any file that changes while
 * a job runs; an executor looks at the header of what it got anyway.
 */

import { HEADER_READ_MS, MAX_HEADERS_AT_ONCE } from '../../base/limits.ts'
import { readPlainHeader } from '../codec/header.ts'
import type { HeaderReader } from '../header-reader.ts'
import { parseHeader } from './codec-messages.ts'
import { IsolatedCodec, type IsolatedCodecOptions } from './isolated-codec.ts'

export function createIsolatedHeaders(options: IsolatedCodecOptions = {}): HeaderReader {
  const codec = new IsolatedCodec(MAX_HEADERS_AT_ONCE, options)
  const ofFile: HeaderReader['ofFile'] = (path) =>
    codec.run({
      work: { kind: 'header', path },
      did: "read the image's header",
      wanted: "the image's header",
      withinMs: HEADER_READ_MS,
      parse: parseHeader,
    })
  return {
    ofFile,
    ofBytes: async (bytes, path) => readPlainHeader(bytes) ?? (await ofFile(path)),
    close: () => codec.close(),
  }
}
