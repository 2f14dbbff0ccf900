/**
 * The proof of membership: both sides show that they hold the cluster key, without showing anything of it.
 *
 * Over the encrypted connection, whose handshake has already proven both peer ids, each side sends
 *
 *     nonce   32 random bytes
 *     tag     HMAC-SHA-256(key, context . role of the sender . initiator's id . responder's id . both nonces)
 *
 * and checks the other's tag. The role keeps a tag from being sent back to its maker, the nonces keep it from being used
 * again, and the ids keep it from being passed on to a third peer: a stranger in the middle has other ids. All messages
 * have one fixed length, so there is no length field to lie in. Both sides send before they judge, so that whoever has
 * the wrong key learns just that, and not merely that the connection broke.
 */

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { PeerId } from '@libp2p/interface'
import type { ClusterKey } from '../identity/cluster-key.ts'

export const NONCE_BYTES = 32
export const TAG_BYTES = 32

export type AdmissionRole = 'initiator' | 'responder'

export interface ProofSubject {
  readonly initiator: PeerId
  readonly responder: PeerId
  readonly initiatorNonce: Uint8Array
  readonly responderNonce: Uint8Array
}

const CONTEXT = 'murmuration admission 1'

/** The tag that the side in `role` sends. */
export function proofTag(key: ClusterKey, role: AdmissionRole, subject: ProofSubject): Uint8Array {
  const hmac = createHmac('sha256', key)
  const parts = [
    Buffer.from(CONTEXT),
    Buffer.from(role),
    subject.initiator.toMultihash().bytes,
    subject.responder.toMultihash().bytes,
    subject.initiatorNonce,
    subject.responderNonce,
  ]
  for (const part of parts) {
    // Each part behind its length: no two lists of parts give the same bytes.
    hmac.update(Uint8Array.of(part.byteLength >>> 8, part.byteLength & 0xff)).update(part)
  }
  return hmac.digest()
}

/** Whether `tag` is what the side in `role` must send; takes the same time wherever they differ. */
export const isProofTag = (tag: Uint8Array, key: ClusterKey, role: AdmissionRole, subject: ProofSubject): boolean =>
  tag.byteLength === TAG_BYTES && timingSafeEqual(tag, proofTag(key, role, subject))
