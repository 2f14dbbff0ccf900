/** The summary of a job as a fold over its events: nothing is counted anywhere else. */

import type { JobId } from '../../base/ids.ts'
import { MAX_LATENCY_SAMPLES } from '../../base/limits.ts'
import { type Random, randomIndex } from '../../base/random.ts'
import type { Distribution, JobEvent, JobSummary, SkippedCounts, StageName } from '../job-events.ts'
import { JobTally } from './job-tally.ts'

const STAGES: readonly StageName[] = ['queue', 'send', 'decode', 'process', 'encode', 'receive', 'save']

/** A bounded uniform sample of a stream (Vitter's algorithm R, 1985) with an exact mean. */
class Sample {
  readonly #values: number[] = []
  readonly #random: Random
  #seen = 0
  #sum = 0

  constructor(random: Random) {
    this.#random = random
  }

  add(value: number): void {
    this.#seen++
    this.#sum += value
    if (this.#values.length < MAX_LATENCY_SAMPLES) this.#values.push(value)
    else {
      const index = randomIndex(this.#random, this.#seen)
      if (index < MAX_LATENCY_SAMPLES) this.#values[index] = value
    }
  }

  distribution(): Distribution {
    const sorted = this.#values.toSorted((a, b) => a - b)
    // nearest rank: the smallest value that at least this share does not exceed
    const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
    const meanMs = this.#seen === 0 ? 0 : this.#sum / this.#seen
    return { meanMs, medianMs: at(0.5), p95Ms: at(0.95) }
  }
}

export interface JobFacts {
  readonly job: JobId
  readonly strategy: string
  readonly pipeline: string
  readonly kind: JobSummary['kind']
  readonly seed: number
  /** When the job begins; events tell how many came later. */
  readonly images: number
  readonly alreadyDone: number
  /** Results are checked by other peers. */
  readonly isVerified?: boolean
  /** Files that were left out when it was planned. */
  readonly skipped?: SkippedCounts
}

export interface JobEnding {
  readonly outcome: JobSummary['outcome']
  readonly reason: string | undefined
  readonly code: string | undefined
  readonly exitCode: number
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly elapsedMs: number
}

export class JobStatistics {
  readonly #facts: JobFacts
  readonly #tally = new JobTally()
  readonly #perImage: Sample
  readonly #perStage: Record<StageName, Sample>
  #images: number
  #alreadyDone: number
  #firstFrameOnly = 0
  #bytesSent = 0
  #bytesReceived = 0

  constructor(facts: JobFacts, random: Random) {
    const sample = (): Sample => new Sample(random)
    this.#facts = facts
    this.#images = facts.images
    this.#alreadyDone = facts.alreadyDone
    this.#perImage = sample()
    this.#perStage = {
      queue: sample(),
      send: sample(),
      decode: sample(),
      process: sample(),
      encode: sample(),
      receive: sample(),
      save: sample(),
    }
  }

  /** Of the whole job, as far as is known. */
  get images(): number {
    return this.#images
  }

  /** By earlier runs, without what was withdrawn of it. */
  get alreadyDone(): number {
    return this.#alreadyDone - this.#tally.withdrawnEarlier
  }

  get done(): number {
    return this.#tally.done
  }

  get failed(): number {
    return this.#tally.failed
  }

  /** Images done of whose several frames only the first was processed. */
  get firstFrameOnly(): number {
    return this.#firstFrameOnly
  }

  observe(event: JobEvent): void {
    this.#tally.observe(event)
    if (event.event === 'accepted') this.#bytesSent += event.sizeBytes
    else if (event.event === 'tile-done') this.#bytesReceived += event.sizeBytes
    else if (event.event === 'done') this.#observeDone(event)
    else if (event.event === 'found' || event.event === 'gone') this.#images = event.total
    if (event.event === 'found') this.#alreadyDone = event.alreadyDone
  }

  summary(ending: JobEnding): JobSummary {
    const tally = this.#tally
    const facts = this.#facts
    return {
      event: 'summary',
      job: facts.job,
      strategy: facts.strategy,
      pipeline: facts.pipeline,
      kind: facts.kind,
      seed: facts.seed,
      outcome: ending.outcome,
      reason: ending.reason,
      code: ending.code,
      exitCode: ending.exitCode,
      images: this.#images,
      done: tally.done,
      alreadyDone: this.alreadyDone,
      failed: tally.failed,
      firstFrameOnly: this.#firstFrameOnly,
      startedAt: new Date(ending.startedAt).toISOString(),
      endedAt: new Date(ending.endedAt).toISOString(),
      elapsedMs: ending.elapsedMs,
      imagesPerSecond: ending.elapsedMs > 0 ? (tally.done * 1000) / ending.elapsedMs : 0,
      perImage: this.#perImage.distribution(),
      perStage: this.#stageDistributions(),
      peers: tally.shares(),
      refusals: tally.refusals,
      retries: tally.retries,
      hedges: tally.hedges,
      ...(tally.tiles && { tiles: tally.tiles }),
      ...(facts.isVerified && { verification: tally.verification }),
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      failures: tally.failures.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      ...(facts.skipped && { skipped: facts.skipped }),
    }
  }

  #observeDone(event: Extract<JobEvent, { event: 'done' }>): void {
    if (event.frames !== undefined) this.#firstFrameOnly++
    // what came for an image in tiles was counted with them
    if (event.tiles === undefined) this.#bytesReceived += event.sizeBytes
    this.#perImage.add(event.stages.totalMs)
    for (const stage of STAGES) this.#perStage[stage].add(event.stages[`${stage}Ms`])
  }

  #stageDistributions(): Record<StageName, Distribution> {
    const { queue, send, decode, process, encode, receive, save } = this.#perStage
    return {
      queue: queue.distribution(),
      send: send.distribution(),
      decode: decode.distribution(),
      process: process.distribution(),
      encode: encode.distribution(),
      receive: receive.distribution(),
      save: save.distribution(),
    }
  }
}
