/**
 * The models that a coordinator gives away: those of its running jobs, to the peers that these jobs use.
 */

import type { PeerId } from '../../base/ids.ts'
import type { ModelLookup } from '../node/model-streams.ts'
import type { ClusterPort } from '../ports.ts'
import type { Model } from './model-file.ts'

export interface ServedModels {
  /**
   * Gives the model to peers that a job opens task streams to through `cluster`, until `stop`.
   * @param onSent it has left for this peer
   */
  serve(model: Model, job: { readonly cluster: ClusterPort; onSent(peer: PeerId): void }): ServedJob
  readonly find: ModelLookup
}

export interface ServedJob {
  /** The same cluster; opening a stream through it is what makes a peer one of the job's. */
  readonly cluster: ClusterPort
  stop(): void
}

interface Serving {
  readonly model: Model
  readonly peers: Set<PeerId>
  onSent(peer: PeerId): void
}

/** @param self may always have what its own jobs use: its executor is not reached by streams of the cluster */
export function createServedModels(self: PeerId): ServedModels {
  const jobs = new Set<Serving>()
  return {
    serve(model, { cluster, onSent }) {
      const serving: Serving = { model, peers: new Set([self]), onSent }
      jobs.add(serving)
      return {
        cluster: {
          executors: () => cluster.executors(),
          isSettled: () => cluster.isSettled?.() ?? false,
          onChange: (listener) => cluster.onChange(listener),
          announceJob: (progress) => cluster.announceJob(progress),
          open(peer, options) {
            serving.peers.add(peer)
            return cluster.open(peer, options)
          },
        },
        stop: () => void jobs.delete(serving),
      }
    },

    find(digest, peer) {
      for (const { model, peers, onSent } of jobs) {
        if (model.digest === digest && peers.has(peer)) return { bytes: model.bytes, onSent: () => onSent(peer) }
      }
      return undefined
    },
  }
}
