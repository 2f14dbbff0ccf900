/** Peers that answer and hold another cluster key: the commonest reason for a peer that is there and not listed. */

import { type Check, ok, problem } from '../check.ts'

export const wrongKey: Check = {
  name: 'wrong-key',
  summary: 'peers that answer hold the same cluster key',
  async run(world) {
    const sight = await world.sight()
    if (sight.kind === 'blind') return [ok('not known: the cluster could not be looked at')]
    const wrong = sight.dialProblems.filter(({ code }) => code === 'ERR_WRONG_KEY')
    if (wrong.length === 0) return [ok('nobody who answered holds another cluster key')]
    const fingerprint = await world.keyFingerprint().catch(() => undefined)
    const own = fingerprint === undefined ? '' : ` (here it is ${fingerprint})`
    return wrong.map(({ address }) =>
      problem(
        `the peer at ${address} holds another cluster key${own}: neither lets the other in`,
        'Compare `peer key` on both machines; `peer invite` there and `peer join --replace` here make them one cluster.',
      ),
    )
  },
}
