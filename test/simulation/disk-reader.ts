/** Reads sources on a simulated disk, as src/peer/files/disk-source.ts does on a real one. */

import { asMurmurationError, MurmurationError } from '../../src/base/errors.ts'
import type { SourceReader } from '../../src/peer/coordinator/ports.ts'
import type { FileSystem } from '../../src/peer/files/file-system.ts'
import { readImage } from './images.ts'

/** A source of whatever size. @throws MurmurationError ERR_READ */
export async function readSource(reader: SourceReader, source: string): Promise<Uint8Array> {
  const { sizeBytes } = await reader.stat(source)
  return reader.read(source, sizeBytes)
}

export function diskReader(files: FileSystem): SourceReader {
  const readError = (error: unknown): MurmurationError =>
    new MurmurationError('ERR_READ', `the file cannot be read: ${asMurmurationError(error).message}`)
  return {
    async stat(source) {
      const { size, mtimeMs } = await files.stat(source).catch((error: unknown) => Promise.reject(readError(error)))
      return { sizeBytes: size, modifiedMs: mtimeMs }
    },
    async read(source) {
      try {
        const pieces: Uint8Array[] = []
        for await (const piece of files.read(source)) pieces.push(piece)
        return Buffer.concat(pieces)
      } catch (error) {
        throw readError(error)
      }
    },
    measure: async (bytes) => readImage(bytes),
  }
}
