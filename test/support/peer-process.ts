/** Real peers as processes of the built command, ended with the test that started them. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { whenTestEnds } from './side-by-side.ts'

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js')

const HOOK = pathToFileURL(join(import.meta.dirname, 'dial-through-proxy.ts'))
const SIGNAL_HOOK = pathToFileURL(join(import.meta.dirname, 'signal-at-output.ts'))

/** Flags of `submit`: the peers that a test has started do the work, however long a busy machine takes to find them. */
export const BY_PEERS = ['--no-local', '--wait', '10m'] as const

/** Arguments of node that run the built command; with `proxyPort` all its connections go through that proxy. */
export const peerCommand = (args: readonly string[], proxyPort?: number): string[] => [
  ...(proxyPort === undefined ? [] : ['--import', `${HOOK}?port=${proxyPort}`]),
  MAIN,
  ...args,
]

export interface SignalAtOutput {
  /** Of those that this process puts in place, counted from 1. */
  readonly output: number
  /** `before`: its journal line is there, the output is not. */
  readonly when: 'before' | 'after'
  readonly signal: 'SIGINT' | 'SIGKILL' | 'SIGSTOP'
}

/** The same for a job of makeSmallImages that sends itself a signal at one of its outputs (signal-at-output.ts). */
export const commandWithSignal = (args: readonly string[], { output, when, signal }: SignalAtOutput): string[] => [
  ...['--import', `${SIGNAL_HOOK}?output=${output}&when=${when}&signal=${signal}`],
  ...peerCommand(args),
]

export interface PeerProcess {
  readonly name: string
  readonly id: string
  readonly addresses: readonly string[]
  readonly process: ChildProcess
  /** Sends a signal and, unless it only stops or continues, waits for the end. Returns the exit code. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null>
}

interface Ready {
  readonly name: string
  readonly id: string
  readonly addresses: readonly string[]
}

function readyLine(line: string): Ready | undefined {
  const event: unknown = JSON.parse(line)
  if (typeof event !== 'object' || event === null || !('event' in event) || event.event !== 'ready') return undefined
  const { name, id, addresses } = { name: '', id: '', addresses: [], ...event }
  return { name, id, addresses }
}

/** Runs `peer start` with `args`; resolves when it says that it is ready. */
export const startPeerProcess = (dataDir: string, ...args: readonly string[]): Promise<PeerProcess> =>
  startPeerWith({ dataDir, args })

export interface PeerStart {
  readonly dataDir: string
  readonly args: readonly string[]
  /** Its network, see dial-through-proxy.ts. */
  readonly proxyPort?: number
  /** Hears of each line of JSON after the one that says that it is ready. */
  readonly onEvent?: (event: Readonly<Record<string, unknown>>) => void
}

/** The same, with more to say. */
export async function startPeerWith({ dataDir, args, proxyPort, onEvent }: PeerStart): Promise<PeerProcess> {
  const listen = ['--listen', '/ip4/127.0.0.1/tcp/0']
  const command = ['start', '--json', '--no-tui', '--data-dir', dataDir, ...listen, ...args]
  const child = spawn(process.execPath, peerCommand(command, proxyPort), { stdio: ['ignore', 'pipe', 'inherit'] })
  whenTestEnds(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const ready = await new Promise<Ready>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      const isReady = readyLine(line)
      if (isReady) resolve(isReady)
      else onEvent?.(JSON.parse(line))
    })
    child.once('exit', () => reject(new Error(`peer start ${args.join(' ')} ended before it was ready`)))
  })
  return {
    ...ready,
    process: child,
    async end(signal) {
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
      return child.exitCode
    },
  }
}

/** Runs the command to its end. */
export async function runCommand(
  args: readonly string[],
  options: { input?: string; cwd?: string; proxyPort?: number } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, peerCommand(args, options.proxyPort), { stdio: 'pipe', cwd: options.cwd })
  let stdout = ''
  let stderr = ''
  // decoded as a whole: a letter of several bytes may come in two pieces
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  child.stdin.on('error', () => {}) // it may end without reading
  child.stdin.end(options.input)
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
