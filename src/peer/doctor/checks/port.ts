/**
 * The port that `peer start` would listen on. Whose it is, nobody can be asked: it is a peer's where one of this data folder says
 * so, or one that is seen in the cluster on this machine; else it may be anybody's, a peer with another data folder too.
 */

import { isLoopback } from '../../identity/running-peers.ts'
import { endpointOf } from '../../node/dial-plan.ts'
import { DEFAULT_PORT } from '../../node/listen-address.ts'
import type { PeerSnapshot } from '../../snapshot.ts'
import { type Check, ok, problem, warning } from '../check.ts'
import { type DoctorNetwork, isThere } from '../world.ts'

export const port: Check = {
  name: 'port',
  summary: 'the port to listen on is free, or a peer of this user has it',
  async run({ options, network, running, sight }) {
    const listen = options.listen ?? `/ip4/${options.lan ? '0.0.0.0' : '127.0.0.1'}/tcp/${DEFAULT_PORT}`
    const [, host = '', number = '0'] = /^\/ip[46]\/([^/]+)\/tcp\/(\d+)/.exec(listen) ?? []
    const outcome = await network.listen(host, Number(number))
    switch (outcome) {
      case 'free':
        return [ok(`port ${number} is free`)]
      case 'forbidden':
        return [problem(`this user may not listen on port ${number}`, 'Choose one above 1023 with --listen.')]
      case 'no-such-address': {
        const sentence = `no interface of this machine has the address ${host} of ${listen}`
        return [problem(sentence, 'Give --listen an address of this machine, or use --lan.')]
      }
      case 'taken': {
        const uses = ({ addresses }: Pick<PeerSnapshot, 'addresses'>): boolean =>
          addresses.some((one) => endpointOf(one).endsWith(`/tcp/${number}`))
        const owner = (await running()).find(uses)
        if (owner) return [ok(`port ${number} is used by ${owner.name}, a peer of this user`)]
        const seen = await sight()
        const neighbour =
          seen.kind === 'seen' &&
          seen.peers.find((peer) => isThere(peer) && uses(peer) && isOnThisMachine(peer, network))
        if (neighbour) return [ok(`port ${number} is used by ${neighbour.name}, a peer of this cluster`)]
        const taken = `port ${number} is taken, by another program or by a peer with another data folder`
        if (options.listen !== undefined) {
          const sentence = `${taken}: peer start --listen ${listen} would fail`
          return [problem(sentence, 'Choose another port with --listen, or end what has it.')]
        }
        const sentence = `${taken}: peer start takes the next free one, which bootstrap lists of others do not name`
        return [warning(sentence, 'End what has it, or use --listen with a port that the lists name.')]
      }
    }
  },
}

/** All that it is reached at is here: every machine has a loopback of its own. */
function isOnThisMachine({ addresses }: Pick<PeerSnapshot, 'addresses'>, network: DoctorNetwork): boolean {
  const own = new Set(network.interfaces().map(({ address }) => address))
  return addresses.every((one) => isLoopback(one) || own.has(one.split('/')[2] ?? ''))
}
