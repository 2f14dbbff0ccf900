/** The strategies by name: one pure function each, one file each. */

import { balanced } from './balanced.ts'
import { leastConnections } from './least-connections.ts'
import { random } from './random.ts'
import { roundRobin } from './round-robin.ts'
import type { Strategy } from './strategy.ts'
import { weightedResponseTime } from './weighted-response-time.ts'

export const STRATEGY_NAMES = [
  'random',
  'round-robin',
  'least-connections',
  'weighted-response-time',
  'balanced',
] as const
export type StrategyName = (typeof STRATEGY_NAMES)[number]

interface StrategyFacts {
  readonly choose: Strategy
  /** One sentence for people. */
  readonly summary: string
  /** Binds a task to a peer only when that peer can take it at once; the others queue it in the peer's lane. */
  readonly bindsLate: boolean
  /** The peer must take the task and may sleep first, instead of refusing it. */
  readonly mustTake: boolean
}

export const STRATEGIES: Readonly<Record<StrategyName, StrategyFacts>> = {
  random: {
    choose: random,
    summary: 'uniformly at random; peers must take the task',
    bindsLate: false,
    mustTake: true,
  },
  'round-robin': { choose: roundRobin, summary: 'the next peer in order', bindsLate: false, mustTake: false },
  'least-connections': {
    choose: leastConnections,
    summary: 'the peer with the fewest tasks outstanding',
    bindsLate: false,
    mustTake: false,
  },
  'weighted-response-time': {
    choose: weightedResponseTime,
    summary: 'at random, faster answering peers more often',
    bindsLate: false,
    mustTake: false,
  },
  balanced: {
    choose: balanced,
    summary: 'the better of two random peers with a free credit, by load, speed and refusals',
    bindsLate: true,
    mustTake: false,
  },
}
