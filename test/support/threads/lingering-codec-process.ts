/** A codec process whose end the peer does not hear of: its channel stays open in a process that it started. */

import { spawn } from 'node:child_process'

const CHANNEL = 3
spawn('sleep', ['600'], { stdio: ['ignore', 'ignore', 'ignore', CHANNEL] })

await import('../../../src/cv/worker/codec-process.ts')
