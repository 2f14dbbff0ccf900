/** The JSON of `peer status`: its own shape, so that the snapshot inside may change without breaking anybody's script. */

import type { ClusterSnapshot, JobSnapshot, PeerSnapshot } from '../peer/snapshot.ts'

export interface StatusPeer {
  readonly name: string
  readonly id: string
  readonly role: 'executor' | 'observer'
  readonly state: 'alive' | 'suspect' | 'dead' | 'left'
  readonly load: number
  readonly slots: number
  readonly running: number
  readonly queued: number
  readonly paused: boolean
  readonly draining: boolean
  readonly counts: {
    readonly accepted: number
    readonly refused: number
    readonly delayed: number
    readonly completed: number
    readonly failed: number
  }
  /** Null while it is not known. */
  readonly msPerMegapixel: number | null
  readonly strategies: Readonly<
    Record<string, { readonly tasks: number; readonly totalMs: number; readonly meanMs: number }>
  >
  readonly maxPixels: number
  readonly addresses: readonly string[]
  readonly version: string
  readonly pixelVersion: string
  readonly lastSeenMsAgo: number
}

export interface StatusJob {
  readonly id: string
  readonly coordinator: { readonly id: string; readonly name: string }
  readonly pipeline: string
  readonly strategy: string
  readonly state: 'running' | 'done' | 'stopped'
  readonly total: number
  readonly done: number
  readonly failed: number
  readonly elapsedMs: number
  readonly imagesPerSecond: number
  readonly remainingMs: number | null
}

export interface Status {
  readonly self: StatusPeer
  readonly peers: readonly StatusPeer[]
  readonly jobs: readonly StatusJob[]
}

export const statusJson = (snapshot: ClusterSnapshot): Status => ({
  self: statusPeer(snapshot.self),
  peers: snapshot.peers.map(statusPeer),
  jobs: snapshot.jobs.map(statusJob),
})

const statusPeer = (peer: PeerSnapshot): StatusPeer => ({
  name: peer.name,
  id: peer.id,
  role: peer.role,
  state: peer.state,
  load: peer.load,
  slots: peer.slots,
  running: peer.running,
  queued: peer.queued,
  paused: peer.isPaused,
  draining: peer.isDraining,
  counts: peer.counts,
  msPerMegapixel: peer.msPerMegapixel === 0 ? null : peer.msPerMegapixel,
  strategies: peer.strategies,
  maxPixels: peer.maxPixels,
  addresses: peer.addresses,
  version: peer.version,
  pixelVersion: peer.pixelVersion,
  lastSeenMsAgo: Math.round(peer.lastSeenMsAgo),
})

const statusJob = (job: JobSnapshot): StatusJob => ({
  id: job.id,
  coordinator: { id: job.coordinator, name: job.coordinatorName },
  pipeline: job.pipeline,
  strategy: job.strategy,
  state: job.state,
  total: job.total,
  done: job.done,
  failed: job.failed,
  elapsedMs: job.elapsedMs,
  imagesPerSecond: job.imagesPerSecond,
  remainingMs: job.remainingMs ?? null,
})
