/** The activity of everybody who is listed, from their reports. Bounded by the list: who is forgotten there is forgotten here. */

import type { Clock } from '../../base/clock.ts'
import type { PeerId } from '../../base/ids.ts'
import type { LoadReport } from '../../protocol/messages.ts'
import type { PeerSnapshot } from '../snapshot.ts'
import type { Member } from './membership.ts'
import {
  activitySeconds,
  completedPerSecond,
  endActivity,
  observeLoad,
  type PeerActivity,
  secondOf,
} from './peer-activity.ts'
import { busyIntervalMs } from './report-rate.ts'

export type ActivityFacts = Pick<PeerSnapshot, 'imagesPerSecond' | 'activity'>

const UNKNOWN: ActivityFacts = { imagesPerSecond: 0, activity: [] }

/** A snapshot is taken many times before its seconds change; whoever draws them sees that they are the same. */
const shown = new WeakMap<PeerActivity, { readonly second: number; readonly seconds: PeerSnapshot['activity'] }>()

export function activityFacts(activity: PeerActivity | undefined, nowMs: number): ActivityFacts {
  if (!activity) return UNKNOWN
  const second = secondOf(nowMs)
  let view = shown.get(activity)
  if (view?.second !== second) {
    view = { second, seconds: activitySeconds(activity, nowMs) }
    shown.set(activity, view)
  }
  return { imagesPerSecond: completedPerSecond(activity, nowMs), activity: view.seconds }
}

export interface ActivityBook {
  /** A report that was new to the member list; `peers` in the cluster, oneself included. */
  heard(report: LoadReport, peers: number): void
  /** After a change of the list. */
  follow(members: ReadonlyMap<PeerId, Member>): void
  of(peer: PeerId): ActivityFacts
}

export function createActivityBook(clock: Clock): ActivityBook {
  const activities = new Map<PeerId, PeerActivity>()
  const ended = new Set<PeerId>()

  return {
    heard({ peer, incarnation, running, counts, nextReportWithinMs }, peers) {
      const load = {
        incarnation,
        running,
        counts,
        toldWithinMs: busyIntervalMs(peers),
        promisedWithinMs: nextReportWithinMs,
      }
      activities.set(peer, observeLoad(activities.get(peer), load, clock.now()))
      ended.delete(peer)
    },
    follow(members) {
      for (const [peer, activity] of activities) {
        const member = members.get(peer)
        if (!member) {
          activities.delete(peer)
          ended.delete(peer)
        } else if (member.goneAtMs !== undefined && !ended.has(peer)) {
          ended.add(peer)
          activities.set(peer, endActivity(activity, clock.now()))
        }
      }
    },
    of: (peer) => activityFacts(activities.get(peer), clock.now()),
  }
}
