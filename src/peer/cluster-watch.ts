/** Writes into the peer's log what changed in the cluster since it last looked: peers, ends of jobs, addresses that fail. */

import type { JobId, PeerId } from '../base/ids.ts'
import { membershipChanges, membershipSentence } from './membership/membership-changes.ts'
import type { ClusterNode } from './node/cluster-node.ts'
import type { PeerLog } from './peer-log.ts'
import type { JobSnapshot, LogLine, PeerSnapshot } from './snapshot.ts'

type WatchedNode = Pick<ClusterNode, 'id' | 'peers' | 'jobs' | 'dialProblems'>

export interface ClusterWatch {
  look(): void
}

export interface ClusterWatchOptions {
  readonly node: WatchedNode
  readonly log: PeerLog
  /** A job of another coordinator ended. */
  onForeignJobEnded(): void
}

export function createClusterWatch({ node, log, onForeignJobEnded }: ClusterWatchOptions): ClusterWatch {
  let peers: readonly PeerSnapshot[] = []
  let running: ReadonlySet<JobId> = new Set()
  let problems: ReadonlySet<string> = new Set()

  function lookAtJobs(): void {
    const jobs = node.jobs()
    for (const job of jobs) {
      if (job.state === 'running' || !running.has(job.id)) continue
      log.add(levelOf(job), endingSentence(job, node.id))
      if (job.coordinator !== node.id) onForeignJobEnded()
    }
    running = new Set(jobs.filter(({ state }) => state === 'running').map(({ id }) => id))
  }

  function lookAtProblems(): void {
    const sentences = node.dialProblems().map(({ message }) => message)
    for (const sentence of sentences) if (!problems.has(sentence)) log.add('warning', sentence)
    problems = new Set(sentences)
  }

  return {
    look() {
      const now = node.peers()
      for (const change of membershipChanges(peers, now)) {
        log.add(change.event === 'lost' ? 'warning' : 'info', membershipSentence(change))
      }
      peers = now
      lookAtJobs()
      lookAtProblems()
    },
  }
}

const levelOf = ({ state, failed }: JobSnapshot): LogLine['level'] =>
  state === 'done' && failed === 0 ? 'info' : 'warning'

/** Eight digits tell jobs apart on a screen. */
const SHOWN_ID_CHARS = 8

function endingSentence(job: JobSnapshot, self: PeerId): string {
  const { id, state, total, done, failed, coordinator, coordinatorName } = job
  const whose = coordinator === self ? '' : ` of ${coordinatorName}`
  const failures = failed > 0 ? `, ${failed} failed` : ''
  return `job ${id.slice(0, SHOWN_ID_CHARS)}${whose} ${state === 'done' ? 'is done' : 'stopped'}: ${done} of ${total} images${failures}`
}
