/** The cluster as this node shows it: members, jobs and candidates for tasks, out of what membership and gossip know. */

import type { Clock } from '../../base/clock.ts'
import type { PeerId } from '../../base/ids.ts'
import type { ActivityBook } from '../membership/activity-book.ts'
import type { KnownJobs } from '../membership/known-jobs.ts'
import type { MemberList } from '../membership/member-list.ts'
import { executorInfo, memberSnapshot } from '../membership/member-views.ts'
import type { Member } from '../membership/membership.ts'
import type { ExecutorInfo } from '../ports.ts'
import type { JobSnapshot, PeerSnapshot } from '../snapshot.ts'

export interface ClusterViews {
  /** Everybody known but oneself, by name. */
  peers(): readonly PeerSnapshot[]
  jobs(): readonly JobSnapshot[]
  /** Alive executors with this peer's pixelVersion and operation set. */
  executors(): readonly ExecutorInfo[]
  hasExecutor(): boolean
  /** Other peers whose jobs run. */
  runningCoordinators(): readonly PeerId[]
}

export interface ClusterViewsOptions {
  readonly self: PeerId
  readonly clock: Clock
  readonly members: Pick<MemberList, 'state' | 'alive'>
  readonly known: Pick<KnownJobs, 'list'>
  readonly activities: Pick<ActivityBook, 'of'>
  readonly pixelVersion: string
  readonly operationsHash: string
}

export function createClusterViews(options: ClusterViewsOptions): ClusterViews {
  const { self, clock, members, known, activities, pixelVersion, operationsHash } = options

  /** Also who was forgotten: a job must not come back to life with that. */
  function isGone(peer: PeerId): boolean {
    if (peer === self) return false
    const member = members.state().members.get(peer)
    return member === undefined || member.goneAtMs !== undefined
  }

  const isCompatibleExecutor = ({ report }: Member): boolean =>
    report.role === 'executor' && report.pixelVersion === pixelVersion && report.operationsHash === operationsHash

  const jobs = (): readonly JobSnapshot[] => known.list(isGone)

  return {
    peers: () =>
      [...members.state().members.values()]
        .map((member) => memberSnapshot(member, activities.of(member.report.peer), clock.now()))
        .sort((a, b) => compareText(a.name, b.name) || compareText(a.id, b.id)),
    jobs,
    executors: () => members.alive().filter(isCompatibleExecutor).map(executorInfo),
    hasExecutor() {
      for (const member of members.state().members.values()) {
        if (member.state === 'alive' && isCompatibleExecutor(member)) return true
      }
      return false
    },
    runningCoordinators: () =>
      jobs().flatMap((job) => (job.state === 'running' && job.coordinator !== self ? [job.coordinator] : [])),
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
