/** Processes of a race: started, asked line by line, ended, and how much CPU they and their children have used. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** How long a process may take to say that it is ready, and to do one job. */
const READY_MS = 60_000
const ANSWER_MS = 300_000

export interface RaceProcess {
  readonly pid: number
  /** Writes one line of JSON and resolves with the next line of JSON that it prints. */
  ask(order: unknown): Promise<unknown>
  end(): Promise<void>
}

/** Resolves when it has printed a line that says `ready`; rejects with the end of its standard error. */
export async function startProcess(command: string, args: readonly string[]): Promise<RaceProcess> {
  const child = spawn(command, [...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (piece) => {
    errors = `${errors}${piece}`.slice(-2000)
  })
  const failed = once(child, 'error').then(([error]) => Promise.reject(error))
  failed.catch(() => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextLine = async (withinMs: number): Promise<string> => {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => reject(new Error(`${command} did not answer within ${withinMs} ms: ${errors}`)),
      withinMs,
    )
    try {
      const { value, done } = await Promise.race([lines.next(), failed, late])
      if (done) throw new Error(`${command} ${args[0]} ended too early: ${errors.trim()}`)
      return value
    } finally {
      clearTimeout(timer)
    }
  }
  try {
    while (!(await nextLine(READY_MS)).includes('"ready"'));
  } catch (error) {
    await end(child)
    throw error
  }
  return {
    pid: child.pid ?? 0,
    ask: async (order) => {
      child.stdin.write(`${JSON.stringify(order)}\n`)
      return JSON.parse(await nextLine(ANSWER_MS))
    },
    end: () => end(child),
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const children = descendants(child.pid)
  child.kill('SIGKILL')
  await once(child, 'exit')
  for (const pid of children) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // ended with its parent
    }
  }
}

function statFields(pid: number): readonly string[] {
  // the name of a program stands in parentheses and may hold spaces
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
}

/** Processes that this one started, and those that they started (Linux). */
function descendants(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      parents.set(Number(name), Number(statFields(Number(name))[1]))
    } catch {
      // it ended meanwhile
    }
  }
  const found = [pid]
  for (let index = 0; index < found.length; index++) {
    for (const [child, parent] of parents) if (parent === found[index]) found.push(child)
  }
  return found.slice(1)
}

/** CPU time of a process and all below it so far, in milliseconds, user and system (Linux, 100 ticks a second). */
export function cpuMsOfTree(pid: number): number {
  const ticks = (of: number): number => {
    const fields = statFields(of)
    return Number(fields[11]) + Number(fields[12])
  }
  return [pid, ...descendants(pid)].reduce((sum, one) => sum + ticks(one), 0) * 10
}
