/**
 * Output folders of runs that measure: each run starts anew, so what an earlier one wrote there counts as nothing. Only
 * the journal is emptied; images are overwritten, and only in a folder that a journal shows to be ours.
 */

import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { journalFile, STATE_FOLDER } from '../peer/files/output-folder.ts'

/** Makes the next job in this folder begin at nothing; true when there was an earlier one, whose files it may replace. */
export async function forgetEarlierJob(out: string): Promise<boolean> {
  if (!existsSync(join(out, STATE_FOLDER))) return false
  await writeFile(journalFile(out), '')
  return true
}
