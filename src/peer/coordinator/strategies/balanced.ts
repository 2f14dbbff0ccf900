/**
 * Best of two random peers that have a free credit (Mitzenmacher, "The Power of Two Choices", 2001), bound late: without a
 * free credit anywhere it waits, so the order is decided by who finishes and a slow peer cannot hoard (FACTS 21, 22).
 * The smaller (outstanding + 1) / slots x milliseconds per megapixel / (1 - refusal rate) wins.
 */

import { randomIndex } from '../../../base/random.ts'
import { type Candidate, medianOfKnown, type Strategy } from './strategy.ts'

function cost(candidate: Candidate, medianMsPerMegapixel: number): number {
  const msPerMegapixel = candidate.msPerMegapixel ?? medianMsPerMegapixel
  return ((candidate.outstanding + 1) / candidate.slots) * (msPerMegapixel / (1 - candidate.refusalRate))
}

export const balanced: Strategy = ({ candidates, random }) => {
  const free = candidates.filter((candidate) => candidate.hasCredit)
  const firstIndex = randomIndex(random, free.length)
  const first = free[firstIndex]
  if (first === undefined || free.length === 1) return first?.id
  // a second, different one: uniformly among the rest
  const second = free[(firstIndex + 1 + randomIndex(random, free.length - 1)) % free.length] ?? first
  const median = medianOfKnown(candidates.map((candidate) => candidate.msPerMegapixel)) ?? 1
  return cost(second, median) < cost(first, median) ? second.id : first.id
}
