/** A program that a test writes, as a process of this Node. It ends with the test, which waits for its end. */

import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { atEnd } from './temporary-folder.ts'

export function startNodeProgram(program: string): ChildProcessByStdio<null, Readable, null> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  atEnd(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    // the next test looks at the processes that are there
    await once(child, 'exit')
  })
  return child
}
