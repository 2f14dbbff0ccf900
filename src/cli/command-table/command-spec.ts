/** What the table says of a command. */

import type { Flags } from '../flags.ts'

export interface CommandSpec {
  readonly summary: string
  /** What it takes besides flags. */
  readonly argument?: {
    readonly name: string
    readonly isRequired: boolean
    readonly isVariadic: boolean
    readonly sentence: string
  }
  readonly flags: Flags
  /** Sentences below the flags in the help. */
  readonly notes?: readonly string[]
  readonly examples: readonly string[]
}
