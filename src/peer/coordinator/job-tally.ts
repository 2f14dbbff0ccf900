/** What a job counts, as a fold over its events: per peer, refusals, retries, failures. */

import type { PeerId } from '../../base/ids.ts'
import type { RefusalReason } from '../../protocol/messages.ts'
import {
  type FailedImage,
  failedAt,
  type JobEvent,
  type PeerRef,
  type PeerShare,
  type VerificationSummary,
} from '../job-events.ts'

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
  quarantined: number
  lied: boolean
}

export class JobTally {
  readonly #peers = new Map<PeerId, PeerTally>()
  readonly #refusals: Partial<Record<RefusalReason, number>> = {}
  readonly #failures: FailedImage[] = []
  readonly #maxFailures: number
  #done = 0
  /** Done by earlier runs and withdrawn by this one. */
  #withdrawnEarlier = 0
  readonly #verification = { verified: 0, unchecked: 0, mismatches: 0, redone: 0 }
  #failed = 0
  #retries = 0
  #hedges = 0
  readonly #tiles = { done: 0, hedges: 0 }

  /** Of failures only the last `maxFailures` are kept; all of them are counted. */
  constructor(maxFailures = Number.POSITIVE_INFINITY) {
    this.#maxFailures = maxFailures
  }

  get done(): number {
    return this.#done
  }

  /** Images of earlier runs that turned out to be a liar's. */
  get withdrawnEarlier(): number {
    return this.#withdrawnEarlier
  }

  get verification(): VerificationSummary {
    return { ...this.#verification }
  }

  get failed(): number {
    return this.#failed
  }

  get retries(): number {
    return this.#retries
  }

  get hedges(): number {
    return this.#hedges
  }

  /** Of images in tiles; undefined while there was no work on any. */
  get tiles(): { readonly done: number; readonly hedges: number } | undefined {
    const { done, hedges } = this.#tiles
    return done + hedges === 0 ? undefined : { done, hedges }
  }

  get refusals(): Partial<Record<RefusalReason, number>> {
    return { ...this.#refusals }
  }

  /** In the order in which they came. */
  get failures(): readonly FailedImage[] {
    return [...this.#failures]
  }

  observe(event: JobEvent): void {
    switch (event.event) {
      case 'accepted':
        this.#tally(event.peer).accepted++
        return
      case 'refused':
        this.#tally(event.peer).refused++
        this.#refusals[event.reason] = (this.#refusals[event.reason] ?? 0) + 1
        this.#retries++
        return
      case 'delayed':
        this.#tally(event.peer).delayed++
        return
      case 'quarantined':
        if (event.forMs === undefined) this.#tally(event.peer).lied = true
        else this.#tally(event.peer).quarantined++
        return
      case 'mismatch':
        this.#verification.mismatches++
        return
      case 'withdrawn':
        this.#withdraw(event)
        return
      case 'hedged':
        this.#hedges++
        if (event.tile !== undefined) this.#tiles.hedges++
        return
      case 'lost':
        this.#tally(event.peer).lost++
        this.#retries++
        return
      case 'retried':
        this.#tally(event.peer).failed++
        this.#retries++
        return
      case 'tile-done':
        this.#tally(event.peer).tiles++
        this.#tiles.done++
        this.#countCheck(event.verifiedBy)
        return
      case 'done': {
        const tally = this.#tally(event.peer)
        tally.done++
        tally.totalMs += event.responseMs
        this.#countCheck(event.verifiedBy)
        this.#done++
        return
      }
      case 'failed': {
        const peer = failedAt(event)
        if (peer) this.#tally(peer).failed++
        this.#failed++
        this.#failures.push({ path: event.path, code: event.code, message: event.message })
        if (this.#failures.length > this.#maxFailures) this.#failures.shift()
        return
      }
      case 'found':
      case 'gone':
        if (event.afterFailure) this.#takeBackFailure(event.path)
    }
  }

  /** By name. */
  shares(): PeerShare[] {
    return [...this.#peers.values()]
      .map(({ ref, totalMs, tiles, quarantined, lied, ...tally }) => ({
        ...ref,
        ...tally,
        share: this.#done === 0 ? 0 : tally.done / this.#done,
        totalMs,
        meanMs: tally.done === 0 ? 0 : totalMs / tally.done,
        ...(tiles > 0 && { tiles }),
        ...(quarantined > 0 && { quarantined }),
        ...(lied && { lied }),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  #withdraw({ peer, wasEarlierRun }: Extract<JobEvent, { event: 'withdrawn' }>): void {
    this.#verification.redone++
    if (wasEarlierRun) {
      this.#withdrawnEarlier++
      return
    }
    this.#done--
    if (peer) this.#tally(peer).done--
  }

  #countCheck(verifiedBy: readonly PeerRef[] | undefined): void {
    if (verifiedBy === undefined) return
    if (verifiedBy.length > 0) this.#verification.verified++
    else this.#verification.unchecked++
  }

  #takeBackFailure(path: string): void {
    this.#failed--
    const index = this.#failures.findIndex((failure) => failure.path === path)
    if (index >= 0) this.#failures.splice(index, 1)
  }

  #tally(ref: PeerRef): PeerTally {
    const known = this.#peers.get(ref.id)
    if (known) return known
    const made = {
      ref,
      done: 0,
      accepted: 0,
      refused: 0,
      delayed: 0,
      failed: 0,
      lost: 0,
      totalMs: 0,
      tiles: 0,
      quarantined: 0,
      lied: false,
    }
    this.#peers.set(ref.id, made)
    return made
  }
}
