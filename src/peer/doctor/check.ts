/** What a check of `peer doctor` is: data. The table of all of them is checks/index.ts. */

import type { DoctorWorld } from './world.ts'

/** ok: as it should be. warning: works, and may be why something is slow or will be missing. problem: something does not work. */
export type Level = 'ok' | 'warning' | 'problem'

export interface Finding {
  readonly level: Level
  /** May hold names that others chose: whoever shows it escapes it. */
  readonly sentence: string
  /** What to do about it. */
  readonly advice?: string
}

export interface Check {
  /** Stable: scripts read it in `--json`. */
  readonly name: string
  /** Completes "looks whether …" in the documentation. */
  readonly summary: string
  /** At least one finding. Ends by itself, soon after `world.sight()`. */
  run(world: DoctorWorld): readonly Finding[] | Promise<readonly Finding[]>
}

export const ok = (sentence: string): Finding => ({ level: 'ok', sentence })
export const warning = (sentence: string, advice: string): Finding => ({ level: 'warning', sentence, advice })
export const problem = (sentence: string, advice: string): Finding => ({ level: 'problem', sentence, advice })

/** `attic`, `attic and lab-1`, `attic, lab-1 and 3 more`. */
export function listed(names: readonly string[], max = 3): string {
  const shown = names.slice(0, max)
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
