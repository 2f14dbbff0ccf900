/** Fewest tasks outstanding; among equals at random, so that peers of equal count share the load. */

import { randomIndex } from '../../../base/random.ts'
import type { Strategy } from './strategy.ts'

export const leastConnections: Strategy = ({ candidates, random }) => {
  const fewest = Math.min(...candidates.map((candidate) => candidate.outstanding))
  const equals = candidates.filter((candidate) => candidate.outstanding === fewest)
  return equals[randomIndex(random, equals.length)]?.id
}
