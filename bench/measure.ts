/** What every benchmark here shares: figures with units, and peers as processes that end with the benchmark. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const MAIN = join(import.meta.dirname, '../dist/cli/main.js')

/** Runs `work` with a temporary folder and ends every process that it started, however it ends. */
export async function withPeers<T>(work: (world: BenchWorld) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'murmuration-bench-'))
  const children: ChildProcess[] = []
  try {
    return await work({ folder, start: (args) => startProcess(args, children) })
  } finally {
    await Promise.all(children.map(end))
    rmSync(folder, { recursive: true, force: true })
  }
}

export interface BenchProcess {
  readonly pid: number
  /** From the spawn to its ready line. */
  readonly readyMs: number
  /** Writes a line to its standard input and resolves with the next line it prints. */
  ask(line: string): Promise<string>
  end(): Promise<void>
}

export interface BenchWorld {
  readonly folder: string
  /** Runs a node script; resolves at its first line that says `ready`. */
  start(args: readonly string[]): Promise<BenchProcess>
}

async function startProcess(args: readonly string[], children: ChildProcess[]): Promise<BenchProcess> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, [...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${args.join(' ')} ended too early`)
    return value
  }
  while (!(await nextLine()).includes('"ready"'));
  return {
    pid: child.pid ?? 0,
    readyMs: performance.now() - startedMs,
    ask: async (line) => {
      child.stdin.write(`${line}\n`)
      return await nextLine()
    },
    end: () => end(child),
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Arguments of `peer start` on a free loopback port. */
export const startArguments = (dataDir: string, ...more: readonly string[]): string[] => [
  MAIN,
  ...['start', '--json', '--no-tui', '--data-dir', dataDir, '--listen', '/ip4/127.0.0.1/tcp/0'],
  ...more,
]

/** Resident memory of a process in MB (Linux). */
export function residentMegabytes(pid: number): number {
  const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')
  return (Number(pages) * 4096) / 1e6
}

/** The most resident memory that a process ever had, in MB (Linux). */
export const peakMegabytes = (pid: number): number =>
  (Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024) / 1e6

/** CPU time of a process in milliseconds so far, user and system (Linux, 100 ticks a second). */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** One line of a report: what, figure, aim. */
export function report(what: string, figure: string, aim = ''): void {
  console.log(`${what.padEnd(58)} ${figure.padStart(16)}  ${aim}`)
}
