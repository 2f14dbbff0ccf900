/** `peer invite`: one line with the addresses of this machine's running peers and the cluster key. */

import { MurmurationError } from '../../base/errors.ts'
import { formatInvitation } from '../../peer/identity/invitation.ts'
import { isLoopback, readRunning } from '../../peer/identity/running-peers.ts'
import type { CommandValues } from '../command-table.ts'
import { dataPlaces, usedKeys } from '../peer-options.ts'
import type { CommandContext } from '../run-cli.ts'

export async function runInvite(context: CommandContext, _values: CommandValues<'invite'>): Promise<number> {
  const { output } = context
  const { directory } = dataPlaces(context)
  const running = await readRunning(directory.running)
  const known = running.filter((peer) => peer.role === 'executor').flatMap((peer) => peer.addresses)
  if (known.length === 0) {
    throw new MurmurationError(
      'ERR_NO_PEERS',
      'peer invite expects a running peer whose addresses it can hand on, got none',
      { facts: { help: 'Start one with `peer start --lan`.' } },
    )
  }
  const reachable = known.filter((address) => !isLoopback(address))
  if (reachable.length === 0) {
    output.notice('These peers listen on this machine only; start one with --lan to let other machines in.')
  }
  // addresses of this machine mean another machine to whoever reads the line there
  const addresses = reachable.length === 0 ? known : reachable
  const { current, previous, replaced } = await usedKeys(context)
  const invitation = formatInvitation({
    addresses,
    key: current,
    replaced,
    ...(previous && { previousUntil: previous.acceptedUntil }),
  })
  await output.json({ invitation, addresses })
  if (!output.isJson) context.world.stdout.write(`${invitation}\n`)
  output.notice('This line is a secret: whoever has it can join.')
  return 0
}
