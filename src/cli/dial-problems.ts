/** Why peers are missing, in words: told where a command found nobody. */

import { ERROR_CODES } from '../base/errors.ts'
import { MAX_SHOWN_DIAL_PROBLEMS } from '../base/limits.ts'
import type { Peer } from '../peer/peer.ts'
import { escapeControls } from '../tui/text/escape.ts'
import type { CommandContext } from './command-context.ts'

export function tellDialProblems({ output }: CommandContext, peer: Peer): void {
  const problems = peer.dialProblems()
  for (const { code, message } of problems.slice(0, MAX_SHOWN_DIAL_PROBLEMS)) {
    output.notice(`${escapeControls(message)}: ${ERROR_CODES[code].help}`)
  }
  const more = problems.length - MAX_SHOWN_DIAL_PROBLEMS
  if (more > 0) output.notice(`and ${more} more`)
}
