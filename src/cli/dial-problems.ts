/** Why peers are missing, in words: told where a command found nobody. */

import { ERROR_CODES } from '../base/errors.ts'
import type { Peer } from '../peer/peer.ts'
import { escapeControls } from '../tui/text/escape.ts'
import type { CommandContext } from './run-cli.ts'

export function tellDialProblems({ output }: CommandContext, peer: Peer): void {
  for (const { code, message } of peer.dialProblems()) {
    output.notice(`${escapeControls(message)}: ${ERROR_CODES[code].help}`)
  }
}
