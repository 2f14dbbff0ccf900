/** SHA-256 of a file that may be larger than memory. */

import { createHash } from 'node:crypto'
import { type FileSystem, systemFiles } from './file-system.ts'

/** 32 bytes. @throws the file system's error */
export async function digestFile(path: string, files: Pick<FileSystem, 'read'> = systemFiles): Promise<Uint8Array> {
  const digest = createHash('sha256')
  for await (const chunk of files.read(path)) digest.update(chunk)
  return new Uint8Array(digest.digest())
}
