/** Reads the sources of a job from the disk. Sentences name no path: the job's events carry it beside them. */

import { readdir, stat } from 'node:fs/promises'
import { MurmurationError } from '../../base/errors.ts'
import type { HeaderReader } from '../../cv/index.ts'
import type { SourceReader } from '../coordinator/ports.ts'
import { readError } from './read-error.ts'
import { readWhole } from './read-whole.ts'

/** What takes no look into the files. */
export const diskFiles: Pick<SourceReader, 'stat' | 'read'> = {
  async stat(source) {
    const info = await stat(source).catch((error: unknown) => {
      throw readError(error, source)
    })
    if (info.isDirectory()) throw await folderError(source)
    return { sizeBytes: info.size, modifiedMs: info.mtimeMs }
  },

  async read(source, sizeBytes) {
    try {
      return await readWhole(source, sizeBytes)
    } catch (error) {
      throw readError(error, source)
    }
  },
}

export const diskSource = (headers: HeaderReader): SourceReader => ({
  ...diskFiles,
  async measure(bytes, source) {
    const { widthPx, heightPx, pages } = await headers.ofBytes(bytes, source)
    return { widthPx, heightPx, frames: pages }
  },
})

/** Folders become tasks only where they could not be listed (input-files.ts), so that their failure is told. */
async function folderError(source: string): Promise<MurmurationError> {
  try {
    await readdir(source)
    return new MurmurationError('ERR_READ', 'the folder could not be read when the job was planned')
  } catch (error) {
    return readError(error, source, 'folder')
  }
}
