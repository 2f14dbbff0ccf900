/**
 * An invitation: one line with everything another machine needs to join, addresses and cluster key. It is a secret:
 * read it from standard input, never from argv. The checksum tells a line that was cut or mistyped from a wrong one.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_ADDRESSES, MAX_INVITATION_BYTES, MAX_REPLACED_KEYS } from '../../base/limits.ts'
import { faultOfAddress } from './bootstrap-list.ts'
import { CLUSTER_KEY_BYTES, type ClusterKey, isKeyId } from './cluster-key.ts'

export interface Invitation {
  readonly addresses: readonly string[]
  readonly key: ClusterKey
  /** Ids of the keys that `key` replaced, the latest first: whoever holds one of them is a member who gets the new key. */
  readonly replaced?: readonly string[]
  /** How long the key before is accepted still, milliseconds since the Unix epoch; absent when it is not. */
  readonly previousUntil?: number
}

export const INVITATION_PREFIX = 'murmuration1:'

const CHECKSUM_BYTES = 4

const InvitationContent = z.strictObject({
  a: z.array(z.string()).max(MAX_ADDRESSES),
  k: z
    .string()
    .transform((text) => Uint8Array.from(Buffer.from(text, 'base64url')))
    .refine((bytes) => bytes.byteLength === CLUSTER_KEY_BYTES),
  r: z.array(z.string().refine(isKeyId)).max(MAX_REPLACED_KEYS).optional(),
  u: z.int().nonnegative().optional(),
})

/** One line without spaces. Addresses beyond MAX_ADDRESSES are left out. */
export function formatInvitation({ addresses, key, replaced = [], previousUntil }: Invitation): string {
  const content = {
    a: addresses.slice(0, MAX_ADDRESSES),
    k: Buffer.from(key).toString('base64url'),
    // Absent as long as the key was never changed: a program that does not know them reads the line too.
    ...(replaced.length > 0 && { r: replaced }),
    ...(previousUntil !== undefined && { u: previousUntil }),
  }
  const bytes = Buffer.from(JSON.stringify(content))
  return `${INVITATION_PREFIX}${Buffer.concat([checksum(bytes), bytes]).toString('base64url')}`
}

/**
 * The invitation in `text`; white space, as a terminal or a mail puts into long lines, does not matter.
 * @throws MurmurationError ERR_USAGE; the sentence never repeats what was read, which is a secret
 */
export function parseInvitation(text: string): Invitation {
  if (text.length > MAX_INVITATION_BYTES) {
    throw refuse(`at most ${MAX_INVITATION_BYTES} characters, got ${text.length}`)
  }
  const line = text.replace(/\s+/g, '')
  if (line === '') throw refuse('one line on standard input, got nothing')
  if (!line.startsWith(INVITATION_PREFIX)) {
    throw refuse(`a line that begins with "${INVITATION_PREFIX}", got one that does not`)
  }
  const encoded = line.slice(INVITATION_PREFIX.length)
  const bytes = Buffer.from(encoded, 'base64url')
  const body = bytes.subarray(CHECKSUM_BYTES)
  const isWhole =
    /^[A-Za-z0-9_-]+$/.test(encoded) &&
    bytes.byteLength > CHECKSUM_BYTES &&
    timingSafeEqual(bytes.subarray(0, CHECKSUM_BYTES), checksum(body))
  if (!isWhole) throw refuse('the whole line as it was printed, got one that was cut or changed')
  const content = InvitationContent.safeParse(parseJson(body.toString('utf8')))
  if (!content.success) throw refuse('addresses and a key, got something else: it may come from a newer version')
  for (const address of content.data.a) {
    const fault = faultOfAddress(address)
    if (fault !== undefined) throw refuse(`addresses that can be dialled: ${fault}`)
  }
  const { a: addresses, k: key, r: replaced, u: previousUntil } = content.data
  return { addresses, key, ...(replaced && { replaced }), ...(previousUntil !== undefined && { previousUntil }) }
}

const refuse = (expectation: string): MurmurationError =>
  new MurmurationError('ERR_USAGE', `an invitation expects ${expectation}`)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const checksum = (bytes: Uint8Array): Buffer =>
  createHash('sha256').update(INVITATION_PREFIX).update(bytes).digest().subarray(0, CHECKSUM_BYTES)
