/** How often durations came, in bounded memory: four bins to a doubling, from an eighth of a millisecond to nine minutes. */

const BINS_PER_DOUBLING = 4
const DOUBLINGS = 22
const FIRST_MS = 0.125

export interface DurationBin {
  readonly fromMs: number
  readonly toMs: number
  readonly count: number
}

export class DurationHistogram {
  readonly #counts = new Float64Array(BINS_PER_DOUBLING * DOUBLINGS)
  #count = 0
  #totalMs = 0
  #longestMs = 0

  get count(): number {
    return this.#count
  }

  get totalMs(): number {
    return this.#totalMs
  }

  get longestMs(): number {
    return this.#longestMs
  }

  /** What is shorter or longer than the bins counts in the first or the last. */
  add(durationMs: number): void {
    const place = Math.floor(Math.log2(Math.max(durationMs, FIRST_MS) / FIRST_MS) * BINS_PER_DOUBLING)
    const index = Math.min(place, this.#counts.length - 1)
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#count++
    this.#totalMs += durationMs
    this.#longestMs = Math.max(this.#longestMs, durationMs)
  }

  /** From the first to the last bin that holds something. */
  bins(): readonly DurationBin[] {
    const bins = Array.from(this.#counts, (count, index) => ({
      fromMs: FIRST_MS * 2 ** (index / BINS_PER_DOUBLING),
      toMs: FIRST_MS * 2 ** ((index + 1) / BINS_PER_DOUBLING),
      count,
    }))
    const first = bins.findIndex(({ count }) => count > 0)
    return first < 0 ? [] : bins.slice(first, bins.findLastIndex(({ count }) => count > 0) + 1)
  }
}
