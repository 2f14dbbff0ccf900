/** Digests of what is on the disk: checksums, which the journal has in hexadecimal digits. Files may be larger than memory. */

import { createHash } from 'node:crypto'
import { type GrowingChecksum, startChecksum } from '../../base/checksum.ts'
import { type FileSystem, systemFiles } from './file-system.ts'

type Files = Pick<FileSystem, 'read'>

/** @throws the file system's error */
export async function digestFile(path: string, files: Files = systemFiles): Promise<Uint8Array> {
  return await digestBy(startChecksum(), path, files)
}

/** Whether a file has this digest of the journal. @throws the file system's error */
export async function fileHasDigest(path: string, digest: string, files: Files = systemFiles): Promise<boolean> {
  return hex(await digestBy(startLike(digest), path, files)) === digest
}

/** The same of bytes. */
export function bytesHaveDigest(bytes: Uint8Array, digest: string): boolean {
  const growing = startLike(digest)
  growing.update(bytes)
  return hex(growing.digest()) === digest
}

const hex = (digest: Uint8Array): string => Buffer.from(digest).toString('hex')

/** 64 digits are a SHA-256: journals of before 2026-11-22 have them, and what these explain stays explained. */
const startLike = (digest: string): GrowingChecksum => (digest.length === 64 ? createHash('sha256') : startChecksum())

async function digestBy(growing: GrowingChecksum, path: string, files: Files): Promise<Uint8Array> {
  for await (const chunk of files.read(path)) growing.update(chunk)
  return growing.digest()
}
