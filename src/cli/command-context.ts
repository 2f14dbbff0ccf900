/** What a command gets besides its own flags. */

import type { GlobalValues } from './command-table.ts'
import type { Output } from './output.ts'
import type { CliWorld } from './world.ts'

export interface CommandContext {
  readonly world: CliWorld
  readonly output: Output
  readonly globals: GlobalValues
  /** The arguments that are no flags. */
  readonly words: readonly string[]
}
