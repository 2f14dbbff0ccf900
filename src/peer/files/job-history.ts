/**
 * Finished jobs as plain files in the user's data folder, one JSON file a job, written by whoever coordinated. A user's
 * peers share the folder: names are unique, files appear whole or not at all, and nobody holds it open. What cannot be
 * read is left where it is and told in a sentence; what cannot be written costs no job its end.
 */

import { open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { asMurmurationError } from '../../base/errors.ts'
import { MAX_HISTORY_FILE_BYTES, MAX_HISTORY_FILES } from '../../base/limits.ts'
import { ensurePrivateFolder, isFileError, writeFileAtomically } from '../identity/data-directory.ts'
import { decodeFinishedJob, encodeFinishedJob, type FinishedJob } from './finished-job.ts'

export type { FinishedJob } from './finished-job.ts'

/** `2026-11-22T07-32-28-123Z-<32 digits>.json`: sorted by name they are sorted by time. */
const FILE_NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-([0-9a-f]{32})\.json$/

export interface HistoryFiles {
  /** The newest first. */
  readonly jobs: readonly FinishedJob[]
  /** A sentence for each file that was skipped. */
  readonly notices: readonly string[]
}

export const historyFileName = ({ summary }: FinishedJob): string =>
  `${summary.startedAt.replaceAll(/[:.]/g, '-')}-${summary.job}.json`

/** The job's id in a file name of the history; undefined for any other file. */
export const jobOfFileName = (name: string): string | undefined => FILE_NAME.exec(name)?.[1]

/** Names of the files, the newest first; none where there is no folder. @throws the file system's error */
export async function listHistory(folder: string): Promise<readonly string[]> {
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => FILE_NAME.test(name))
      .sort()
      .reverse()
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return []
    throw error
  }
}

/** The newest `max` jobs; never rejects. */
export async function readHistory(folder: string, max: number): Promise<HistoryFiles> {
  try {
    return await readHistoryFiles(folder, (await listHistory(folder)).slice(0, max))
  } catch (error) {
    return {
      jobs: [],
      notices: [`the finished jobs in "${folder}" cannot be read: ${asMurmurationError(error).message}`],
    }
  }
}

/** The jobs in these files, in their order. */
export async function readHistoryFiles(folder: string, names: readonly string[]): Promise<HistoryFiles> {
  const jobs: FinishedJob[] = []
  const notices: string[] = []
  for (const name of names) {
    try {
      const job = decodeFinishedJob(await readBounded(join(folder, name)))
      jobs.push(job)
    } catch (error) {
      // another peer of this user may have removed it as the oldest
      if (isFileError(error, 'ENOENT')) continue
      notices.push(`"${join(folder, name)}" is no finished job and was skipped: ${asMurmurationError(error).message}`)
    }
  }
  return { jobs, notices }
}

/** Writes the file of one job and removes the oldest beyond MAX_HISTORY_FILES. @throws MurmurationError, or the file system's error */
export async function writeHistory(folder: string, job: FinishedJob): Promise<void> {
  await ensurePrivateFolder(folder)
  await writeFileAtomically(join(folder, historyFileName(job)), encodeFinishedJob(job))
  for (const name of (await listHistory(folder)).slice(MAX_HISTORY_FILES)) {
    await unlink(join(folder, name)).catch(() => undefined) // somebody else was faster, or the next job tries again
  }
}

/** @throws Error when it is larger than anything we write */
async function readBounded(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    if (size > MAX_HISTORY_FILE_BYTES) throw new Error(`expected at most ${MAX_HISTORY_FILE_BYTES} bytes, got ${size}`)
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}
