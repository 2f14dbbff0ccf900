/** The kinds of border that kernels know, by OpenCV's numbers: constant (0), replicate, reflect, reflect 101. */

const KNOWN: ReadonlySet<number> = new Set([0, 1, 2, 4])
const ISOLATED = 16
const DEFAULT = 4

/** Asks to look at nothing beyond a part of an image. */
export const isIsolated = (border: unknown): boolean => typeof border === 'number' && (border & ISOLATED) !== 0

/** The border without its flag for parts, which makes no difference to whole images; undefined for one that is not known. */
export function knownBorder(border: unknown = DEFAULT): number | undefined {
  if (typeof border !== 'number') return undefined
  const kind = border & ~ISOLATED
  return KNOWN.has(kind) ? kind : undefined
}
