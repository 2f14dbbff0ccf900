/** The processes that a process has started, on Linux. */

import { readdirSync, readFileSync } from 'node:fs'

export function childrenOf(parent: number): readonly number[] {
  return readdirSync(`/proc/${parent}/task`)
    .flatMap((thread) => readFileSync(`/proc/${parent}/task/${thread}/children`, 'latin1').split(' '))
    .filter((text) => text !== '')
    .map(Number)
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

/** A zombie whom nobody has asked for yet is not alive. */
export function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}
