/** Snapshots of a cluster as the dashboard reads them, with sensible contents, for tests that care about one part of it. */

import { jobId, peerId } from '../../src/base/ids.ts'
import type { ActivitySecond, ClusterSnapshot, JobSnapshot, PeerSnapshot } from '../../src/peer/snapshot.ts'
import { finishedJob, peerSnapshot, summary } from './sample-events.ts'

export const second = (fields: Partial<ActivitySecond> = {}): ActivitySecond => ({
  running: 0,
  completed: 0,
  delayed: 0,
  refused: 0,
  failed: 0,
  ...fields,
})

/** A minute in which a peer with two slots became busy, refused a little and delayed a little. */
export const ACTIVITY: readonly ActivitySecond[] = Array.from({ length: 60 }, (_, index) =>
  second({
    running: index < 20 ? 0 : index % 3,
    completed: index < 20 ? 0 : (index * 7) % 5,
    refused: index % 11 === 10 ? 1 : 0,
    delayed: index % 13 === 12 ? 1 : 0,
    failed: index === 50 ? 1 : 0,
  }),
)

export const busyPeer = (fields: Partial<PeerSnapshot> = {}): PeerSnapshot => ({
  ...peerSnapshot(fields),
  imagesPerSecond: 4.2,
  activity: ACTIVITY,
  ...fields,
})

export const busyJob = (fields: Partial<JobSnapshot> = {}): JobSnapshot => ({
  id: jobId('0123456789abcdef0123456789abcdef'),
  coordinator: peerId('id-self'),
  coordinatorName: 'self',
  pipeline: 'edges',
  strategy: 'balanced',
  state: 'running',
  total: 200,
  done: 74,
  failed: 1,
  elapsedMs: 12_300,
  imagesPerSecond: 12.4,
  remainingMs: 10_100,
  own: {
    out: '/home/ann/data/output_dir',
    paths: ['/home/ann/images'],
    failures: [
      { path: 'b/broken.jpg', code: 'ERR_NOT_AN_IMAGE', message: 'expected an image, got an empty file (0 bytes)' },
    ],
    peers: summary().peers,
    refused: 12,
    delayed: 3,
    retries: 2,
  },
  ...fields,
})

export const clusterSnapshot = (fields: Partial<ClusterSnapshot> = {}): ClusterSnapshot => ({
  cluster: {
    keyFingerprint: 'a1b2c3d4',
    reach: 'loopback',
    dataDir: '/home/ann/.local/share/murmuration',
    uptimeMs: 754_000,
  },
  self: busyPeer({ name: 'self', isSelf: true, lastSeenMsAgo: 0, running: 2 }),
  peers: [
    busyPeer({ name: 'attic-kmqa', running: 1, imagesPerSecond: 12.1 }),
    busyPeer({ name: 'bob', state: 'suspect', lastSeenMsAgo: 14_000, running: 0, imagesPerSecond: 0 }),
    busyPeer({ name: 'cellar', isPaused: true, slots: 8, running: 5 }),
    busyPeer({ name: 'dora', state: 'dead', lastSeenMsAgo: 240_000, running: 0 }),
    busyPeer({ name: 'eve', role: 'observer', slots: 0, running: 0, imagesPerSecond: 0, activity: [] }),
  ],
  jobs: [
    busyJob(),
    busyJob({
      id: jobId('f123456789abcdef0123456789abcdef'),
      coordinator: peerId('id-eve'),
      coordinatorName: 'eve',
      pipeline: 'grayscale|gaussian:5',
      strategy: 'weighted-response-time',
      own: undefined,
      failed: 0,
    }),
  ],
  history: [
    finishedJob({
      summary: summary({
        job: jobId('e123456789abcdef0123456789abcdef'),
        images: 69,
        done: 66,
        failed: 3,
        outcome: 'some-failed',
      }),
      paths: ['/home/ann/photos'],
      out: '/home/ann/out',
      coordinator: { id: 'id-self', name: 'self' },
    }),
  ],
  log: [
    { at: Date.UTC(2026, 10, 22, 7, 0, 0), level: 'info', message: 'joined attic-kmqa (executor, 2 slots, load 0.3)' },
    { at: Date.UTC(2026, 10, 22, 7, 1, 0), level: 'warning', message: 'lost dora: nothing heard for 20 s' },
    { at: Date.UTC(2026, 10, 22, 7, 2, 0), level: 'error', message: 'job e1234567 ended: 3 of 69 images failed' },
  ],
  takenAt: Date.UTC(2026, 10, 22, 7, 3, 0),
  ...fields,
})

/** A cluster of one: what a newcomer sees. */
export const lonelySnapshot = (): ClusterSnapshot =>
  clusterSnapshot({
    self: busyPeer({ name: 'self', isSelf: true, running: 0, imagesPerSecond: 0, activity: [], strategies: {} }),
    peers: [],
    jobs: [],
    history: [],
    log: [],
  })
