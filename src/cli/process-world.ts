/** The real world of the command line: this process, its streams, its signals. */

import { fileURLToPath } from 'node:url'
import { systemClock } from '../base/clock.ts'
import { openViewer } from './open-viewer.ts'
import { spawnPeerProcess } from './peer-process.ts'
import { runCli } from './run-cli.ts'
import type { CliWorld } from './world.ts'

/** Runs the command line of this process and ends it. */
export async function runProcess(mainUrl: string): Promise<void> {
  const mainFile = fileURLToPath(mainUrl)
  // `peer ops | head`: whoever reads has enough, and that is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  const world: CliWorld = {
    stdout: process.stdout,
    stderr: process.stderr,
    terminal: process.stdout.isTTY === true ? process.stdout : undefined,
    get stdin() {
      return process.stdin
    },
    env: process.env,
    workingDir: process.cwd(),
    clock: systemClock,
    // loaded when a command wants it: `peer ops` and `peer key` need no network
    startPeer: async (options) => (await import('../peer/start-peer.ts')).startPeer(options),
    spawnPeer: (args, workingDir) => spawnPeerProcess(process.execPath, mainFile, args, workingDir),
    openViewer,
    onInterrupt,
    exitNow: (exitCode) => process.exit(exitCode),
  }
  const exitCode = await runCli(process.argv.slice(2), world)
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  // not process.exitCode: a library's forgotten timer must not keep a finished command alive
  process.exit(exitCode)
}

/** Not SIGHUP: a listener would undo what `nohup peer start` asks for. */
const INTERRUPTS = ['SIGINT', 'SIGTERM'] as const

function onInterrupt(listener: () => void): () => void {
  for (const signal of INTERRUPTS) process.on(signal, listener)
  // a parent that started this peer over IPC (peer demo) is gone, perhaps without a chance to say so
  process.on('disconnect', listener)
  return () => {
    for (const signal of INTERRUPTS) process.off(signal, listener)
    process.off('disconnect', listener)
  }
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => resolve())
  })
