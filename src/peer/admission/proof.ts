/**
 * The proof of membership: both sides show that they hold the cluster key, without showing anything of it.
 *
 * Over the encrypted connection, whose handshake has already proven both peer ids, each side sends
 *
 *     nonce   16 random bytes and a hint of 8 bytes for each of two keys
 *     tag     HMAC-SHA-256(key, context . role of the sender . initiator's id . responder's id . both nonces)
 *
 * and checks the other's tag. The role keeps a tag from being sent back to its maker, the nonces keep it from being used
 * again, and the ids keep it from being passed on to a third peer: a stranger in the middle has other ids. All messages
 * have one fixed length, so there is no length field to lie in. Both sides send before they judge, so that whoever has
 * the wrong key learns just that, and not merely that the connection broke.
 *
 * While a key is being replaced a peer accepts two, and has to know which of them the other side holds. A hint is the start of
 * an HMAC under the key over the random bytes, role and id of its sender: who holds the key recognises it, to anybody else
 * it is noise, different each time, so that nobody can tell by it which peers belong together or how many keys one
 * accepts. What is missing of two hints is random bytes. Refused: a tag for each key (another message), an id of the key
 * (the same every time: it would mark a cluster for every stranger who dials).
 */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { PeerId } from '@libp2p/interface'
import type { ClusterKey } from '../identity/cluster-key.ts'

export const NONCE_BYTES = 32
export const TAG_BYTES = 32

const NONCE_RANDOM_BYTES = 16
const HINT_BYTES = 8
/** Keys that a nonce has room for. */
const MAX_HINTS = (NONCE_BYTES - NONCE_RANDOM_BYTES) / HINT_BYTES

export type AdmissionRole = 'initiator' | 'responder'

export interface ProofSubject {
  readonly initiator: PeerId
  readonly responder: PeerId
  readonly initiatorNonce: Uint8Array
  readonly responderNonce: Uint8Array
}

const CONTEXT = 'murmuration admission 1'
const HINT_CONTEXT = 'murmuration key hint 1'

/** The tag that the side in `role` sends. */
export function proofTag(key: ClusterKey, role: AdmissionRole, subject: ProofSubject): Uint8Array {
  return hmacOf(key, [
    Buffer.from(CONTEXT),
    Buffer.from(role),
    subject.initiator.toMultihash().bytes,
    subject.responder.toMultihash().bytes,
    subject.initiatorNonce,
    subject.responderNonce,
  ])
}

/** Whether `tag` is what the side in `role` must send; takes the same time wherever they differ. */
export const isProofTag = (tag: Uint8Array, key: ClusterKey, role: AdmissionRole, subject: ProofSubject): boolean =>
  tag.byteLength === TAG_BYTES && timingSafeEqual(tag, proofTag(key, role, subject))

/** The nonce of `sender`, in `role`, who accepts `keys`. */
export function createNonce(keys: readonly ClusterKey[], role: AdmissionRole, sender: PeerId): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const random = nonce.subarray(0, NONCE_RANDOM_BYTES)
  keys.slice(0, MAX_HINTS).forEach((key, index) => {
    nonce.set(hintOf(key, role, sender, random), NONCE_RANDOM_BYTES + index * HINT_BYTES)
  })
  return nonce
}

/** The first of `keys` that the sender of `nonce` says it holds; undefined when it says so of none. */
export function commonKey(
  nonce: Uint8Array,
  keys: readonly ClusterKey[],
  role: AdmissionRole,
  sender: PeerId,
): ClusterKey | undefined {
  const random = nonce.subarray(0, NONCE_RANDOM_BYTES)
  const hints = Array.from({ length: MAX_HINTS }, (_, index) =>
    nonce.subarray(NONCE_RANDOM_BYTES + index * HINT_BYTES).subarray(0, HINT_BYTES),
  )
  return keys.find((key) => {
    const own = hintOf(key, role, sender, random)
    return hints.some((hint) => hint.byteLength === HINT_BYTES && timingSafeEqual(hint, own))
  })
}

const hintOf = (key: ClusterKey, role: AdmissionRole, sender: PeerId, random: Uint8Array): Uint8Array =>
  hmacOf(key, [Buffer.from(HINT_CONTEXT), Buffer.from(role), sender.toMultihash().bytes, random]).subarray(
    0,
    HINT_BYTES,
  )

/** Each part stands behind its length: no two lists of parts give the same bytes. */
function hmacOf(key: ClusterKey, parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(Uint8Array.of(part.byteLength >>> 8, part.byteLength & 0xff)).update(part)
  return hmac.digest()
}
