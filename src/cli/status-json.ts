/** The JSON of `peer status`: its own shape, so that the snapshot inside may change without breaking anybody's script. */

import { clusterStrategies } from '../peer/cluster-statistics.ts'
import type { ClusterSnapshot, JobSnapshot, PeerSnapshot, QuarantineSnapshot } from '../peer/snapshot.ts'

export interface StatusStrategy {
  readonly tasks: number
  readonly totalMs: number
  readonly meanMs: number
}

/** One second of a peer. */
export interface StatusSecond {
  /** The most slots that were seen busy at once. */
  readonly running: number
  readonly completed: number
  readonly delayed: number
  readonly refused: number
  readonly failed: number
}

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
  /** Since this identity exists, also before restarts. */
  readonly strategies: Readonly<Record<string, StatusStrategy>>
  /** Of the last ten seconds; null while the peer has not been watched for two. */
  readonly imagesPerSecond: number | null
  /** The last minute, the oldest second first; as much of it as it has been watched for. */
  readonly activity: readonly StatusSecond[]
  readonly maxPixels: number
  readonly addresses: readonly string[]
  readonly version: string
  readonly pixelVersion: string
  readonly lastSeenMsAgo: number
  /** Put aside by jobs that the answering peer coordinates, with no `forMs` until such a job ends; null while it is trusted. */
  readonly quarantine: { readonly forMs: number | null; readonly reason: string } | null
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
  /** Of the peer that answers. */
  readonly cluster: {
    /** The cluster key's fingerprint, as `peer key` shows it; null without a key. */
    readonly key: string | null
    readonly reach: 'loopback' | 'lan'
    readonly dataDir: string
    readonly uptimeMs: number
  }
  /** Of all peers together. */
  readonly strategies: Readonly<Record<string, StatusStrategy>>
}

export const statusJson = (snapshot: ClusterSnapshot): Status => ({
  self: statusPeer(snapshot.self),
  peers: snapshot.peers.map(statusPeer),
  jobs: snapshot.jobs.map(statusJob),
  cluster: {
    key: snapshot.cluster.keyFingerprint ?? null,
    reach: snapshot.cluster.reach,
    dataDir: snapshot.cluster.dataDir,
    uptimeMs: Math.round(snapshot.cluster.uptimeMs),
  },
  strategies: clusterStrategies([snapshot.self, ...snapshot.peers]),
})

/** Two full seconds and the one that runs: before that a rate says nothing. */
const MIN_WATCHED_SECONDS = 3

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
  imagesPerSecond: peer.activity.length < MIN_WATCHED_SECONDS ? null : peer.imagesPerSecond,
  activity: peer.activity.map(({ running, completed, delayed, refused, failed }) => {
    return { running, completed, delayed, refused, failed }
  }),
  maxPixels: peer.maxPixels,
  addresses: peer.addresses,
  version: peer.version,
  pixelVersion: peer.pixelVersion,
  lastSeenMsAgo: Math.round(peer.lastSeenMsAgo),
  quarantine: peer.quarantine ? statusQuarantine(peer.quarantine) : null,
})

const statusQuarantine = ({ reason, forMs }: QuarantineSnapshot): StatusPeer['quarantine'] => ({
  reason,
  forMs: forMs === undefined ? null : Math.round(forMs),
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
