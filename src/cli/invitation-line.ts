/** The line with which another machine joins, as `peer invite` prints it and the dashboard shows it. */

import { MurmurationError } from '../base/errors.ts'
import { formatInvitation } from '../peer/identity/invitation.ts'
import { isLoopback, readRunning } from '../peer/identity/running-peers.ts'
import type { CommandContext } from './command-context.ts'
import { commandText } from './command-text.ts'
import { dataPlaces, usedKeys } from './peer-options.ts'

export interface InvitationLine {
  /** A secret. */
  readonly invitation: string
  readonly addresses: readonly string[]
  /** No running peer can be reached from another machine. */
  readonly isLocalOnly: boolean
}

/** @throws MurmurationError ERR_NO_PEERS, ERR_KEY, ERR_DATA_DIR */
export async function invitationLine(context: CommandContext): Promise<InvitationLine> {
  const { directory } = dataPlaces(context)
  const running = await readRunning(directory.running)
  const known = running.filter((peer) => peer.role === 'executor').flatMap((peer) => peer.addresses)
  if (known.length === 0) {
    throw new MurmurationError(
      'ERR_NO_PEERS',
      'peer invite expects a running peer whose addresses it can hand on, got none',
      { facts: { help: `Start one with \`${commandText(context, 'start', '--lan')}\`.` } },
    )
  }
  const reachable = known.filter((address) => !isLoopback(address))
  const isLocalOnly = reachable.length === 0
  // addresses of this machine mean another machine to whoever reads the line there
  const addresses = isLocalOnly ? known : reachable
  const { current, previous, replaced } = await usedKeys(context)
  const invitation = formatInvitation({
    addresses,
    key: current,
    replaced,
    ...(previous && { previousUntil: previous.acceptedUntil }),
  })
  return { invitation, addresses, isLocalOnly }
}
