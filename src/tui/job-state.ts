/**
 * What the live view and the progress lines know of a running job: a pure reduction of its events. Counts follow the
 * events as they come; the summary at the end is the coordinator's own and may differ by what was still on its way.
 */

import type { PeerId } from '../base/ids.ts'
import { MAX_SHOWN_FAILURES, RATE_SAMPLES } from '../base/limits.ts'
import { type FailedImage, failedAt, type JobEvent, type PeerRef, type ResultKind } from '../peer/job-events.ts'
import { formatDuration } from './text/figures.ts'

type Found = Extract<JobEvent, { event: 'found' }>
type TileDone = Extract<JobEvent, { event: 'tile-done' }>

export interface PeerProgress {
  readonly id: PeerId
  readonly name: string
  readonly accepted: number
  readonly refused: number
  readonly delayed: number
  readonly failed: number
  readonly lost: number
  /** Images whose result was used. */
  readonly done: number
  /** Of the images done, from being chosen for the peer to being on disk. */
  readonly totalMs: number
}

export interface TileProgress {
  readonly path: string
  /** Of all passes over the image. */
  readonly done: number
  readonly total: number
}

export interface JobState {
  /** Empty before there is a plan. */
  readonly job: string
  readonly strategy: string
  readonly pipeline: string
  readonly kind: ResultKind
  readonly out: string
  /** Folders whose images are processed as they appear, until the job is told to end. */
  readonly watching: readonly string[]
  /** Images of the whole job, those of earlier runs included. */
  readonly total: number
  readonly alreadyDone: number
  /** Done by this run. */
  readonly done: number
  readonly failed: number
  readonly retried: number
  /** In the order in which they first appeared. */
  readonly peers: readonly PeerProgress[]
  /** The latest at the end, at most MAX_SHOWN_FAILURES. */
  readonly failures: readonly FailedImage[]
  readonly notice: string | undefined
  /** Of the huge image that is being done in tiles; undefined when none is. */
  readonly tiles: TileProgress | undefined
  /** Milliseconds into the job at which work began, and at which the latest images ended (at most RATE_SAMPLES). */
  readonly firstAcceptedAtMs: number | undefined
  readonly endedAtMs: readonly number[]
}

export const EMPTY_JOB_STATE: JobState = {
  job: '',
  strategy: '',
  pipeline: '',
  kind: 'image',
  out: '',
  watching: [],
  total: 0,
  alreadyDone: 0,
  done: 0,
  failed: 0,
  retried: 0,
  peers: [],
  failures: [],
  notice: undefined,
  tiles: undefined,
  firstAcceptedAtMs: undefined,
  endedAtMs: [],
}

/** The state after one more event. */
export function reduceJobState(state: JobState, event: JobEvent): JobState {
  switch (event.event) {
    case 'planned': {
      const { job, strategy, pipeline, kind, out, total, alreadyDone, watching = [] } = event
      return { ...state, job, strategy, pipeline, kind, out, total, alreadyDone, watching }
    }
    case 'found':
      return afterFound(state, event)
    case 'gone':
      return { ...afterFailureTakenBack(state, event), total: event.total }
    case 'notice':
      return { ...state, notice: event.message }
    case 'accepted':
      return {
        ...state,
        firstAcceptedAtMs: state.firstAcceptedAtMs ?? event.atMs,
        peers: updatePeer(state.peers, event.peer, (peer) => ({ ...peer, accepted: peer.accepted + 1 })),
      }
    case 'refused':
      return {
        ...state,
        peers: updatePeer(state.peers, event.peer, (peer) => ({ ...peer, refused: peer.refused + 1 })),
      }
    case 'delayed':
      return {
        ...state,
        peers: updatePeer(state.peers, event.peer, (peer) => ({ ...peer, delayed: peer.delayed + 1 })),
      }
    case 'quarantined':
      return { ...state, notice: quarantineNotice(event) }
    case 'withdrawn': {
      const { done, alreadyDone } = state
      return event.wasEarlierRun ? { ...state, alreadyDone: alreadyDone - 1 } : { ...state, done: done - 1 }
    }
    case 'lost':
      return {
        ...state,
        retried: state.retried + 1,
        peers: updatePeer(state.peers, event.peer, (peer) => ({ ...peer, lost: peer.lost + 1 })),
      }
    case 'retried':
      return {
        ...state,
        retried: state.retried + 1,
        peers: updatePeer(state.peers, event.peer, (peer) => ({ ...peer, failed: peer.failed + 1 })),
      }
    case 'tile-done':
      return { ...state, tiles: afterTile(state.tiles, event) }
    case 'done':
      return {
        ...state,
        tiles: undefined,
        done: state.done + 1,
        endedAtMs: keepLast(state.endedAtMs, event.atMs, RATE_SAMPLES),
        peers: updatePeer(state.peers, event.peer, (peer) => ({
          ...peer,
          done: peer.done + 1,
          totalMs: peer.totalMs + event.stages.totalMs,
        })),
      }
    case 'failed': {
      const peer = failedAt(event)
      return {
        ...state,
        tiles: undefined,
        failed: state.failed + 1,
        endedAtMs: keepLast(state.endedAtMs, event.atMs, RATE_SAMPLES),
        failures: keepLast(
          state.failures,
          { path: event.path, code: event.code, message: event.message },
          MAX_SHOWN_FAILURES,
        ),
        peers:
          peer === undefined
            ? state.peers
            : updatePeer(state.peers, peer, (progress) => ({ ...progress, failed: progress.failed + 1 })),
      }
    }
    case 'planned-image':
    case 'model-sent':
    case 'hedged':
    case 'mismatch':
    case 'summary':
      return state
  }
}

