/**
 * Attempts of a job as a bounded fold: each with begin, end and outcome while there are few enough to be drawn one by one, and
 * from the first on as sums over time per peer, which are drawn when there are not. What is dropped is counted.
 */

import type { PeerId } from '../base/ids.ts'
import { MAX_REPORT_ATTEMPTS, MAX_REPORT_OPEN_ATTEMPTS, MAX_REPORT_PEERS } from '../base/limits.ts'
import type { JobEvent, PeerRef, StageTimes, TileCount } from '../peer/job-events.ts'
import { TimeBins } from './time-bins.ts'

/**
 * How an attempt that a peer took ended: its result was used; another one's was (it was a twin, or was taken back); its peer
 * was lost; it failed and was tried again; it failed for good; the job ended first.
 */
export type AttemptEnd = 'done' | 'withdrawn' | 'lost' | 'retried' | 'failed' | 'unfinished'

/** What happens at a moment and takes no time. */
export type MarkKind = 'refused' | 'lost' | 'retried' | 'failed' | 'hedged'

interface AboutAttempt {
  readonly lane: number
  readonly path: string
  /** Counted from 0 for each image or tile. */
  readonly attempt: number
  readonly tile: TileCount | undefined
}

/** Moments in milliseconds since the job began: accepted, then perhaps asleep, then at work until the end. */
export interface AttemptBar extends AboutAttempt {
  readonly fromMs: number
  readonly sleepFromMs: number
  readonly workFromMs: number
  readonly toMs: number
  readonly end: AttemptEnd
  readonly isTwin: boolean
  /** Why it failed or was lost; empty otherwise. */
  readonly detail: string
}

export interface AttemptMark extends AboutAttempt {
  readonly atMs: number
  readonly kind: MarkKind
  /** Reason of a refusal, message of a failure; may be empty. */
  readonly detail: string
}

/** Sums over time of one peer: milliseconds at work and asleep, and counts. */
export type LaneSeries = 'work' | 'sleep' | 'refused' | 'trouble'

export interface Lane {
  /** Undefined for the one that the peers beyond MAX_REPORT_PEERS share. */
  readonly id: PeerId | undefined
  readonly name: string
  readonly bins: TimeBins<LaneSeries>
  /** Attempts that were taken there, and those of them, or refused ones, that were twins. */
  readonly accepted: number
  readonly twins: number
}

export interface CollectedAttempts {
  readonly lanes: readonly Lane[]
  /** Attempts and marks to draw one by one; undefined when there were too many. */
  readonly drawn: { readonly bars: readonly AttemptBar[]; readonly marks: readonly AttemptMark[] } | undefined
  /** Attempts that peers took or refused. */
  readonly attempts: number
  /** Of them, those that neither bars nor sums know, because too many were open at once. */
  readonly dropped: number
}

/** An event about one attempt of a task. */
export type AttemptEvent = Extract<JobEvent, { readonly attempt: number }>

type AttemptKey = Pick<AttemptEvent, 'task' | 'attempt'>

interface OpenAttempt extends AboutAttempt {
  readonly fromMs: number
  readonly isTwin: boolean
  delayMs: number
}

interface GrowingLane extends Lane {
  accepted: number
  twins: number
}

const OTHER_PEERS = 'other peers'
const LANE_SERIES: readonly LaneSeries[] = ['work', 'sleep', 'refused', 'trouble']

export class AttemptFold {
  readonly #lanes: GrowingLane[] = []
  readonly #laneOf = new Map<PeerId, number>()
  /** By task, then by attempt. */
  readonly #open = new Map<number, Map<number, OpenAttempt>>()
  #openCount = 0
  /** Twins that were announced and not yet taken, as `task/attempt`. */
  readonly #twins = new Set<string>()
  #bars: AttemptBar[] | undefined = []
  #marks: AttemptMark[] = []
  #attempts = 0
  #dropped = 0

