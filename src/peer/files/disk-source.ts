/** Reads the sources of a job from the disk. Sentences name no path: the job's events carry it beside them. */

import { readFile, stat } from 'node:fs/promises'
import { MurmurationError } from '../../base/errors.ts'
import { readImageHeader } from '../../cv/index.ts'
import type { SourceReader } from '../coordinator/ports.ts'

function readError(error: unknown): MurmurationError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  const why = code === 'ENOENT' ? 'it does not exist any more' : code === 'EACCES' ? 'permission denied' : code
  return new MurmurationError('ERR_READ', `the file cannot be read: ${why}`, { cause: error })
}

export const diskSource: SourceReader = {
  async stat(source) {
    try {
      const { size, mtimeMs } = await stat(source)
      return { sizeBytes: size, modifiedMs: mtimeMs }
    } catch (error) {
      throw readError(error)
    }
  },

  async read(source) {
    try {
      return await readFile(source)
    } catch (error) {
      throw readError(error)
    }
  },

  async measure(bytes) {
    const { widthPx, heightPx, pages } = await readImageHeader(bytes)
    return { widthPx, heightPx, frames: pages }
  },
}
