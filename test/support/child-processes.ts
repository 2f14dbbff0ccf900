/** The processes that a process has started, on Linux. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from './eventually.ts'

export function childrenOf(parent: number): readonly number[] {
  return readdirSync(`/proc/${parent}/task`)
    .flatMap((thread) => childrenOfThread(parent, thread))
    .filter((text) => text !== '')
    .map(Number)
}

function childrenOfThread(process: number, thread: string): readonly string[] {
  try {
    return readFileSync(`/proc/${process}/task/${thread}/children`, 'latin1').split(' ')
  } catch {
    // it ended meanwhile; its children are another thread's now
    return []
  }
}

/** Empty where there is no such process any more. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1')
  } catch {
    return ''
  }
}

/** Time that a process has had on a processor, in steps of 10 ms; 0 where there is no such process. */
export function cpuMsOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return 0
  }
}

/** Waits for a process that this one started and that lives; `but` is another one. */
export async function childAtWork(but?: number): Promise<number> {
  let pid: number | undefined
  await eventually(() => {
    pid = childrenOf(process.pid).find((child) => child !== but && isAlive(child))
    return pid !== undefined
  })
  return pid ?? 0
}

/** Waits for a process that `parent` started and that has a file open whose name ends so; `but` is another one. */
export async function childWithFile(parent: number, ending: string, but?: number): Promise<number> {
  let pid: number | undefined
  await eventually(() => {
    pid = childrenOf(parent).find((child) => child !== but && hasOpen(child, ending))
    return pid !== undefined
  })
  return pid ?? 0
}

function hasOpen(pid: number, ending: string): boolean {
  try {
    const folder = `/proc/${pid}/fd`
    return readdirSync(folder).some((fd) => readlinkSync(join(folder, fd)).endsWith(ending))
  } catch {
    // it closed one meanwhile, or ended
    return false
  }
}

/** A zombie whom nobody has asked for yet is not alive. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
