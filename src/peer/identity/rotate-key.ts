/** Changing the cluster key: a new one at this machine, and when the one before stops being accepted. */

import { MurmurationError } from '../../base/errors.ts'
import { keyFingerprint, newClusterKey } from './cluster-key.ts'
import { acceptedKeys, type ClusterKeys, succeed } from './key-content.ts'
import { changeKeys } from './key-file.ts'

/**
 * Makes a new cluster key in `file`. The one before is accepted for `overlapMs` more, or not at all.
 * @throws MurmurationError ERR_KEY when there is no key or an earlier change still overlaps, ERR_DATA_DIR
 */
export function rotateClusterKey(file: string, overlapMs: number, wallTime: number): Promise<ClusterKeys> {
  return changeKeys(file, (before) => {
    if (!before) throw nothingToChange(file)
    if (overlapMs > 0 && acceptedKeys(before, wallTime).length > 1) throw stillOverlaps(before)
    return succeed(before, newClusterKey(), overlapMs > 0 ? wallTime + overlapMs : undefined)
  })
}

/**
 * Ends the overlap of an earlier change now. Resolves with the keys as they are then.
 * @throws MurmurationError ERR_KEY, ERR_DATA_DIR
 */
export function retirePreviousKey(file: string): Promise<ClusterKeys> {
  return changeKeys(file, (before) => {
    if (!before) throw nothingToChange(file)
    const { current, replaced } = before
    return { current, replaced }
  })
}

const nothingToChange = (file: string): MurmurationError =>
  new MurmurationError('ERR_KEY', `changing the cluster key expects one, got none in ${file}`)

/** Two keys at once is what admission can tell apart (proof.ts); a third would have to push one out unasked. */
function stillOverlaps({ previous }: ClusterKeys): MurmurationError {
  const { key, acceptedUntil } = previous ?? {}
  const which = key && acceptedUntil ? `${keyFingerprint(key)} is accepted until ${isoMinute(acceptedUntil)}` : ''
  return new MurmurationError('ERR_KEY', `the cluster key was changed already, and the one before, ${which}`, {
    facts: { help: '`peer key --now` ends that; `peer key --rotate --now` makes a new key and accepts no other.' },
  })
}

/** `2026-11-29 08:15 UTC`. */
export const isoMinute = (wallTime: number): string =>
  `${new Date(wallTime).toISOString().slice(0, 16).replace('T', ' ')} UTC`
