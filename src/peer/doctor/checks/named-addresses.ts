/** Addresses that a person named, in bootstrap lists and invitations, and the peers that say they run on this machine. */

import { MAX_DOCTOR_ADDRESSES } from '../../../base/limits.ts'
import { isLoopback } from '../../identity/running-peers.ts'
import { CLOCKS_DIFFER } from '../../node/connector.ts'
import { endpointOf } from '../../node/dial-plan.ts'
import { type Check, type Finding, ok, problem, warning } from '../check.ts'
import { type ConnectOutcome, type DoctorNetwork, executorsIn } from '../world.ts'

export const namedAddresses: Check = {
  name: 'addresses',
  summary: 'the addresses of bootstrap lists, invitations and running peers answer',
  async run(world) {
    const named = await world.named()
    const running = (await world.running()).filter(({ role }) => role === 'executor')
    const addresses = [...new Set([...named, ...running.flatMap((peer) => peer.addresses)].map(endpointOf))]
    if (addresses.length === 0) return [ok('no bootstrap list and no invitation names an address')]
    const tries = addresses.slice(0, MAX_DOCTOR_ADDRESSES).map(async (address) => {
      return { address, outcome: await connectTo(world.network, address) }
    })
    const [sight, tried] = await Promise.all([world.sight(), Promise.all(tries)])
    const dialled = sight.kind === 'seen' ? sight.dialProblems : []
    // with somebody there the cluster is found all the same
    const raise = executorsIn(sight).length > 0 ? warning : problem
    const findings = tried.flatMap(({ address, outcome }): readonly Finding[] => {
      if (outcome !== 'open') return [raise(`${address} is unreachable: ${WHY[outcome]}`, adviceFor(address, outcome))]
      const refused = dialled.find((one) => one.address === address)
      // which wrong-key.ts says, and clock.ts
      if (!refused || refused.code === 'ERR_WRONG_KEY' || refused.message.includes(CLOCKS_DIFFER)) return []
      return [raise(refused.message, 'Check that a peer of murmuration listens there, in the same version.')]
    })
    if (findings.length > 0) return findings
    return [
      ok(`${addresses.length === 1 ? 'the address' : `all ${addresses.length} addresses`} to dial can be reached`),
    ]
  },
}

const WHY: Readonly<Record<Exclude<ConnectOutcome, 'open'>, string>> = {
  refused: 'that machine is there, but nothing listens on the port',
  silent: 'no answer; the machine is off or asleep, or a firewall drops the connection',
  'no-route': 'there is no way to that address from this machine',
  'unknown-host': 'nobody knows that host name',
}

function adviceFor(address: string, outcome: Exclude<ConnectOutcome, 'open'>): string {
  if (isLoopback(address)) return 'Start a peer here, or remove the address from the list.'
  switch (outcome) {
    case 'refused':
      return 'Start the peer there with --lan, and check its port; --lan may have taken another one than the list says.'
    case 'silent':
      return `Wake that machine, and allow TCP to port ${portOf(address)} in its firewall.`
    case 'no-route':
      return 'Check that both machines are in the same network or VPN.'
    case 'unknown-host':
      return 'Correct the name in the list, or use the IP address.'
  }
}

const portOf = (address: string): number => Number(/\/tcp\/(\d+)/.exec(address)?.[1] ?? 0)

function connectTo(network: DoctorNetwork, address: string): Promise<ConnectOutcome> {
  const host = /^\/[^/]+\/([^/]+)/.exec(address)?.[1] ?? ''
  return network.connect(host, portOf(address))
}
