/** Uniformly at random: the baseline that the others are measured against. */

import { randomIndex } from '../../../base/random.ts'
import type { Strategy } from './strategy.ts'

export const random: Strategy = ({ candidates, random }) => candidates[randomIndex(random, candidates.length)]?.id
