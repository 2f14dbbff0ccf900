/** A peer that does nothing but what the test says: its snapshot, and the events of its jobs. */

import { peerId } from '../../src/base/ids.ts'
import type { JobEvent, JobSummary } from '../../src/peer/job-events.ts'
import type { Peer, Submission, SubmitOptions } from '../../src/peer/peer.ts'
import type { ClusterSnapshot, PeerSnapshot } from '../../src/peer/snapshot.ts'
import { peerSnapshot } from './sample-events.ts'

/** The events of one job; it may wait for the signal. */
export type JobScript = (paths: readonly string[], options: SubmitOptions) => AsyncIterable<JobEvent>

export interface FakePeer extends Peer {
  readonly submitted: { paths: readonly string[]; options: SubmitOptions }[]
  readonly stops: ({ atOnce?: boolean } | undefined)[]
  script: JobScript
  /** Shows other peers from now on, and tells listeners. */
  showPeers(peers: readonly PeerSnapshot[]): void
}

export function createFakePeer(script: JobScript = async function* () {}): FakePeer {
  const listeners = new Set<() => void>()
  let peers: readonly PeerSnapshot[] = []
  const self = peerSnapshot({ name: 'self', isSelf: true, role: 'observer' })
  const fake: FakePeer = {
    submitted: [],
    stops: [],
    script,
    id: peerId('12D3KooWSelf'),
    name: 'self',
    addresses: ['/ip4/127.0.0.1/tcp/4601/p2p/12D3KooWSelf'],
    metricsUrl: undefined,
    submit: (paths, options = {}) => {
      const list = typeof paths === 'string' ? [paths] : paths
      fake.submitted.push({ paths: list, options })
      return submissionOf(fake.script(list, options))
    },
    snapshot: (): ClusterSnapshot => ({
      cluster: { keyFingerprint: undefined, reach: 'loopback', dataDir: '/home/self/murmuration', uptimeMs: 0 },
      self,
      peers,
      jobs: [],
      history: [],
      log: [],
      takenAt: 0,
    }),
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    dialProblems: () => [],
    waitForExecutors: async (count) => peers.filter((peer) => peer.role === 'executor').length >= count,
    setLoadProbability: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    drain: async () => undefined,
    cancelJob: () => false,
    retryJob: () => undefined,
    stop: async (options) => {
      fake.stops.push(options)
    },
    showPeers: (shown) => {
      peers = shown
      for (const listener of [...listeners]) listener()
    },
  }
  return fake
}

/** Like a real one it also runs when only its summary is asked for. */
function submissionOf(events: AsyncIterable<JobEvent>): Submission {
  const summary = Promise.withResolvers<JobSummary>()
  summary.promise.catch(() => undefined)
  let hasReader = false
  async function* play(): AsyncGenerator<JobEvent> {
    try {
      for await (const event of events) {
        if (event.event === 'summary') summary.resolve(event)
        yield event
      }
    } catch (error) {
      summary.reject(error)
      throw error
    }
  }
  async function playAlone(): Promise<void> {
    for await (const _ of play());
  }
  setImmediate(() => {
    if (!hasReader) playAlone().catch(() => undefined) // whoever awaits the summary meets the error there
  })
  return {
    summary: summary.promise,
    [Symbol.asyncIterator]: () => {
      hasReader = true
      return play()
    },
  }
}