/** For people: who is put aside, for how long and why. */
export const quarantineNotice = ({ peer, reason, forMs }: Extract<JobEvent, { event: 'quarantined' }>): string =>
  `${peer.name} is put aside for ${forMs === undefined ? 'the rest of the job' : formatDuration(forMs)}: ${reason}`

/** Images a second over the latest ones; it falls while nothing ends. Undefined before the first has ended. */
export function imagesPerSecond(state: JobState, elapsedMs: number): number | undefined {
  const { endedAtMs, firstAcceptedAtMs } = state
  const isWindowFull = endedAtMs.length === RATE_SAMPLES
  const sinceMs = isWindowFull ? endedAtMs[0] : (firstAcceptedAtMs ?? 0)
  const count = isWindowFull ? endedAtMs.length - 1 : endedAtMs.length
  if (sinceMs === undefined || count === 0 || elapsedMs <= sinceMs) return undefined
  return (count * 1000) / (elapsedMs - sinceMs)
}

/** Images of the job that need nothing more: done by any run, or failed for good. */
export const endedImages = (state: JobState): number => state.alreadyDone + state.done + state.failed

/** Estimated milliseconds to the end, undefined while there is nothing to tell it from. */
export function remainingMs(state: JobState, elapsedMs: number): number | undefined {
  const rate = imagesPerSecond(state, elapsedMs)
  const left = state.total - endedImages(state)
  return rate === undefined || left <= 0 ? undefined : (left * 1000) / rate
}

function afterFound(state: JobState, event: Found): JobState {
  const { total, alreadyDone } = event
  // what is found after a pause begins anew: the pause says nothing about how fast it will go
  const rate = endedImages(state) < state.total ? {} : { firstAcceptedAtMs: undefined, endedAtMs: [] }
  return { ...afterFailureTakenBack(state, event), ...rate, total, alreadyDone }
}

function afterFailureTakenBack(
  state: JobState,
  { path, afterFailure }: Pick<Found, 'path' | 'afterFailure'>,
): JobState {
  if (!afterFailure) return state
  const failures = state.failures.filter((failure) => failure.path !== path)
  return { ...state, failed: state.failed - 1, failures }
}

function afterTile(before: TileProgress | undefined, { path, tile }: TileDone): TileProgress | undefined {
  if (tile === undefined) return before
  const done = before?.path === path ? before.done : 0
  return { path, done: done + 1, total: tile.count * tile.passes }
}

function updatePeer(
  peers: readonly PeerProgress[],
  ref: PeerRef,
  change: (peer: PeerProgress) => PeerProgress,
): readonly PeerProgress[] {
  const index = peers.findIndex((peer) => peer.id === ref.id)
  const known = peers[index]
  if (known !== undefined) return peers.with(index, change(known))
  const fresh = {
    id: ref.id,
    name: ref.name,
    accepted: 0,
    refused: 0,
    delayed: 0,
    failed: 0,
    lost: 0,
    done: 0,
    totalMs: 0,
  }
  return [...peers, change(fresh)]
}

const keepLast = <T>(list: readonly T[], item: T, bound: number): readonly T[] => [...list, item].slice(-bound)
