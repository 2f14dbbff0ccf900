/**
 * The checksum of bytes and of pixels: XXH3 of 128 bits (xxHash's specification, 0.2.0; seed 0, its canonical order of bytes).
 *
 * It finds accidents: a torn read, a broken disk or memory, a slip in a codec or in this program. It is not for what somebody
 * hostile may have made: two inputs with one checksum are easily built. On the wire that takes nothing away, as TLS has
 * authenticated every byte and whoever sends bytes sends their digest too. What is fetched by its digest (models), keys and
 * invitations take SHA-256; whether peers came to the same is decided by the bytes themselves (coordinator/verification.ts).
 * SHA-256 takes four times as long (measured), and each body is read four times.
 *
 * Importing this file compiles 10 KB of WebAssembly (7 ms of CPU): commands that handle no bodies must not.
 */

import { createXXHash128 } from 'hash-wasm'

/** One for all: whoever uses it begins anew, and is done with it before it returns. */
const hasher = await createXXHash128()

/** Of these parts, one behind the other: CHECKSUM_BYTES, in memory of their own. */
export function checksum(...parts: readonly Uint8Array[]): Uint8Array {
  hasher.init()
  for (const part of parts) hasher.update(part)
  return hasher.digest('binary')
}

/** The checksum of parts that come one after the other, while others may be under way. */
export interface GrowingChecksum {
  update(part: Uint8Array): void
  /** As `checksum` of all parts so far. */
  digest(): Uint8Array
}

export function startChecksum(): GrowingChecksum {
  let state = hasher.init().save()
  return {
    update(part) {
      state = hasher.load(state).update(part).save()
    },
    digest: () => hasher.load(state).digest('binary'),
  }
}
