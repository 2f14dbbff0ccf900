/** The real world of the command line: this process, its streams, its signals. */

import { fileURLToPath } from 'node:url'
import { systemClock } from '../base/clock.ts'
import { MAX_HELD_STDERR_CHARS } from '../base/limits.ts'
import { collectLess } from './collect-less.ts'
import { openViewer } from './open-viewer.ts'
import { spawnPeerProcess } from './peer-process.ts'
import { runCli } from './run-cli.ts'
import type { CliWorld } from './world.ts'

/** Runs the command line of this process and ends it. */
export async function runProcess(mainUrl: string): Promise<void> {
  const mainFile = fileURLToPath(mainUrl)
  // React's development build measures every render and keeps the measurements for as long as the process lives
  process.env['NODE_ENV'] ??= 'production'
  // `peer ops | head`: whoever reads has enough, and that is no error
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  const world: CliWorld = {
    stdout: process.stdout,
    stderr: process.stderr,
    terminal: process.stdout.isTTY === true ? process.stdout : undefined,
    keyboard: process.stdin.isTTY === true ? process.stdin : undefined,
    get stdin() {
      return process.stdin
    },
    env: process.env,
    workingDir: process.cwd(),
    clock: systemClock,
    // loaded when a command wants it: `peer ops` and `peer key` need no network
    async startPeer(options) {
      const { startPeer } = await import('../peer/start-peer.ts')
      // from then on Node's own modules are loaded without their code cache
      collectLess(process.versions.node)
      return startPeer(options)
    },
    examine: async (options) => (await import('../peer/doctor/index.ts')).examine(options),
    spawnPeer: (args, workingDir) => spawnPeerProcess(process.execPath, mainFile, args, workingDir),
    openViewer,
    onInterrupt,
    onCrash,
    holdStderr,
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

/** The monitor runs before the error is printed, and for rejections that nobody handles too. */
function onCrash(listener: () => void): () => void {
  process.on('uncaughtExceptionMonitor', listener)
  process.on('exit', listener)
  return () => {
    process.off('uncaughtExceptionMonitor', listener)
    process.off('exit', listener)
  }
}

/** Warnings of Node and log lines of DEBUG would land in the middle of a screen. Only where both are one terminal. */
function holdStderr(): () => void {
  const { stderr } = process
  if (stderr.isTTY !== true) return () => undefined
  const write = stderr.write
  let held = ''
  stderr.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    held = (held + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())).slice(-MAX_HELD_STDERR_CHARS)
    const callback = rest.find((value) => typeof value === 'function')
    if (callback !== undefined) queueMicrotask(() => callback())
    return true
  }
  const release = (): void => {
    stderr.write = write
    if (held !== '') stderr.write(held)
    held = ''
  }
  return release
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => resolve())
  })
