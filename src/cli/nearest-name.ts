/** The known name that somebody probably meant. */

import { closest, distance } from 'fastest-levenshtein'

/** Typing errors reach about a third of a word; further away the guess would mislead. */
const MAX_DISTANCE_SHARE = 0.4

/** The name nearest to `typed`, or undefined when none is near. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const candidate = closest(typed, names)
  const bare = (name: string): string => name.replace(/^-+/, '')
  const length = Math.max(bare(typed).length, bare(candidate).length)
  const isNear = distance(bare(typed), bare(candidate)) <= Math.max(1, Math.floor(length * MAX_DISTANCE_SHARE))
  const isBeginning = bare(typed).length >= 3 && bare(candidate).startsWith(bare(typed))
  return isNear || isBeginning ? candidate : undefined
}
