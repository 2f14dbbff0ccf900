/** SHA-256 of a file that may be larger than memory. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { STITCH_CHUNK_BYTES } from '../../base/limits.ts'

/** 32 bytes. @throws the file system's error */
export async function digestFile(path: string): Promise<Uint8Array> {
  const digest = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: STITCH_CHUNK_BYTES })) digest.update(chunk)
  return new Uint8Array(digest.digest())
}
