/** This peer's own row of the cluster's picture. */

import type { Clock } from '../base/clock.ts'
import { operationsHash, pixelVersion } from '../cv/index.ts'
import { activityFacts } from './membership/activity-book.ts'
import { reportSnapshot } from './membership/member-views.ts'
import { observeLoad, type PeerActivity } from './membership/peer-activity.ts'
import type { ClusterNode } from './node/cluster-node.ts'
import { packageVersion } from './package-version.ts'
import type { LoadSource } from './ports.ts'
import type { PeerSnapshot } from './snapshot.ts'

export interface OwnRow {
  /** To be called soon after a change: what happened since is told of this second. */
  look(): void
  read(): PeerSnapshot
}

export function createOwnRow(
  node: Pick<ClusterNode, 'id' | 'name' | 'addresses'>,
  load: LoadSource,
  clock: Clock,
): OwnRow {
  const program = { version: packageVersion(), pixelVersion: pixelVersion(), operationsHash: operationsHash() }
  let activity: PeerActivity | undefined

  /** A change is seen as soon as it happens or little later: nothing has to be spread, and no silence is too long. */
  function look(): void {
    const { running, counts } = load.read()
    const observed = { incarnation: 0, running, counts, toldWithinMs: 0, promisedWithinMs: Number.POSITIVE_INFINITY }
    activity = observeLoad(activity, observed, clock.now())
  }

  look()
  return {
    look,
    read() {
      look()
      const { id: peer, name, addresses } = node
      const facts = reportSnapshot({ ...load.read(), ...program, peer, name, addresses })
      return { ...facts, ...activityFacts(activity, clock.now()), state: 'alive', isSelf: true, lastSeenMsAgo: 0 }
    },
  }
}
