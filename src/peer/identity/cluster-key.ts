/** The cluster key: 256 random bits that every member of one cluster holds. key-file.ts keeps it. */

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 32 bytes. */
export type ClusterKey = Uint8Array

export const CLUSTER_KEY_BYTES = 32

/** Bytes of a key's id: enough that no two keys in the world share one. */
const KEY_ID_BYTES = 16

export const newClusterKey = (): ClusterKey => Uint8Array.from(randomBytes(CLUSTER_KEY_BYTES))

/** A key from 64 hexadecimal digits or 43 characters of base64url; undefined when it is neither. */
export function parseClusterKey(text: string): ClusterKey | undefined {
  const line = text.trim()
  if (/^[0-9a-fA-F]{64}$/.test(line)) return Uint8Array.from(Buffer.from(line, 'hex'))
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(line)) return undefined
  const bytes = Buffer.from(line, 'base64url')
  return bytes.byteLength === CLUSTER_KEY_BYTES ? Uint8Array.from(bytes) : undefined
}

export const isSameKey = (one: ClusterKey, other: ClusterKey): boolean =>
  one.byteLength === other.byteLength && timingSafeEqual(one, other)

/** Eight hexadecimal digits that tell two keys apart and nothing about either: safe to show and to log. */
export function keyFingerprint(key: ClusterKey): string {
  const digits = createHash('sha256').update('murmuration key fingerprint\0').update(key).digest('hex')
  return `${digits.slice(0, 4)}-${digits.slice(4, 8)}`
}

/**
 * 32 hexadecimal digits by which a key is recognised where it must not be kept: as the predecessor of another. They can't be
 * turned back, and guessing a key of 256 random bits by them is out of reach.
 */
export const keyId = (key: ClusterKey): string =>
  createHash('sha256').update('murmuration key id\0').update(key).digest().subarray(0, KEY_ID_BYTES).toString('hex')

export const isKeyId = (text: string): boolean => /^[0-9a-f]{32}$/.test(text)
