/** A member as others of this peer see it: a row of the snapshot, and a candidate for tasks. */

import type { LoadReport } from '../../protocol/messages.ts'
import type { ExecutorInfo } from '../ports.ts'
import type { PeerSnapshot } from '../snapshot.ts'
import type { ActivityFacts } from './activity-book.ts'
import type { Member } from './membership.ts'

/** `nowMs` is on the clock of `heardAtMs`. */
export const memberSnapshot = (member: Member, activity: ActivityFacts, nowMs: number): PeerSnapshot => ({
  ...reportSnapshot(member.report),
  ...activity,
  state: member.state,
  isSelf: false,
  lastSeenMsAgo: Math.max(0, nowMs - member.heardAtMs),
})

/** What a load report says of its peer, without its place among the reports of that peer. */
export type ReportedFacts = Omit<
  LoadReport,
  'incarnation' | 'sequence' | 'isLeaving' | 'nextReportWithinMs' | 'toldDirectly'
>

type NotReported = 'state' | 'isSelf' | 'lastSeenMsAgo' | keyof ActivityFacts

/** The part of a snapshot that is in a load report, also in one's own. */
export const reportSnapshot = (report: ReportedFacts): Omit<PeerSnapshot, NotReported> => ({
  id: report.peer,
  name: report.name,
  role: report.role,
  load: report.loadProbability,
  slots: report.slots,
  running: report.running,
  queued: report.parked,
  isPaused: report.isPaused,
  isDraining: report.isDraining,
  counts: report.counts,
  msPerMegapixel: report.msPerMegapixel,
  strategies: Object.fromEntries(
    report.strategies.map(({ strategy, tasks, totalMs }) => [
      strategy,
      { tasks, totalMs, meanMs: tasks > 0 ? totalMs / tasks : 0 },
    ]),
  ),
  addresses: report.addresses,
  version: report.version,
  pixelVersion: report.pixelVersion,
  operationsHash: report.operationsHash,
  maxPixels: report.maxPixels,
})

export const executorInfo = ({ report }: Member): ExecutorInfo => ({
  id: report.peer,
  name: report.name,
  slots: report.slots,
  maxPixels: report.maxPixels,
  loadProbability: report.loadProbability,
  isPaused: report.isPaused,
  isDraining: report.isDraining,
  outstanding: report.running + report.parked,
  msPerMegapixel: report.msPerMegapixel,
})
