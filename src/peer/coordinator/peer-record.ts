/**
 * What one job learned about one executor from its answers: response times, refusal rate, speed, others' load. It outlives
 * the stream, so a peer that reconnects is not a stranger.
 */

import { BUSY_BACKOFF_FIRST_MS, BUSY_BACKOFF_MAX_MS, RESPONSE_TIME_SAMPLES } from '../../base/limits.ts'
import type { FreshLoad } from '../../protocol/messages.ts'

/** The refusal rate that costs are computed with: above it one lucky acceptance could never be noticed. */
export const MAX_REFUSAL_RATE = 0.95
/** Offers that the gossiped probability weighs as much as. */
const PRIOR_OFFERS = 4
/** Weight that an observed offer keeps at the next one: about the last ten count. */
const OFFER_DECAY = 0.9
/** A failure counts as an answer this many times slower than it was: failures that return fast look like fast peers. */
export const FAILURE_SLOWDOWN = 2

export class PeerRecord {
  #loadProbability: number
  #msPerMegapixel: number
  #slowdown = 1
  #othersOutstanding: number
  #offers = 0
  #refusals = 0
  #backoffMs = 0
  #backedOffUntilMs = 0
  readonly #responseTimesMs: number[] = []

  constructor(first: { loadProbability: number; msPerMegapixel: number; outstanding: number }) {
    this.#loadProbability = first.loadProbability
    this.#msPerMegapixel = first.msPerMegapixel
    this.#othersOutstanding = first.outstanding
  }

  get othersOutstanding(): number {
    return this.#othersOutstanding
  }

  /** undefined = not known yet. */
  get msPerMegapixel(): number | undefined {
    return this.#msPerMegapixel > 0 ? this.#msPerMegapixel * this.#slowdown : undefined
  }

  /** Mean of the last RESPONSE_TIME_SAMPLES answers in milliseconds; undefined before the first. */
  get meanResponseMs(): number | undefined {
    if (this.#responseTimesMs.length === 0) return undefined
    return this.#responseTimesMs.reduce((sum, value) => sum + value, 0) / this.#responseTimesMs.length
  }

  /** In [0, MAX_REFUSAL_RATE]: the gossiped probability at first, then more and more what was seen. */
  get refusalRate(): number {
    const rate = (this.#loadProbability * PRIOR_OFFERS + this.#refusals) / (PRIOR_OFFERS + this.#offers)
    return Math.min(rate, MAX_REFUSAL_RATE)
  }

  isBackedOff(nowMs: number): boolean {
    return nowMs < this.#backedOffUntilMs
  }

  get backedOffUntilMs(): number {
    return this.#backedOffUntilMs
  }

  hearLoad(load: FreshLoad): void {
    this.#loadProbability = load.loadProbability
    if (load.msPerMegapixel > 0) this.#msPerMegapixel = load.msPerMegapixel
    this.#othersOutstanding = load.runningOthers + load.parkedOthers
  }

  hearGossip(info: { loadProbability: number; msPerMegapixel: number }): void {
    this.#loadProbability = info.loadProbability
    if (info.msPerMegapixel > 0) this.#msPerMegapixel = info.msPerMegapixel
  }

  accepted(): void {
    this.#countOffer(false)
    this.#backoffMs = 0
    this.#backedOffUntilMs = 0
  }

  refusedByLoad(): void {
    this.#countOffer(true)
  }

  /** BUSY, PAUSED, DRAINING: leave it alone for a while, longer each time. */
  refusedForNow(nowMs: number): void {
    this.#backoffMs = Math.min(Math.max(this.#backoffMs * 2, BUSY_BACKOFF_FIRST_MS), BUSY_BACKOFF_MAX_MS)
    this.#backedOffUntilMs = nowMs + this.#backoffMs
  }

  answered(responseMs: number): void {
    this.#addResponseTime(responseMs)
    this.#slowdown = Math.max(1, this.#slowdown / FAILURE_SLOWDOWN)
  }

  /** `clusterMedianMs`: what a peer that works well takes. */
  failed(responseMs: number, clusterMedianMs: number): void {
    this.#addResponseTime(FAILURE_SLOWDOWN * Math.max(responseMs, clusterMedianMs))
    this.#slowdown = Math.min(this.#slowdown * FAILURE_SLOWDOWN, 1 / (1 - MAX_REFUSAL_RATE))
  }

  #addResponseTime(responseMs: number): void {
    this.#responseTimesMs.push(responseMs)
    if (this.#responseTimesMs.length > RESPONSE_TIME_SAMPLES) this.#responseTimesMs.shift()
  }

  #countOffer(wasRefused: boolean): void {
    this.#offers = this.#offers * OFFER_DECAY + 1
    this.#refusals = this.#refusals * OFFER_DECAY + (wasRefused ? 1 : 0)
  }
}
