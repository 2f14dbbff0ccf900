/**
 * Who is put aside because it fails where others do not. It belongs to a coordinator's process, not to a job: a peer whose
 * memory is bad today is not trusted by the next job either. QUARANTINE_STRIKES failures that other peers did not have put a
 * peer aside for a time that doubles with each repetition; then it is on probation, one task at a time, and one more failure
 * puts it aside again. Put aside means asked only where nobody else is there: a peer that fails sometimes beats none.
 *
 * An image that fails everywhere is nobody's strike, nor is a lost connection: that is the network's, and leases deal with it.
 */

import type { PeerId } from '../../base/ids.ts'
import {
  PROBATION_RESULTS,
  QUARANTINE_FIRST_MS,
  QUARANTINE_MAX_MS,
  QUARANTINE_MEMORY_MS,
  QUARANTINE_STRIKES,
} from '../../base/limits.ts'

/** A peer that is put aside, for people. */
export interface Spell {
  /** A clause about the peer: what it did. */
  readonly reason: string
  /** Undefined: to the end of the job in which its results were wrong. */
  readonly forMs: number | undefined
}

interface Standing {
  /** When each failure was that others did not have. */
  strikes: number[]
  spells: number
  asideUntilMs: number
  reason: string
  /** Good results that are still asked of it; 0 = trusted. */
  probation: number
}

/** Doublings after which a spell has its greatest length. */
const LONGEST_SPELL = Math.ceil(Math.log2(QUARANTINE_MAX_MS / QUARANTINE_FIRST_MS))

export class Quarantine {
  readonly #peers = new Map<PeerId, Standing>()
  /** In running jobs, with why; one entry for each job. */
  readonly #liars: { readonly peer: PeerId; readonly reason: string }[] = []

  isAside(peer: PeerId, nowMs: number): boolean {
    const standing = this.#peers.get(peer)
    return standing !== undefined && nowMs < standing.asideUntilMs
  }

  isOnProbation(peer: PeerId, nowMs: number): boolean {
    const standing = this.#peers.get(peer)
    return standing !== undefined && standing.probation > 0 && nowMs >= standing.asideUntilMs
  }

  /** It failed where another did not. Returns the spell that begins with it, if one does. */
  strike(peer: PeerId, failure: string, nowMs: number): Spell | undefined {
    const standing = this.#standing(peer)
    if (nowMs < standing.asideUntilMs) return undefined // what was out there when it began
    standing.strikes = [...standing.strikes.filter((atMs) => nowMs - atMs < QUARANTINE_MEMORY_MS), nowMs]
    if (standing.probation > 0) return this.#begin(standing, `it failed again on probation: ${failure}`, nowMs)
    if (standing.strikes.length < QUARANTINE_STRIKES) return undefined
    return this.#begin(standing, `${QUARANTINE_STRIKES} failures that other peers did not have: ${failure}`, nowMs)
  }

  /** It gave a result that was taken. */
  succeeded(peer: PeerId, nowMs: number): void {
    const standing = this.#peers.get(peer)
    if (standing && standing.probation > 0 && nowMs >= standing.asideUntilMs) standing.probation--
  }

  /** It gave wrong results in a job, which asks it for nothing more. Returns what ends that with the job. */
  condemn(peer: PeerId, reason: string): (nowMs: number) => void {
    const entry = { peer, reason }
    this.#liars.push(entry)
    return (nowMs) => {
      this.#liars.splice(this.#liars.indexOf(entry), 1)
      const standing = this.#standing(peer)
      standing.spells = Math.max(standing.spells, LONGEST_SPELL)
      this.#begin(standing, reason, nowMs)
    }
  }

  /** Those that are aside now. */
  list(nowMs: number): ReadonlyMap<PeerId, Spell> {
    const aside = [...this.#peers].filter(([, { asideUntilMs }]) => nowMs < asideUntilMs)
    const spells: [PeerId, Spell][] = aside.map(([id, { reason, asideUntilMs }]) => {
      return [id, { reason, forMs: asideUntilMs - nowMs }]
    })
    const liars: [PeerId, Spell][] = this.#liars.map(({ peer, reason }) => [peer, { reason, forMs: undefined }])
    return new Map([...spells, ...liars])
  }

  #begin(standing: Standing, reason: string, nowMs: number): Spell {
    const forMs = Math.min(QUARANTINE_FIRST_MS * 2 ** standing.spells, QUARANTINE_MAX_MS)
    standing.spells++
    standing.strikes = []
    standing.asideUntilMs = nowMs + forMs
    standing.reason = reason
    standing.probation = PROBATION_RESULTS
    return { reason, forMs }
  }

  #standing(peer: PeerId): Standing {
    const known = this.#peers.get(peer)
    if (known) return known
    const made = { strikes: [], spells: 0, asideUntilMs: Number.NEGATIVE_INFINITY, reason: '', probation: 0 }
    this.#peers.set(peer, made)
    return made
  }
}
