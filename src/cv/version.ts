/** What must be equal between two peers so that they give the same pixels. Does not load OpenCV. */

import { createRequire } from 'node:module'
import { hashToSeed } from '../base/random.ts'
import { DECODER_RULE } from './codec/decode.ts'
import { hasJpegTurbo } from './codec/jpeg-turbo.ts'
import { loadSharp } from './codec/sharp.ts'
import { operationsHash } from './operations/registry.ts'

/** What `codec/pixel-digest.ts` makes pixel digests by. Part of pixelVersion: peers and journals that differ in it have nothing to compare. */
export const PIXEL_DIGEST = 'xxh3-128'

const hash8 = (text: string): string => hashToSeed(text).toString(16).padStart(16, '0').slice(0, 8)

function packageVersion(name: string): string {
  const facts: unknown = createRequire(import.meta.url)(`${name}/package.json`)
  const version = typeof facts === 'object' && facts !== null && 'version' in facts ? facts.version : undefined
  return typeof version === 'string' ? version : 'unknown'
}

/**
 * `opencv-5.0.0-release.2/ops-1a2b3c4d/dec2-8.18.7-5e6f7a8b`: the OpenCV package, the operations (names, versions and
 * parameters), the decoder rule, libvips, and a hash over the versions of all decoders in it and PIXEL_DIGEST. Below 64 bytes.
 */
export function pixelVersion(): string {
  known ??= readPixelVersion()
  return known
}

let known: string | undefined

function readPixelVersion(): string {
  const { versions } = loadSharp()
  const jpegTurbo = hasJpegTurbo() ? packageVersion('@julusian/jpeg-turbo') : 'none'
  const decoders = hash8(JSON.stringify(Object.entries({ ...versions, jpegTurbo, pixelDigest: PIXEL_DIGEST }).sort()))
  const operations = operationsHash().slice(0, 8)
  return `opencv-${packageVersion('@opencvjs/web')}/ops-${operations}/dec${DECODER_RULE}-${versions.vips}-${decoders}`
}
