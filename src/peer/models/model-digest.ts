/** What a model is named by: SHA-256 in hexadecimal digits, as whoever sends one need not be trusted. */

import { createHash, hash } from 'node:crypto'
import { systemFiles } from '../files/file-system.ts'

export const modelDigest = (bytes: Uint8Array): string => hash('sha256', bytes)

/** @throws the file system's error */
export async function digestModelFile(path: string): Promise<string> {
  const digest = createHash('sha256')
  for await (const chunk of systemFiles.read(path)) digest.update(chunk)
  return digest.digest('hex')
}
