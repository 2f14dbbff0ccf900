/**
 * What this peer tells about itself: its load and its jobs by gossip, a hello on each new connection, and a farewell. When it
 * speaks is decided by the two reporters of membership/; whatever one hears of others is not known here.
 */

import { type Clock, sleep } from '../../base/clock.ts'
import { type PeerId, peerId } from '../../base/ids.ts'
import { LEAVE_FLUSH_MS, MAX_HELLO_REPORTS } from '../../base/limits.ts'
import type { Random } from '../../base/random.ts'
import type { Hello, JobProgress, LoadReport } from '../../protocol/messages.ts'
import { createJobAnnouncer } from '../membership/job-announcer.ts'
import { createLoadReporter } from '../membership/load-reporter.ts'
import type { MemberList } from '../membership/member-list.ts'
import type { LoadSource } from '../ports.ts'
import type { HelloConnection } from './hello.ts'

/** What does not change in a report while the peer runs. */
export type OwnFacts = Pick<
  LoadReport,
  'peer' | 'incarnation' | 'name' | 'role' | 'version' | 'pixelVersion' | 'operationsHash'
>

export interface AnnouncementsOptions {
  readonly clock: Clock
  readonly random: Random
  readonly load: LoadSource
  readonly own: OwnFacts
  readonly members: Pick<MemberList, 'alive' | 'countAlive'>
  addresses(): LoadReport['addresses']
  /** Before a report of one's own goes out. */
  onReport(report: LoadReport): void
  /** Resolves with the peers that it was sent to. */
  publishReport(report: LoadReport): Promise<ReadonlySet<PeerId>>
  publishJob(progress: JobProgress): Promise<void>
  connections(): readonly HelloConnection[]
  /** Says hello; never rejects. */
  greet(connection: HelloConnection): Promise<unknown>
}

export interface Announcements {
  /** The first report goes out at once. */
  start(): void
  /** Somebody new listens. */
  repeat(): void
  /** A person changed something: no interval that grows with the cluster is waited for. */
  speakNow(): void
  announceJob(progress: JobProgress): void
  composeHello(): Hello
  /** Load reports by gossip. */
  readonly reportsSent: number
  /** The farewell, and a moment for it to go out. Idempotent. */
  leave(): Promise<void>
  stop(): void
}

export function createAnnouncements(options: AnnouncementsOptions): Announcements {
  const { clock, random, load, own, members } = options
  let reportsSent = 0
  let stopListeningToLoad: (() => void) | undefined
  let leaving: Promise<void> | undefined

  const reporter = createLoadReporter({
    clock,
    random,
    countPeers: () => members.countAlive() + 1,
    compose: (position) => ({
      ...load.read(),
      ...position,
      ...own,
      addresses: options.addresses(),
      toldDirectly: 0, // known to gossip alone
    }),
    async publish(report) {
      reportsSent += 1
      options.onReport(report)
      const told = await options.publishReport(report)
      if (report.isLeaving) sayFarewell(told)
    },
  })

  /** A peer that leaves soon after it came has neighbours that its gossip does not reach yet: a hello does. */
  function sayFarewell(told: ReadonlySet<PeerId>): void {
    const neighbours = new Map(options.connections().map((one) => [peerId(one.remotePeer.toString()), one]))
    for (const [peer, connection] of neighbours) if (!told.has(peer)) void options.greet(connection)
  }

  const announcer = createJobAnnouncer(clock, options.publishJob)

  return {
    start() {
      stopListeningToLoad = load.onChange(reporter.changed)
      reporter.start()
    },
    repeat() {
      reporter.changed()
      announcer.repeat()
    },
    speakNow: reporter.urgent,
    announceJob: announcer.announce,
    composeHello() {
      const nowMs = clock.now()
      const latestFirst = members.alive().toSorted((a, b) => b.heardAtMs - a.heardAtMs)
      const heard = latestFirst.slice(0, MAX_HELLO_REPORTS).map(({ report, heardAtMs }) => ({
        report,
        ageMs: Math.max(0, nowMs - heardAtMs),
      }))
      return { own: reporter.current(), heard }
    },
    get reportsSent() {
      return reportsSent
    },
    leave() {
      leaving ??= reporter.leave().then(() => sleep(clock, LEAVE_FLUSH_MS))
      return leaving
    },
    stop() {
      stopListeningToLoad?.()
      reporter.stop()
      announcer.stop()
    },
  }
}
