/** Who would run tasks now. */

import type { PeerSnapshot } from '../../snapshot.ts'
import { type Check, counted, type Finding, listed, ok, problem, warning } from '../check.ts'
import { executorsIn } from '../world.ts'

/** From here on a peer refuses most of what it is offered. */
const HIGH_LOAD = 0.8

export const executors: Check = {
  name: 'executors',
  summary: 'there are executors, and they take tasks',
  async run(world) {
    const sight = await world.sight()
    if (sight.kind === 'blind') {
      return [
        problem(
          `the cluster could not be looked at: ${sight.message}`,
          'What is said about the data folder and the key tells why.',
        ),
      ]
    }
    const there = executorsIn(sight)
    if (there.length === 0) {
      const sentence = `nobody runs tasks: no executor answered within ${Math.round(world.options.waitMs / 100) / 10} s`
      return [
        problem(
          sentence,
          'Start one with `peer start`; on another machine with `peer start --lan`, after `peer join`.',
        ),
      ]
    }
    const held = there.flatMap((peer) => whyIdle(peer) ?? [])
    if (held.length === there.length) {
      return [
        problem(
          `no executor takes tasks: ${listed(held)}`,
          'Resume one in its dashboard (p), give it a smaller --load, or start another.',
        ),
      ]
    }
    const partly = there.filter((peer) => whyIdle(peer) === undefined && peer.load >= HIGH_LOAD)
    const findings: Finding[] = []
    if (held.length > 0) findings.push(warning(listed(held), 'It gets no task until then.'))
    for (const { name, load } of partly) {
      const sentence = `${name} refuses about ${Math.round(load * 100)} % of its tasks: its load probability is ${Number(load.toFixed(2))}`
      findings.push(warning(sentence, 'It was started with --load, or --load auto sees other programs use its CPU.'))
    }
    const slots = there.reduce((sum, peer) => sum + peer.slots, 0)
    return findings.length > 0
      ? findings
      : [ok(`${counted(there.length, 'executor')} with ${counted(slots, 'slot')} in all`)]
  },
}

function whyIdle({ name, isPaused, isDraining, load }: PeerSnapshot): string | undefined {
  if (isDraining) return `${name} is draining`
  if (isPaused) return `${name} is paused`
  return load >= 1 ? `${name} refuses everything (load probability 1)` : undefined
}
