/**
 * Checking each other: which tasks are run by a second peer, and what follows from what the peers said. Two that agree settle
 * it; where they differ a third decides, and with no majority the coordinator's own executor, which is believed.
 * A failure is an opinion too: a peer that calls a good image broken is contradicted like one that changes its pixels.
 *
 * Compared are what a peer says of its pixels (or data) and the bytes that it sent, themselves: a digest of them is only what their
 * peer says, and two bodies with one checksum are easily made. Both are the same from every peer, as pixelVersion names the
 * encoders too. Only of AVIF the bytes do not count: libaom's differ between x64 and arm64 (3.15.1, measured; those of all other
 * formats do not).
 */

import { hashToUnit } from '../../base/random.ts'
import { sniffImageFormat } from '../../cv/codec/sniff.ts'
import type { ResultFrame } from '../../protocol/messages.ts'
import type { PeerRef } from '../job-events.ts'
import type { PlannedTask, TaskOutcome, TaskResult } from './job.ts'

export interface Opinion {
  readonly peer: PeerRef
  /** The coordinator's own executor said it. */
  readonly isOwn: boolean
  readonly outcome: TaskOutcome
}

export type Verdict =
  | { readonly kind: 'open' }
  | { readonly kind: 'settled'; readonly right: readonly [Opinion, ...Opinion[]]; readonly wrong: readonly Opinion[] }

/** Whether a task is among the share that is checked: by its seed, so that a run can be repeated. */
export function isDrawn({ seed, tile }: PlannedTask, share: number): boolean {
  if (share === 0) return false
  return hashToUnit(seed, 'verify', tile?.pass ?? 0, tile?.index ?? 0) < share
}

/** Whether two peers came to the same. */
function isSame({ outcome: one }: Opinion, { outcome: other }: Opinion): boolean {
  if (one.kind === 'failure' || other.kind === 'failure') return one.kind === other.kind
  if (!isEqual(one.pixelDigest, other.pixelDigest)) return false
  return isEqual(one.bytes, other.bytes) || !(hasEqualBytes(one) || hasEqualBytes(other))
}

const isEqual = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0

/** Whether every honest peer encodes these pixels to these very bytes. What only claims to be AVIF differs from what is not. */
const hasEqualBytes = ({ bytes }: TaskResult): boolean => sniffImageFormat(bytes) !== 'avif'

/** Whether a result that is still on its way says that it will be another one. */
export function isOther({ outcome }: Opinion, { pixelDigest, digest }: ResultFrame): boolean {
  if (outcome.kind === 'failure' || !isEqual(pixelDigest, outcome.pixelDigest)) return true
  return hasEqualBytes(outcome) && !isEqual(digest, outcome.digest)
}

/** How a result is wrong beside a right one, as a clause about its peer. */
export function howWrong(wrong: TaskResult, right: readonly [Opinion, ...Opinion[]]): string {
  const [{ outcome }] = right
  const isByPixels = outcome.kind === 'failure' || !isEqual(outcome.pixelDigest, wrong.pixelDigest)
  const names = right.map(({ peer }) => peer.name).join(', ')
  const about = `of "${wrong.task.path}"`
  return isByPixels
    ? `its pixels ${about} are not those of ${names}`
    : `its file ${about} is not that of ${names}, though it names the same pixels`
}

/** Two or more that agree and are more than half are right, or those that agree with the coordinator's own executor. */
export function weigh(opinions: readonly Opinion[]): Verdict {
  const own = opinions.find(({ isOwn }) => isOwn)
  for (const candidate of own ? [own] : opinions) {
    const [first, ...others] = opinions.filter((opinion) => isSame(opinion, candidate))
    const agreeing = 1 + others.length
    if (first === undefined || (!own && (agreeing < 2 || agreeing * 2 <= opinions.length))) continue
    return {
      kind: 'settled',
      right: [first, ...others],
      wrong: opinions.filter((opinion) => !isSame(opinion, candidate)),
    }
  }
  return { kind: 'open' }
}
