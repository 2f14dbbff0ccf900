/**
 * Sums over time in bounded memory: a fixed number of stretches whose length doubles whenever the job outlasts them. How
 * long the job will take need not be known.
 */

import { REPORT_TIME_BINS } from '../base/limits.ts'

/** Length of a stretch at the beginning. */
const FIRST_WIDTH_MS = 50

export class TimeBins<Series extends string> {
  readonly #series: Readonly<Record<Series, Float64Array>>
  #widthMs = FIRST_WIDTH_MS

  constructor(names: readonly Series[]) {
    const made = names.map((name) => [name, new Float64Array(REPORT_TIME_BINS)])
    this.#series = Object.fromEntries(made) as Record<Series, Float64Array>
  }

  /** Length of each stretch, ms. */
  get widthMs(): number {
    return this.#widthMs
  }

  /** Sums of one series; the stretch `index` begins at `index * widthMs`. */
  of(name: Series): Readonly<Float64Array> {
    return this.#series[name]
  }

  /** Doubles stretches until this moment is covered; several of these are drawn on one axis when all cover its end. */
  cover(atMs: number): void {
    while (atMs >= this.#widthMs * REPORT_TIME_BINS) this.#double()
  }

  count(name: Series, atMs: number): void {
    this.cover(atMs)
    this.#add(name, Math.floor(Math.max(0, atMs) / this.#widthMs), 1)
  }

  /** Spreads the milliseconds between two moments over the stretches that they lie in. */
  span(name: Series, fromMs: number, toMs: number): void {
    this.cover(toMs)
    const last = Math.floor(toMs / this.#widthMs)
    for (let index = Math.floor(Math.max(0, fromMs) / this.#widthMs); index <= last; index++) {
      const beginMs = Math.max(fromMs, index * this.#widthMs)
      const endMs = Math.min(toMs, (index + 1) * this.#widthMs)
      if (endMs > beginMs) this.#add(name, index, endMs - beginMs)
    }
  }

  #add(name: Series, index: number, amount: number): void {
    const bins = this.#series[name]
    bins[index] = (bins[index] ?? 0) + amount
  }

  #double(): void {
    this.#widthMs *= 2
    for (const bins of Object.values<Float64Array>(this.#series)) {
      for (let index = 0; index < REPORT_TIME_BINS; index++) {
        const isKept = index < REPORT_TIME_BINS / 2
        bins[index] = isKept ? (bins[2 * index] ?? 0) + (bins[2 * index + 1] ?? 0) : 0
      }
    }
  }
}
