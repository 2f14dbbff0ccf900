/** Real peers as processes of the built command, ended with the test that started them. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

const MAIN = join(import.meta.dirname, '../../dist/cli/main.js')

/** Arguments of node that run the built command. */
export const peerCommand = (args: readonly string[]): string[] => [MAIN, ...args]

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
export async function startPeerProcess(dataDir: string, ...args: readonly string[]): Promise<PeerProcess> {
  const listen = ['--listen', '/ip4/127.0.0.1/tcp/0']
  const child = spawn(
    process.execPath,
    [MAIN, 'start', '--json', '--no-tui', '--data-dir', dataDir, ...listen, ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const lines = createInterface({ input: child.stdout })
  for await (const line of lines) {
    const ready = readyLine(line)
    if (!ready) continue
    child.stdout.resume()
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
  throw new Error(`peer start ${args.join(' ')} ended before it was ready`)
}

/** Runs the command to its end. */
export async function runCommand(
  args: readonly string[],
  options: { input?: string; cwd?: string } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: 'pipe', cwd: options.cwd })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data) => {
    stdout += data
  })
  child.stderr.on('data', (data) => {
    stderr += data
  })
  child.stdin.on('error', () => {}) // it may end without reading
  child.stdin.end(options.input)
  await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}
