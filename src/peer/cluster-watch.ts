/**
 * Writes into the peer's log what changed in the cluster since it last looked: peers, ends of others' jobs, addresses that
 * fail. A job may begin and end between two looks. What nobody said to run while this peer was here is no news: it may have ended
 * long ago.
 */

import type { JobId } from '../base/ids.ts'
import { jobEndSentence } from './job-end-sentence.ts'
import { conflictSentence } from './membership/identity-conflicts.ts'
import { membershipChanges, membershipSentence } from './membership/membership-changes.ts'
import type { ClusterNode } from './node/cluster-node.ts'
import type { PeerLog } from './peer-log.ts'
import type { JobSnapshot, LogLine, PeerSnapshot } from './snapshot.ts'

type WatchedNode = Pick<
  ClusterNode,
  'id' | 'peers' | 'presence' | 'jobs' | 'wasRunning' | 'dialProblems' | 'identityConflicts'
>

export interface ClusterWatch {
  look(): void
}

export interface ClusterWatchOptions {
  readonly node: WatchedNode
  readonly log: PeerLog
  /** A job of another coordinator has ended, perhaps unseen. */
  onForeignJobEnded(): void
}

export function createClusterWatch({ node, log, onForeignJobEnded }: ClusterWatchOptions): ClusterWatch {
  let peers: readonly PeerSnapshot[] = []
  let ended: ReadonlySet<JobId> = new Set()
  let problems: ReadonlySet<string> = new Set()
  let seenPresence = -1

  function lookAtPeers(): void {
    if (node.presence() === seenPresence) return
    seenPresence = node.presence()
    const now = node.peers()
    for (const change of membershipChanges(peers, now)) {
      log.add(change.event === 'lost' ? 'warning' : 'info', membershipSentence(change))
    }
    peers = now
  }

  function lookAtJobs(): void {
    const jobs = node.jobs().filter(({ coordinator }) => coordinator !== node.id)
    for (const job of jobs) {
      if (job.state === 'running' || ended.has(job.id)) continue
      if (node.wasRunning(job.id)) log.add(levelOf(job), endingSentence(job))
      onForeignJobEnded()
    }
    ended = new Set(jobs.filter(({ state }) => state !== 'running').map(({ id }) => id))
  }

  function lookAtProblems(): void {
    const sentences = [
      ...node.dialProblems().map(({ message }) => message),
      ...node.identityConflicts().map(conflictSentence),
    ]
    for (const sentence of sentences) if (!problems.has(sentence)) log.add('warning', sentence)
    problems = new Set(sentences)
  }

  return {
    look() {
      lookAtPeers()
      lookAtJobs()
      lookAtProblems()
    },
  }
}

const levelOf = ({ state, failed }: JobSnapshot): LogLine['level'] =>
  state === 'done' && failed === 0 ? 'info' : 'warning'

function endingSentence({ id, state, total, done, failed, coordinatorName }: JobSnapshot): string {
  const how = state === 'done' ? 'is done' : 'stopped'
  return jobEndSentence({ id, whose: coordinatorName, how, done, total, failed })
}
