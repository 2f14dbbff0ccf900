/**
 * What a walk through folders left out that a person may have meant: pictures of formats that are not read, symbolic links,
 * hidden files. Only what looks like a picture by its name counts: a text file beside the photos needs no word.
 */

import type { SkippedCounts, SkipReason } from '../job-events.ts'
import { foreignImageExtension } from './image-names.ts'

export class SkippedFiles {
  /** By what the disk calls them: a folder that was named twice counts once. */
  readonly #reasons = new Map<string, SkipReason>()

  add(source: string, reason: SkipReason): void {
    this.#reasons.set(source, reason)
  }

  /** Undefined where nothing was skipped. */
  counts(): SkippedCounts | undefined {
    const counts: Partial<Record<SkipReason, number>> = {}
    for (const reason of this.#reasons.values()) counts[reason] = (counts[reason] ?? 0) + 1
    return this.#reasons.size === 0 ? undefined : counts
  }

  /** The extensions of what is not read, the most frequent first: `heic`, `bmp`. */
  extensions(): readonly string[] {
    const counts = new Map<string, number>()
    for (const [source, reason] of this.#reasons) {
      const extension = reason === 'unsupported' ? foreignImageExtension(source) : undefined
      if (extension !== undefined) counts.set(extension, (counts.get(extension) ?? 0) + 1)
    }
    return [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1)).map(([extension]) => extension)
  }
}

const WORDS: Readonly<Record<SkipReason, readonly [one: string, several: string]>> = {
  unsupported: ['file of a format that is not read', 'files of formats that are not read'],
  link: ['symbolic link', 'symbolic links'],
  hidden: ['hidden file', 'hidden files'],
}

/** More would hide the sentence. */
const SHOWN_EXTENSIONS = 5

/** `skipped 8 files of formats that are not read (heic, bmp), 3 symbolic links, 1 hidden file`. */
export function skippedSentence(counts: SkippedCounts, extensions: readonly string[] = []): string {
  const reasons = (Object.keys(WORDS) as SkipReason[]).flatMap((reason) => {
    const count = counts[reason] ?? 0
    const [one, several] = WORDS[reason]
    const which = reason === 'unsupported' && extensions.length > 0 ? ` (${listed(extensions)})` : ''
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}${which}`]
  })
  return `skipped ${reasons.join(', ')}`
}

const listed = (extensions: readonly string[]): string =>
  [...extensions.slice(0, SHOWN_EXTENSIONS), ...(extensions.length > SHOWN_EXTENSIONS ? ['…'] : [])].join(', ')
