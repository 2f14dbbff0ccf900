/** Peers that make other pixels see this one, and are seen, but share no job with it. */

import { type Check, listed, ok, problem, warning } from '../check.ts'
import { executorsIn } from '../world.ts'

export const versions: Check = {
  name: 'versions',
  summary: 'all executors have the same version and make the same pixels',
  async run(world) {
    const sight = await world.sight()
    const executors = executorsIn(sight)
    if (sight.kind === 'blind' || executors.length === 0) return [ok('there is no executor to compare with')]
    const { self } = sight
    const isAlien = ({ pixelVersion, operationsHash }: (typeof executors)[number]): boolean =>
      pixelVersion !== self.pixelVersion || operationsHash !== self.operationsHash
    const aliens = executors.filter(isAlien).map((peer) => {
      const what =
        peer.pixelVersion === self.pixelVersion ? 'another set of operations' : `pixelVersion ${peer.pixelVersion}`
      return problem(
        `${peer.name} gets no task from here: it makes other pixels (murmuration ${peer.version} with ${what}; here ${self.version} with ${self.pixelVersion})`,
        'Install the same version of murmuration on both machines, then start it again.',
      )
    })
    const others = executors.filter((peer) => !isAlien(peer) && peer.version !== self.version)
    const mixed =
      others.length === 0
        ? []
        : [
            warning(
              `${listed(others.map(({ name, version }) => `${name} (${version})`))}: another version than here (${self.version}), with the same pixels`,
              'They work together; install one version when it suits.',
            ),
          ]
    if (aliens.length + mixed.length > 0) return [...aliens, ...mixed]
    return [ok(`all executors run murmuration ${self.version} and make the same pixels`)]
  },
}
