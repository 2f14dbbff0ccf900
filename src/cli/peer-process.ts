/**
 * `peer start` as a child process: waits for its ready line, notices its death, and ends it in every case. The IPC
 * channel tells the child when this process is gone, even by SIGKILL; it then leaves as on a signal.
 */

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { systemClock, withDeadline } from '../base/clock.ts'
import { MurmurationError } from '../base/errors.ts'
import { LEAVE_MS, PEER_PROCESS_READY_MS, PEER_PROCESS_STOP_EXTRA_MS } from '../base/limits.ts'

/** What is read of the ready line of `peer start --json`. */
const ReadyLine = z.object({
  event: z.literal('ready'),
  name: z.string(),
  id: z.string(),
  addresses: z.array(z.string()),
  pid: z.number(),
})
export type PeerReady = z.infer<typeof ReadyLine>

export interface PeerProcess {
  /** Rejects when the process ends or takes too long before its ready line. */
  readonly ready: Promise<PeerReady>
  /** Resolves when the process has ended, with `exit code 1` or `SIGKILL`. */
  readonly ended: Promise<string>
  /** Asks it to leave, kills it when it does not; resolves when it is gone. */
  stop(): Promise<void>
  /** Kills it now. */
  kill(): void
}

/** The last words of a process that dies before it is ready. */
const MAX_STDERR_CHARS = 2_000

/** Runs `nodeFile mainFile ...args` in `workingDir`. */
export function spawnPeerProcess(
  nodeFile: string,
  mainFile: string,
  args: readonly string[],
  workingDir: string,
): PeerProcess {
  const child = spawn(nodeFile, [mainFile, ...args], { cwd: workingDir, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let lastWords = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-MAX_STDERR_CHARS)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (exitCode, signal) => resolve(signal ?? `exit code ${exitCode}`))
  })
  const firstLine = new Promise<PeerReady>((resolve, reject) => {
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const parsed = ReadyLine.safeParse(parseJson(line))
        if (parsed.success) resolve(parsed.data)
      })
    }
    void ended.then((status) =>
      reject(
        new MurmurationError('ERR_INTERNAL', `A peer process ended (${status}) before it was ready. ${lastWords}`),
      ),
    )
  })
  const ready = withDeadline(systemClock, PEER_PROCESS_READY_MS, 'A ready line of a peer process', firstLine)
  // whoever asks for it gets the error; nobody else needs it
  ready.catch(() => undefined)

  return {
    ready,
    ended,
    kill: () => void child.kill('SIGKILL'),
    stop: async () => {
      child.kill('SIGTERM')
      const patience = LEAVE_MS + PEER_PROCESS_STOP_EXTRA_MS
      await withDeadline(systemClock, patience, 'The end of a peer process', ended).catch(async () => {
        child.kill('SIGKILL')
        await ended
      })
    },
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
