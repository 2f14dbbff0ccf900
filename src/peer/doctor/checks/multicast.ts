/** Whether mDNS can work: peers of other machines are found by it without any address. Joining never depends on it. */

import { type Check, listed, ok, warning } from '../check.ts'

const ADVICE =
  'Peers on other machines are then found by addresses only: use `peer invite` and `peer join`, or --bootstrap. Or allow UDP 5353 in the firewall.'

export const multicast: Check = {
  name: 'multicast',
  summary: 'mDNS queries can be sent and heard',
  async run({ options, network }) {
    if (!options.mdns) return [ok('mDNS is turned off (--no-mdns)')]
    const interfaces = network.interfaces()
    if (interfaces.length === 0)
      return [ok('this machine has no network but its own loopback: mDNS has nobody to find')]
    const tried = await Promise.all(
      interfaces.map(async ({ name, address }) => ({ name, outcome: await network.multicast(address) })),
    )
    const working = tried.filter(({ outcome }) => outcome === 'heard' || outcome === 'answered').map(({ name }) => name)
    if (working.length === 0) {
      const isSendable = tried.some(({ outcome }) => outcome === 'silent')
      const what = isSendable ? 'is sent but never heard' : 'cannot even be sent'
      return [
        warning(`multicast is blocked: an mDNS query ${what} on ${listed(tried.map(({ name }) => name))}`, ADVICE),
      ]
    }
    if (tried.some(({ outcome }) => outcome === 'answered')) return [ok('mDNS works: a peer answered')]
    return [ok(`mDNS can be sent and heard on ${listed(working)}; whether the network passes it on shows only there`)]
  },
}
