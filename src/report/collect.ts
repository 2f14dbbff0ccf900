/**
 * What a report needs of a job, as a bounded fold over its events: its attempts (attempts.ts), how long the stages of its images
 * took, the slowest images, a sample of the others, and the first failures, with their files.
 */

import {
  MAX_REPORT_FAILURES,
  MAX_REPORT_OPEN_ATTEMPTS,
  MAX_REPORT_SAMPLES,
  MAX_REPORT_SLOWEST,
} from '../base/limits.ts'
import { type Random, randomIndex } from '../base/random.ts'
import { failedAt, type JobEvent, type StageName, type StageTimes } from '../peer/job-events.ts'
import { AttemptFold, type CollectedAttempts } from './attempts.ts'
import { DurationHistogram } from './duration-histogram.ts'
import { TimeBins } from './time-bins.ts'

export interface SampledImage {
  readonly path: string
  readonly source: string
  readonly output: string
  readonly peer: string
  readonly totalMs: number
}

export interface CollectedFailure {
  readonly path: string
  readonly source: string
  readonly code: string
  readonly message: string
  readonly peer: string | undefined
}

export interface SlowImage {
  readonly path: string
  readonly peer: string
  readonly attempts: number
  readonly stages: StageTimes
}

export type ReportStage = StageName | 'delay'

export interface CollectedJob extends CollectedAttempts {
  readonly samples: readonly SampledImage[]
  /** The first MAX_REPORT_FAILURES, and how many there were. */
  readonly failures: readonly CollectedFailure[]
  readonly failureCount: number
  /** The slowest first. */
  readonly slowest: readonly SlowImage[]
  /** Of images that were not done in tiles; `delay` only of those that slept. */
  readonly stages: Readonly<Record<ReportStage, DurationHistogram>>
  readonly images: DurationHistogram
  /** Injected sleeps as they were announced, of tiles too. */
  readonly sleeps: DurationHistogram
  /** From the first refusal of a task to its acceptance, all tasks together. */
  readonly refusalWaitMs: number
  /** When 95 % of the images had ended, and how many those are; to the exactness of a stretch of time. */
  readonly most: { readonly atMs: number; readonly count: number } | undefined
  readonly tiles: number
}

/** In the order in which an image goes through them. */
export const REPORT_STAGES: readonly ReportStage[] = [
  'queue',
  'send',
  'delay',
  'decode',
  'process',
  'encode',
  'receive',
  'save',
]

const MOST = 0.95

type Done = Extract<JobEvent, { event: 'done' }>
type Failed = Extract<JobEvent, { event: 'failed' }>

export class JobCollector {
  readonly #random: Random
  readonly #attempts = new AttemptFold()
  /** When a task that waits for a peer was first refused. */
  readonly #refusedAtMs = new Map<number, number>()
  readonly #samples: SampledImage[] = []
  #seenImages = 0
  readonly #failures: CollectedFailure[] = []
  #failureCount = 0
  #slowest: SlowImage[] = []
  readonly #ended = new TimeBins(['ended'])
  readonly #stages: Record<ReportStage, DurationHistogram>
  readonly #images = new DurationHistogram()
  readonly #sleeps = new DurationHistogram()
  #refusalWaitMs = 0
  /** The image that is being done in tiles. */
  #tiledPath: string | undefined
  #tiles = 0

  /** `random` decides which images are the sample. */
  constructor(random: Random) {
    this.#random = random
    const made = REPORT_STAGES.map((stage) => [stage, new DurationHistogram()])
    this.#stages = Object.fromEntries(made) as Record<ReportStage, DurationHistogram>
  }

  observe(event: JobEvent): void {
    const attempts = this.#attempts
    switch (event.event) {
      case 'accepted':
        if (event.tile !== undefined) this.#tiledPath = event.path
        this.#endRefusals(event.task, event.atMs)
        attempts.accept(event, event.peer)
        break
      case 'delayed':
        this.#sleeps.add(event.delayMs)
        attempts.delay(event, event.delayMs)
        break
      case 'refused':
        this.#beginRefusals(event.task, event.atMs)
        attempts.refuse(event, event.peer, event.reason)
        break
      case 'hedged':
        attempts.twin(event, event.peer)
        break
      case 'lost':
      case 'retried':
        attempts.trouble(event, event.peer, event.event, event.message)
        break
      case 'tile-done':
        this.#tiles++
        attempts.close(event, 'done', event.atMs)
        attempts.closeOthers(event, event.atMs)
        break
      case 'done':
        this.#done(event)
        break
      case 'failed':
        this.#failed(event)
        break
      case 'found':
      case 'gone':
        if (event.afterFailure) this.#takeBackFailure(event.path)
        break
      case 'summary':
        attempts.end(event.elapsedMs)
    }
  }

