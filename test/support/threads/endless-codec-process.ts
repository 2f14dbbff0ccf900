/**
 * A codec process that never ends decoding a file with `endless` in its name, and has begun to write what it decodes: whoever
 * meets it there meets it at work, however busy the machine. It ends with whoever started it.
 */

import { openSync } from 'node:fs'
import { rawFileOf } from '../../../src/cv/codec/huge-file.ts'
import { parseCodecRequest } from '../../../src/cv/worker/codec-messages.ts'

const peer = process.ppid

process.on('message', (message: unknown) => {
  const { work } = parseCodecRequest(message)
  if (work.kind !== 'decode' || !work.source.includes('endless')) return
  openSync(rawFileOf(work.path, work.header).path, 'w')
  const never = new Int32Array(new SharedArrayBuffer(4))
  while (process.ppid === peer) Atomics.wait(never, 0, 0, 100)
  process.exit()
})

await import('../../../src/cv/worker/codec-process.ts')
