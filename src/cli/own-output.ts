/**
 * Output folders of runs that measure: each run starts anew, so what an earlier one wrote there counts as nothing. That
 * is done only to folders that such a run made itself, which a marker in them tells; in anybody else's folder it would
 * cost files and the state of an interrupted job.
 */

import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MurmurationError } from '../base/errors.ts'
import { makeFolder } from '../peer/files/make-folder.ts'
import { journalFile, STATE_FOLDER } from '../peer/files/state-folder.ts'

const markerFile = (out: string): string => join(out, STATE_FOLDER, 'measured')

/** Whether a run that measures made `out`, or may make it: it is missing or empty. */
async function isOwn(out: string): Promise<boolean> {
  if (existsSync(markerFile(out))) return true
  const names = await readdir(out).catch(() => [])
  return names.length === 0
}

/**
 * @param help the next step for whoever ran the command
 * @throws MurmurationError ERR_EXISTS when `out` holds what no run that measures wrote
 */
export async function refuseForeignOutput(out: string, shown: string, help: string): Promise<void> {
  if (await isOwn(out)) return
  const sentence = `"${shown}" expects results of peer compare or peer demo only, which are replaced; got other files`
  throw new MurmurationError('ERR_EXISTS', sentence, { facts: { help } })
}

/**
 * Makes the next job in `out` begin at nothing. Returns what marks the folder as ours, if it is, once the job is planned.
 * @throws MurmurationError ERR_OUTPUT when it cannot be written, also from what is returned
 */
export async function startAnew(out: string): Promise<() => Promise<void>> {
  const isOurs = await isOwn(out)
  if (existsSync(journalFile(out))) await writeOrExplain(out, () => writeFile(journalFile(out), ''))
  return async () => {
    if (!isOurs) return
    await writeOrExplain(out, async () => {
      await makeFolder(join(out, STATE_FOLDER))
      await writeFile(markerFile(out), 'peer compare and peer demo replace what is in this folder\n')
    })
  }
}

async function writeOrExplain(out: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MurmurationError('ERR_OUTPUT', `output folder "${out}" cannot be written: ${why}`, { cause })
  }
}
