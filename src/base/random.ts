/**
 * Randomness for decisions (not for pixels, see src/cv/random/, and not for secrets): an injected source for strategies,
 * and hash draws that depend only on what they are about, so that a run can be repeated whatever its timing.
 */

/** A source of uniform numbers in [0, 1). */
export interface Random {
  next(): number
}

/** The 32-bit finalizer of MurmurHash3 (Austin Appleby, public domain): every input bit reaches every output bit. */
function mix32(value: number): number {
  let h = value >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** FNV-1a over UTF-16 code units, finalized; `basis` separates independent hashes of one text. */
function hashText(text: string, basis: number): number {
  let h = basis >>> 0
  for (let index = 0; index < text.length; index++) {
    h = Math.imul(h ^ text.charCodeAt(index), 0x01000193)
  }
  return mix32(h)
}

/** A uniform number in [0, 1) with 53 bits that depends on nothing but `parts`. */
export function hashToUnit(...parts: readonly (string | number | bigint)[]): number {
  const text = parts.join('\u0000')
  const high = hashText(text, 0x811c9dc5)
  const low = hashText(text, 0x9e3779b9 ^ high)
  return ((high >>> 5) * 0x4000000 + (low >>> 6)) / 0x20000000000000
}

/** A 64-bit seed that depends on nothing but `parts`. */
export function hashToSeed(...parts: readonly (string | number | bigint)[]): bigint {
  const text = parts.join('\u0000')
  const high = hashText(text, 0x2545f491)
  const low = hashText(text, 0x6c62272e ^ high)
  return (BigInt(high) << 32n) | BigInt(low)
}

/** A seeded stream of uniform numbers: `hashToUnit(seed, 0)`, `hashToUnit(seed, 1)`, … */
export function createRandom(seed: number | string | bigint): Random {
  let counter = 0
  return { next: () => hashToUnit(seed, counter++) }
}

/** The index of a uniformly chosen element of a list of `length` elements. */
export const randomIndex = (random: Random, length: number): number => Math.floor(random.next() * length)