  result(): CollectedJob {
    const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : 1)
    return {
      ...this.#attempts.result(),
      samples: this.#samples.toSorted(byPath),
      failures: this.#failures.toSorted(byPath),
      failureCount: this.#failureCount,
      slowest: this.#slowest,
      stages: this.#stages,
      images: this.#images,
      sleeps: this.#sleeps,
      refusalWaitMs: this.#refusalWaitMs,
      most: this.#most(),
      tiles: this.#tiles,
    }
  }

  #beginRefusals(task: number, atMs: number): void {
    const refused = this.#refusedAtMs
    if (!refused.has(task) && refused.size < MAX_REPORT_OPEN_ATTEMPTS) refused.set(task, atMs)
  }

  #endRefusals(task: number, atMs: number): void {
    this.#refusalWaitMs += atMs - (this.#refusedAtMs.get(task) ?? atMs)
    this.#refusedAtMs.delete(task)
  }

  #done(event: Done): void {
    const { stages, atMs } = event
    const endMs = Math.max(0, atMs - stages.saveMs)
    this.#attempts.close(event, 'done', endMs, '', stages)
    this.#attempts.closeOthers(event, endMs)
    this.#ended.count('ended', atMs)
    this.#images.add(stages.totalMs)
    // the stages of tiles are sums over many peers at once: beside those of images they would say nothing
    if (this.#tiledPath !== event.path) this.#addStages(stages)
    this.#tiledPath = undefined
    this.#keepSlowest(event)
    this.#keepSample(event)
  }

  #failed(event: Failed): void {
    const { peer, path, source, code, message, atMs } = event
    this.#failureCount++
    this.#refusedAtMs.delete(event.task)
    this.#ended.count('ended', atMs)
    if (this.#failures.length < MAX_REPORT_FAILURES) {
      this.#failures.push({ path, source, code, message, peer: peer?.name })
    }
    const failing = failedAt(event)
    if (failing) this.#attempts.trouble(event, failing, 'failed', message)
    this.#attempts.closeOthers(event, atMs)
    // an image in tiles fails with its first tile; the others end with it
    if (this.#tiledPath === path) this.#attempts.closeAll('withdrawn', atMs, path)
    this.#tiledPath = undefined
  }

  #takeBackFailure(path: string): void {
    this.#failureCount--
    const index = this.#failures.findIndex((failure) => failure.path === path)
    if (index >= 0) this.#failures.splice(index, 1)
  }

  #addStages(stages: StageTimes): void {
    for (const stage of REPORT_STAGES) {
      const tookMs = stages[`${stage}Ms`]
      if (stage !== 'delay' || tookMs > 0) this.#stages[stage].add(tookMs)
    }
  }

  #keepSlowest({ path, peer, attempt, stages }: Done): void {
    const fastestKeptMs = this.#slowest.at(-1)?.stages.totalMs ?? 0
    if (this.#slowest.length === MAX_REPORT_SLOWEST && stages.totalMs <= fastestKeptMs) return
    this.#slowest = [...this.#slowest, { path, peer: peer.name, attempts: attempt + 1, stages }]
      .sort((a, b) => b.stages.totalMs - a.stages.totalMs)
      .slice(0, MAX_REPORT_SLOWEST)
  }

  /** Every image has the same chance to be shown (Vitter's algorithm R, 1985). */
  #keepSample({ path, source, output, peer, stages }: Done): void {
    this.#seenImages++
    const image = { path, source, output, peer: peer.name, totalMs: stages.totalMs }
    if (this.#samples.length < MAX_REPORT_SAMPLES) {
      this.#samples.push(image)
      return
    }
    const index = randomIndex(this.#random, this.#seenImages)
    if (index < MAX_REPORT_SAMPLES) this.#samples[index] = image
  }

  #most(): CollectedJob['most'] {
    const ended = this.#ended.of('ended')
    const total = ended.reduce((sum, count) => sum + count, 0)
    let count = 0
    for (const [index, inBin] of ended.entries()) {
      count += inBin
      if (total > 0 && count >= total * MOST) return { atMs: (index + 1) * this.#ended.widthMs, count }
    }
    return undefined
  }
}