  accept(event: AttemptEvent, peer: PeerRef): void {
    const { task, attempt, atMs } = event
    const isTwin = this.#twins.delete(keyText(event))
    this.#attempts++
    this.#lane(peer).accepted++
    // two attempts of a task run at once only where one is a twin: an older one was taken back before it began
    if (!isTwin) this.closeOthers(event, atMs)
    if (this.#openCount >= MAX_REPORT_OPEN_ATTEMPTS) {
      this.#dropped++
      return
    }
    const ofTask = this.#open.get(task) ?? new Map<number, OpenAttempt>()
    this.#open.set(task, ofTask)
    if (!ofTask.has(attempt)) this.#openCount++
    ofTask.set(attempt, { ...this.#about(event, peer), fromMs: atMs, isTwin, delayMs: 0 })
  }

  delay({ task, attempt }: AttemptKey, delayMs: number): void {
    const open = this.#open.get(task)?.get(attempt)
    if (open) open.delayMs = delayMs
  }

  refuse(event: AttemptEvent, peer: PeerRef, reason: string): void {
    this.#attempts++
    this.#twins.delete(keyText(event))
    this.#lane(peer).bins.count('refused', event.atMs)
    this.#mark(event, peer, 'refused', reason)
  }

  twin(event: AttemptEvent, peer: PeerRef): void {
    if (this.#twins.size < MAX_REPORT_OPEN_ATTEMPTS) this.#twins.add(keyText(event))
    this.#lane(peer).twins++
    this.#mark(event, peer, 'hedged', '')
  }

  /** An attempt, accepted or not, that brought nothing. */
  trouble(event: AttemptEvent, peer: PeerRef, kind: 'lost' | 'retried' | 'failed', message: string): void {
    this.#lane(peer).bins.count('trouble', event.atMs)
    this.close(event, kind, event.atMs, message)
    this.#mark(event, peer, kind, message)
  }

  /** Ends an attempt that is open; nothing where none is. `stages` are those of its result. */
  close(key: AttemptKey, end: AttemptEnd, toMs: number, detail = '', stages?: StageTimes): void {
    const ofTask = this.#open.get(key.task)
    const open = ofTask?.get(key.attempt)
    if (ofTask === undefined || open === undefined) return
    ofTask.delete(key.attempt)
    if (ofTask.size === 0) this.#open.delete(key.task)
    this.#openCount--
    const { lane, path, attempt, tile, fromMs, isTwin } = open
    const times = whenItWorked(open, Math.max(fromMs, toMs), stages)
    const bins = this.#lanes[lane]?.bins
    bins?.span('sleep', times.sleepFromMs, times.workFromMs)
    bins?.span('work', times.workFromMs, times.toMs)
    if (this.#hasRoom()) this.#bars?.push({ lane, path, attempt, tile, fromMs, ...times, end, isTwin, detail })
  }

  /** Ends the task's other attempts: what this one brought counts. */
  closeOthers({ task, attempt }: AttemptKey, atMs: number): void {
    for (const other of this.#open.get(task)?.keys() ?? []) {
      if (other !== attempt) this.close({ task, attempt: other }, 'withdrawn', atMs)
    }
  }

  /** Ends all attempts, or those of one image in tiles. */
  closeAll(end: AttemptEnd, atMs: number, path?: string): void {
    for (const [task, attempts] of this.#open) {
      for (const [attempt, open] of attempts) {
        if (path === undefined || open.path === path) this.close({ task, attempt }, end, atMs)
      }
    }
  }

  /** The job's end: all lanes then have stretches of one length. */
  end(elapsedMs: number): void {
    this.closeAll('unfinished', elapsedMs)
    for (const { bins } of this.#lanes) bins.cover(elapsedMs)
  }

  result(): CollectedAttempts {
    return {
      lanes: this.#lanes,
      drawn: this.#bars && { bars: this.#bars, marks: this.#marks },
      attempts: this.#attempts,
      dropped: this.#dropped,
    }
  }

  #mark(event: AttemptEvent, peer: PeerRef, kind: MarkKind, detail: string): void {
    if (this.#hasRoom()) this.#marks.push({ ...this.#about(event, peer), atMs: event.atMs, kind, detail })
  }

  /** Half a picture would mislead: when they become too many, all go, and the sums remain. */
  #hasRoom(): boolean {
    if (this.#bars === undefined) return false
    if (this.#bars.length + this.#marks.length < MAX_REPORT_ATTEMPTS) return true
    this.#bars = undefined
    this.#marks = []
    return false
  }

  #about({ path, attempt, tile }: AttemptEvent, peer: PeerRef): AboutAttempt {
    return { lane: this.#laneIndex(peer), path, attempt, tile }
  }

  #lane(peer: PeerRef): GrowingLane {
    const lane = this.#lanes[this.#laneIndex(peer)]
    if (lane === undefined) throw new RangeError('a lane is expected to stay')
    return lane
  }

  #laneIndex({ id, name }: PeerRef): number {
    const known = this.#laneOf.get(id)
    if (known !== undefined) return known
    if (this.#lanes.length > MAX_REPORT_PEERS) return MAX_REPORT_PEERS
    const isShared = this.#lanes.length === MAX_REPORT_PEERS
    const who = isShared ? { id: undefined, name: OTHER_PEERS } : { id, name }
    this.#lanes.push({ ...who, bins: new TimeBins(LANE_SERIES), accepted: 0, twins: 0 })
    if (!isShared) this.#laneOf.set(id, this.#lanes.length - 1)
    return this.#lanes.length - 1
  }
}

const keyText = ({ task, attempt }: AttemptKey): string => `${task}/${attempt}`

/** Where stages are known, counted back from the end; else a sleep comes first, and the rest counts as work. */
function whenItWorked(
  { fromMs, delayMs }: OpenAttempt,
  toMs: number,
  stages: StageTimes | undefined,
): Pick<AttemptBar, 'sleepFromMs' | 'workFromMs' | 'toMs'> {
  if (stages === undefined) return { sleepFromMs: fromMs, workFromMs: Math.min(toMs, fromMs + delayMs), toMs }
  const { decodeMs, processMs, encodeMs, receiveMs } = stages
  const workFromMs = Math.max(fromMs, toMs - decodeMs - processMs - encodeMs - receiveMs)
  return { sleepFromMs: Math.max(fromMs, workFromMs - stages.delayMs), workFromMs, toMs }
}
