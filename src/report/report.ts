/** What a report is made of. Everything on the page comes from here, so that the page is a pure function. */

import type { JobSummary } from '../peer/job-events.ts'
import type { CollectedFailure, CollectedJob, SampledImage } from './collect.ts'

export interface Report {
  readonly command: 'submit' | 'compare'
  /** Of this program, and of Node. */
  readonly version: string
  readonly nodeVersion: string
  /** ISO 8601. */
  readonly madeAt: string
  /** One for `submit`; for `compare` the first run of each strategy. */
  readonly jobs: readonly JobReport[]
  /** For `compare`; empty for `submit`. */
  readonly strategies: readonly StrategyReport[]
  readonly peers: readonly PeerFacts[]
  /** What else was asked for: a name and a value each. */
  readonly settings: readonly (readonly [string, string])[]
}

export interface JobReport {
  readonly summary: JobSummary
  readonly collected: CollectedJob
  readonly samples: readonly ShownImage[]
  readonly failures: readonly ShownFailure[]
}

/** Figures of one strategy, means over its runs. */
export interface StrategyReport {
  readonly strategy: string
  readonly figures: {
    readonly runs: number
    readonly images: number
    readonly failed: number
    readonly elapsedMs: number
    readonly fastestMs: number
    readonly slowestMs: number
    readonly imagesPerSecond: number
    readonly medianMs: number
    readonly p95Ms: number
    readonly refusals: number
    readonly delayed: number
    /** Injected sleep per image. */
    readonly meanDelayMs: number
    /** How many times faster than random; null when random was not run. */
    readonly speedup: number | null
  }
  /** Longest injected sleep of an image in any run. */
  readonly longestDelayMs: number
}

export interface PeerFacts {
  readonly id: string
  readonly name: string
  /** Load probability in [0, 1] when the job ended; undefined where the peer had gone. */
  readonly load: number | undefined
  /** 0 where it is the coordinator's own executor, whose slots nobody is told. */
  readonly slots: number | undefined
  readonly version: string | undefined
  readonly pixelVersion: string | undefined
  /** 0 = not known. */
  readonly msPerMegapixel: number
}

/** A picture for a page, or why there is none. */
export type Thumbnail =
  | { readonly kind: 'picture'; readonly dataUri: string; readonly widthPx: number; readonly heightPx: number }
  | { readonly kind: 'none'; readonly reason: string }

export interface ShownImage extends SampledImage {
  readonly before: Thumbnail
  /** Undefined where the job gave data. */
  readonly after: Thumbnail | undefined
  /** The image's line of `results.ndjson`, cut. */
  readonly data: string | undefined
}

export interface ShownFailure extends CollectedFailure {
  readonly before: Thumbnail
}
