/** The port that `peer start` would listen on. */

import { endpointOf } from '../../node/dial-plan.ts'
import { DEFAULT_PORT } from '../../node/listen-address.ts'
import { type Check, ok, problem, warning } from '../check.ts'

export const port: Check = {
  name: 'port',
  summary: 'the port to listen on is free, or a peer of this user has it',
  async run({ options, network, running }) {
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
        const owner = (await running()).find(({ addresses }) =>
          addresses.some((one) => endpointOf(one).endsWith(`/tcp/${number}`)),
        )
        if (owner) return [ok(`port ${number} is used by ${owner.name}, a peer of this user`)]
        if (options.listen !== undefined) {
          const sentence = `port ${number} is taken by another program: peer start --listen ${listen} would fail`
          return [problem(sentence, 'Choose another port with --listen, or end that program.')]
        }
        const sentence = `port ${number} is taken by another program: peer start takes the next free one, which bootstrap lists of others do not name`
        return [warning(sentence, 'End that program, or use --listen with a port that the lists name.')]
      }
    }
  },
}
