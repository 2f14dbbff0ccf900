/**
 * Loaded before the program (`node --import …/signal-at-output.ts?…`): a job's process sends itself a signal at the very output
 * that a test names. Whoever watches the folder from outside may come too late: the job may have ended by then.
 * It reckons with how outputs are put in place: `rename` of node:fs/promises. Used by peer-process.ts.
 */

import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { basename } from 'node:path'

const { searchParams } = new URL(import.meta.url)
const output = Number(searchParams.get('output'))
const isBefore = searchParams.get('when') === 'before'
const signal = searchParams.get('signal') ?? 'SIGKILL'
const rename = fs.rename
/** In place. */
let outputs = 0
let hasSignalled = false

function signalAt(count: number): void {
  if (hasSignalled || count < output) return
  hasSignalled = true
  process.kill(process.pid, signal)
}

async function renameAndSignal(from: string, to: string): Promise<void> {
  // as makeSmallImages names them
  const isOutput = basename(to).startsWith('image-')
  if (isOutput && isBefore) signalAt(outputs + 1)
  await rename(from, to)
  if (isOutput) outputs += 1
  if (isOutput && !isBefore) signalAt(outputs)
}

Object.assign(fs, { rename: renameAndSignal })
syncBuiltinESMExports()
