/** The summary of a job as a fold over its events: nothing is counted anywhere else. */

import type { JobId, PeerId } from '../../base/ids.ts'
import { MAX_LATENCY_SAMPLES } from '../../base/limits.ts'
import { type Random, randomIndex } from '../../base/random.ts'
import type { RefusalReason } from '../../protocol/messages.ts'
import type { Distribution, FailedImage, JobEvent, JobSummary, PeerRef, PeerShare, StageName } from '../job-events.ts'

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

interface PeerTally {
  readonly ref: PeerRef
  done: number
  accepted: number
  refused: number
  delayed: number
  failed: number
  lost: number
  totalMs: number
  tiles: number
}

export interface JobFacts {
  readonly job: JobId
  readonly strategy: string
  readonly pipeline: string
  readonly kind: JobSummary['kind']
  readonly seed: number
  readonly images: number
  readonly alreadyDone: number
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
  readonly #peers = new Map<PeerId, PeerTally>()
  readonly #perImage: Sample
  readonly #perStage: Record<StageName, Sample>
  readonly #refusals: Partial<Record<RefusalReason, number>> = {}
  readonly #failures: FailedImage[] = []
  #done = 0
  #firstFrameOnly = 0
  #retries = 0
  #hedges = 0
  #bytesSent = 0
  #bytesReceived = 0

  constructor(random: Random) {
    const sample = (): Sample => new Sample(random)
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

  get done(): number {
    return this.#done
  }

  get failed(): number {
    return this.#failures.length
  }

  /** Images done of whose several frames only the first was processed. */
  get firstFrameOnly(): number {
    return this.#firstFrameOnly
  }

  observe(event: JobEvent): void {
    switch (event.event) {
      case 'accepted':
        this.#tally(event.peer).accepted++
        this.#bytesSent += event.sizeBytes
        return
      case 'refused':
        this.#tally(event.peer).refused++
        this.#refusals[event.reason] = (this.#refusals[event.reason] ?? 0) + 1
        this.#retries++
        return
      case 'delayed':
        this.#tally(event.peer).delayed++
        return
      case 'hedged':
        this.#hedges++
        return
      case 'lost':
        this.#tally(event.peer).lost++
        this.#retries++
        return
      case 'retried':
        this.#tally(event.peer).failed++
        this.#retries++
        return
      case 'tile-done': {
        const tally = this.#tally(event.peer)
        tally.tiles++
        this.#bytesReceived += event.sizeBytes
        return
      }
      case 'done':
        this.#observeDone(event)
        return
      case 'failed':
        if (event.peer) this.#tally(event.peer).failed++
        this.#failures.push({ path: event.path, code: event.code, message: event.message })
    }
  }

  summary(facts: JobFacts, ending: JobEnding): JobSummary {
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
      images: facts.images,
      done: this.#done,
      alreadyDone: facts.alreadyDone,
      failed: this.#failures.length,
      firstFrameOnly: this.#firstFrameOnly,
      startedAt: new Date(ending.startedAt).toISOString(),
      endedAt: new Date(ending.endedAt).toISOString(),
      elapsedMs: ending.elapsedMs,
      imagesPerSecond: ending.elapsedMs > 0 ? (this.#done * 1000) / ending.elapsedMs : 0,
      perImage: this.#perImage.distribution(),
      perStage: this.#stageDistributions(),
      peers: this.#shares(),
      refusals: { ...this.#refusals },
      retries: this.#retries,
      hedges: this.#hedges,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      failures: this.#failures.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    }
  }

  #observeDone(event: Extract<JobEvent, { event: 'done' }>): void {
    const tally = this.#tally(event.peer)
    tally.done++
    tally.totalMs += event.responseMs
    this.#done++
    if (event.frames !== undefined) this.#firstFrameOnly++
    // what came for an image in tiles was counted with them
    if (event.tile === undefined) this.#bytesReceived += event.sizeBytes
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

  #shares(): PeerShare[] {
    return [...this.#peers.values()]
      .map(({ ref, totalMs, tiles, ...tally }) => ({
        ...ref,
        ...tally,
        share: this.#done === 0 ? 0 : tally.done / this.#done,
        totalMs,
        meanMs: tally.done === 0 ? 0 : totalMs / tally.done,
        ...(tiles > 0 && { tiles }),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  #tally(ref: PeerRef): PeerTally {
    const known = this.#peers.get(ref.id)
    if (known) return known
    const made = { ref, done: 0, accepted: 0, refused: 0, delayed: 0, failed: 0, lost: 0, totalMs: 0, tiles: 0 }
    this.#peers.set(ref.id, made)
    return made
  }
}
