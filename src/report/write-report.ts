/** The file of a report: replaced where an earlier report stands, never where anything else does. */

import { open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MurmurationError } from '../base/errors.ts'
import { REPORT_MARK_BYTES } from '../base/limits.ts'
import { makeFolder } from '../peer/files/make-folder.ts'
import { whyUnwritable } from '../peer/files/write-error.ts'
import { GENERATOR_MARK } from './page.ts'

/** @throws MurmurationError ERR_EXISTS when something that is no report is there */
export async function refuseForeignReport(file: string, shown: string): Promise<void> {
  const beginning = await beginningOf(file)
  if (beginning === undefined || beginning.includes(GENERATOR_MARK)) return
  throw new MurmurationError('ERR_EXISTS', `"${shown}" expects a report of peer or no file, got another file`, {
    facts: { help: 'Give another name, or --overwrite.' },
  })
}

/** Undefined where there is no file; empty where it cannot be read. */
async function beginningOf(file: string): Promise<string | undefined> {
  try {
    const handle = await open(file)
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(REPORT_MARK_BYTES))
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return code === 'ENOENT' || code === 'ENOTDIR' ? undefined : ''
  }
}

/** @throws MurmurationError ERR_WRITE */
export async function writeReport(file: string, page: string): Promise<void> {
  const fresh = `${file}.new`
  try {
    await makeFolder(dirname(file))
    await writeFile(fresh, page)
    await rename(fresh, file)
  } catch (cause) {
    await rm(fresh, { force: true }).catch(() => undefined)
    throw new MurmurationError('ERR_WRITE', `The report cannot be written: ${whyUnwritable(cause)}`, { cause })
  }
}
