/**
 * What a key file says. A key that was never changed is one line of 64 hexadecimal digits, as `openssl rand -hex 32` makes
 * it too; a key that replaced another is one line of JSON with a version number, which also names the key before and until
 * when that is accepted.
 */

import { z } from 'zod'
import { MAX_REPLACED_KEYS } from '../../base/limits.ts'
import { type ClusterKey, isKeyId, isSameKey, keyId, newClusterKey, parseClusterKey } from './cluster-key.ts'

export interface ClusterKeys {
  /** What this user's peers prove membership with. */
  readonly current: ClusterKey
  /** The key before, which still proves membership until `acceptedUntil` (milliseconds since the Unix epoch). */
  readonly previous?: { readonly key: ClusterKey; readonly acceptedUntil: number }
  /** Ids of the keys that were replaced, the latest first: whose holders an invitation may bring to the current one. */
  readonly replaced: readonly string[]
}

export const firstKeys = (): ClusterKeys => ({ current: newClusterKey(), replaced: [] })

/** The keys after `before` when `current` takes its place. Without `acceptedUntil` the key before is refused from now on. */
export function succeed(before: ClusterKeys, current: ClusterKey, acceptedUntil: number | undefined): ClusterKeys {
  return {
    current,
    ...(acceptedUntil === undefined ? {} : { previous: { key: before.current, acceptedUntil } }),
    replaced: [keyId(before.current), ...before.replaced].slice(0, MAX_REPLACED_KEYS),
  }
}

/** The keys that prove membership at `wallTime`, the current one first. */
export function acceptedKeys({ current, previous }: ClusterKeys, wallTime: number): readonly ClusterKey[] {
  return previous && wallTime < previous.acceptedUntil && !isSameKey(previous.key, current)
    ? [current, previous.key]
    : [current]
}

export const KEY_FILE_VERSION = 1

const key = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .transform((digits) => Uint8Array.from(Buffer.from(digits, 'hex')))

const KeyFileContent = z.strictObject({
  murmuration: z.literal('cluster key'),
  version: z.literal(KEY_FILE_VERSION),
  key,
  previous: z.strictObject({ key, acceptedUntil: z.int().nonnegative() }).optional(),
  replaced: z.array(z.string().refine(isKeyId)).max(MAX_REPLACED_KEYS),
})

const AnyVersion = z.object({ murmuration: z.literal('cluster key'), version: z.int().positive() })

/** One line, with its end. */
export function formatKeys({ current, previous, replaced }: ClusterKeys): string {
  const digits = (bytes: ClusterKey): string => Buffer.from(bytes).toString('hex')
  if (!previous && replaced.length === 0) return `${digits(current)}\n`
  const content: z.input<typeof KeyFileContent> = {
    murmuration: 'cluster key',
    version: KEY_FILE_VERSION,
    key: digits(current),
    ...(previous && { previous: { key: digits(previous.key), acceptedUntil: previous.acceptedUntil } }),
    replaced: [...replaced],
  }
  return `${JSON.stringify(content)}\n`
}

/** The keys in `text`; `newer` when a later version of this program wrote it; undefined when it holds none. */
export function parseKeys(text: string): ClusterKeys | 'newer' | undefined {
  const line = text.trim()
  const plain = parseClusterKey(line)
  if (plain) return { current: plain, replaced: [] }
  const json = parseJson(line)
  const content = KeyFileContent.safeParse(json)
  if (content.success) {
    const { key: current, previous, replaced } = content.data
    return { current, ...(previous && { previous }), replaced }
  }
  const anyVersion = AnyVersion.safeParse(json)
  return anyVersion.success && anyVersion.data.version > KEY_FILE_VERSION ? 'newer' : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not a word of why: the sentence would repeat a part of the text.
    return undefined
  }
}
