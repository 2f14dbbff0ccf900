/** The JSON of `peer doctor`: its own shape, so that the checks inside may change without breaking anybody's script. */

import type { Diagnosis } from '../peer/doctor/diagnose.ts'

export interface DoctorJson {
  /** Whether nothing is a problem. */
  readonly ok: boolean
  readonly problems: number
  readonly warnings: number
  /** The most likely reason first. */
  readonly findings: readonly {
    readonly check: string
    readonly level: 'ok' | 'warning' | 'problem'
    readonly sentence: string
    /** What to do; null where nothing is to be done. */
    readonly advice: string | null
  }[]
}

export function doctorJson(diagnoses: readonly Diagnosis[]): DoctorJson {
  const count = (wanted: Diagnosis['level']): number => diagnoses.filter(({ level }) => level === wanted).length
  return {
    ok: count('problem') === 0,
    problems: count('problem'),
    warnings: count('warning'),
    findings: diagnoses.map(({ check, level, sentence, advice }) => ({
      check,
      level,
      sentence,
      advice: advice ?? null,
    })),
  }
}
