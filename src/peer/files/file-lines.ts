/** Reads a file line by line without ever holding more than one line of it. */

import { type FileSystem, systemFiles } from './file-system.ts'

const NEWLINE = 0x0a

export interface FileLine {
  /** Without the newline. */
  readonly bytes: Buffer
  /** Offset of its first byte, and of the byte behind its newline. */
  readonly start: number
  readonly end: number
}

/** Lines that end with a newline; bytes behind the last newline are left out. */
export async function* fileLines(
  file: string,
  files: Pick<FileSystem, 'read'> = systemFiles,
): AsyncGenerator<FileLine> {
  let parts: Uint8Array[] = []
  let start = 0
  let chunkStart = 0
  for await (const chunk of files.read(file)) {
    let from = 0
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      const end = chunkStart + at + 1
      yield { bytes: Buffer.concat([...parts, chunk.subarray(from, at)]), start, end }
      parts = []
      start = end
      from = at + 1
    }
    parts.push(chunk.subarray(from))
    chunkStart += chunk.length
  }
}
