/** Events, summaries and snapshots with sensible contents, for tests that care about one field of them. */

import { jobId, peerId } from '../../src/base/ids.ts'
import type { FinishedJob } from '../../src/peer/files/job-history.ts'
import type { Distribution, JobEvent, JobSummary, PeerRef, StageTimes } from '../../src/peer/job-events.ts'
import type { JobSnapshot, PeerSnapshot } from '../../src/peer/snapshot.ts'

type EventOf<Name extends JobEvent['event']> = Extract<JobEvent, { event: Name }>

export const STAGES: StageTimes = {
  queueMs: 1,
  sendMs: 2,
  delayMs: 0,
  decodeMs: 3,
  processMs: 4,
  encodeMs: 5,
  receiveMs: 6,
  saveMs: 7,
  totalMs: 28,
}

export const peerRef = (name: string): PeerRef => ({ id: peerId(`id-${name}`), name })

const about = { path: 'a.jpg', task: 0, attempt: 0, atMs: 0 }

export const planned = (fields: Partial<EventOf<'planned'>> = {}): JobEvent => ({
  event: 'planned',
  job: jobId('0123456789abcdef0123456789abcdef'),
  strategy: 'balanced',
  pipeline: 'edges',
  kind: 'image',
  total: 4,
  alreadyDone: 0,
  out: 'out',
  ...fields,
})

export const accepted = (peer: string, fields: Partial<EventOf<'accepted'>> = {}): JobEvent => ({
  event: 'accepted',
  peer: peerRef(peer),
  sizeBytes: 1000,
  ...about,
  ...fields,
})

export const refused = (peer: string, fields: Partial<EventOf<'refused'>> = {}): JobEvent => ({
  event: 'refused',
  peer: peerRef(peer),
  reason: 'REFUSED_LOAD',
  ...about,
  ...fields,
})

export const delayed = (peer: string, fields: Partial<EventOf<'delayed'>> = {}): JobEvent => ({
  event: 'delayed',
  peer: peerRef(peer),
  delayMs: 300,
  ...about,
  ...fields,
})

export const done = (peer: string, fields: Partial<EventOf<'done'>> = {}): JobEvent => ({
  event: 'done',
  peer: peerRef(peer),
  source: '/images/a.jpg',
  output: 'a.jpg',
  stages: STAGES,
  responseMs: 20,
  sizeBytes: 1000,
  pixelDigest: '00',
  ...about,
  ...fields,
})

export const failed = (fields: Partial<EventOf<'failed'>> = {}): JobEvent => ({
  event: 'failed',
  peer: undefined,
  source: '/images/a.jpg',
  code: 'ERR_NOT_AN_IMAGE',
  message: 'expected an image, got an empty file (0 bytes)',
  ...about,
  ...fields,
})

const SOME_MS: Distribution = { meanMs: 20, medianMs: 18, p95Ms: 40 }

export const summary = (fields: Partial<JobSummary> = {}): JobSummary => ({
  event: 'summary',
  job: jobId('0123456789abcdef0123456789abcdef'),
  strategy: 'balanced',
  pipeline: 'edges',
  kind: 'image',
  seed: 1,
  outcome: 'done',
  reason: undefined,
  code: undefined,
  exitCode: 0,
  images: 4,
  done: 4,
  alreadyDone: 0,
  failed: 0,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:02.000Z',
  elapsedMs: 2000,
  imagesPerSecond: 2,
  perImage: SOME_MS,
  perStage: {
    queue: SOME_MS,
    send: SOME_MS,
    decode: SOME_MS,
    process: SOME_MS,
    encode: SOME_MS,
    receive: SOME_MS,
    save: SOME_MS,
  },
  peers: [
    {
      id: peerId('id-ann'),
      name: 'ann',
      done: 4,
      share: 1,
      accepted: 4,
      refused: 3,
      delayed: 2,
      failed: 0,
      lost: 0,
      meanMs: 20,
      totalMs: 80,
    },
  ],
  refusals: { REFUSED_LOAD: 3 },
  retries: 3,
  hedges: 0,
  firstFrameOnly: 0,
  bytesSent: 4096,
  bytesReceived: 8192,
  failures: [],
  ...fields,
})

/** The last events' summary as the history keeps it. */
export const finishedJob = (fields: Partial<FinishedJob> = {}): FinishedJob => ({
  summary: summary(),
  paths: ['/home/ann/images'],
  pathCount: 1,
  out: '/home/ann/out',
  coordinator: { id: 'id-ann', name: 'ann' },
  options: {
    strategy: 'balanced',
    pipeline: 'edges',
    overwrite: false,
    retryFailed: false,
    format: 'keep',
    quality: 90,
    seed: 1,
    include: [],
    exclude: [],
    waitMs: 3_000,
    giveUpMs: 60_000,
    local: 'auto',
    hedge: true,
    verify: 0,
    approximateTiles: false,
    keepMetadata: false,
  },
  ...fields,
})

export const peerSnapshot = (fields: Partial<PeerSnapshot> = {}): PeerSnapshot => ({
  id: peerId(`id-${fields.name ?? 'ann'}`),
  name: 'ann',
  role: 'executor',
  state: 'alive',
  isSelf: false,
  load: 0.3,
  slots: 2,
  running: 1,
  queued: 3,
  isPaused: false,
  isDraining: false,
  counts: { accepted: 10, refused: 4, delayed: 2, completed: 9, failed: 1 },
  msPerMegapixel: 25,
  strategies: { balanced: { tasks: 9, totalMs: 180, meanMs: 20 } },
  addresses: ['/ip4/127.0.0.1/tcp/4601/p2p/12D3KooWAnn'],
  version: '0.1.0',
  pixelVersion: 'test',
  operationsHash: '0123456789abcdef',
  maxPixels: 50_000_000,
  lastSeenMsAgo: 120,
  imagesPerSecond: 0,
  activity: [],
  ...fields,
})

export const jobSnapshot = (fields: Partial<JobSnapshot> = {}): JobSnapshot => ({
  id: jobId('0123456789abcdef0123456789abcdef'),
  coordinator: peerId('id-ann'),
  coordinatorName: 'ann',
  pipeline: 'edges',
  strategy: 'balanced',
  state: 'running',
  total: 40,
  done: 10,
  failed: 0,
  elapsedMs: 5_000,
  imagesPerSecond: 2,
  remainingMs: 15_000,
  own: undefined,
  ...fields,
})
