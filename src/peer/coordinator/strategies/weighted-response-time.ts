/**
 * At random with weight 1 / (mean response time + 0.1 s). The constant keeps one very fast answer from drawing everything;
 * a peer without an answer yet is taken at the cluster's median.
 */

import { medianOfKnown, type Strategy } from './strategy.ts'

const SMOOTHING_MS = 100

export const weightedResponseTime: Strategy = ({ candidates, random }) => {
  const medianMs = medianOfKnown(candidates.map((candidate) => candidate.meanResponseMs)) ?? 0
  const weights = candidates.map((candidate) => 1 / ((candidate.meanResponseMs ?? medianMs) + SMOOTHING_MS))
  let point = random.next() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [index, weight] of weights.entries()) {
    point -= weight
    if (point < 0) return candidates[index]?.id
  }
  return candidates.at(-1)?.id
}
