/** The processes that a process has started, on Linux. */

import { readdirSync, readFileSync } from 'node:fs'

export function childrenOf(parent: number): readonly number[] {
  return readdirSync(`/proc/${parent}/task`)
    .flatMap((thread) => readFileSync(`/proc/${parent}/task/${thread}/children`, 'latin1').split(' '))
    .filter((text) => text !== '')
    .map(Number)
}
