/** The next in order: the first candidate after the one chosen last, around the end. */

import type { Strategy } from './strategy.ts'

export const roundRobin: Strategy = ({ candidates, previous }) => {
  const ordered = candidates.map((candidate) => candidate.id).sort()
  return ordered.find((id) => previous === undefined || id > previous) ?? ordered[0]
}
