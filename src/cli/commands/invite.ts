/** `peer invite`: one line with the addresses of this machine's running peers and the cluster key. */

import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { invitationLine } from '../invitation-line.ts'

export async function runInvite(context: CommandContext, _values: CommandValues<'invite'>): Promise<number> {
  const { output } = context
  const { invitation, addresses, isLocalOnly } = await invitationLine(context)
  if (isLocalOnly) {
    output.notice('These peers listen on this machine only; start one with --lan to let other machines in.')
  }
  await output.json({ invitation, addresses })
  if (!output.isJson) context.world.stdout.write(`${invitation}\n`)
  output.notice('This line is a secret: whoever has it can join.')
  return 0
}
