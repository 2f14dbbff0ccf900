/** This peer's own row of the cluster's picture. */

import { operationsHash, pixelVersion } from '../cv/index.ts'
import type { ClusterNode } from './node/cluster-node.ts'
import { packageVersion } from './package-version.ts'
import type { OwnLoad } from './ports.ts'
import type { PeerSnapshot } from './snapshot.ts'

export function ownSnapshot(node: Pick<ClusterNode, 'id' | 'name' | 'addresses'>, load: OwnLoad): PeerSnapshot {
  const { role, slots, running, parked, isPaused, isDraining, counts, msPerMegapixel, maxPixels } = load
  return {
    id: node.id,
    name: node.name,
    role,
    state: 'alive',
    isSelf: true,
    load: load.loadProbability,
    slots,
    running,
    queued: parked,
    isPaused,
    isDraining,
    counts,
    msPerMegapixel,
    strategies: Object.fromEntries(
      load.strategies.map(({ strategy, tasks, totalMs }) => [
        strategy,
        { tasks, totalMs, meanMs: tasks === 0 ? 0 : totalMs / tasks },
      ]),
    ),
    addresses: node.addresses,
    version: packageVersion(),
    pixelVersion: pixelVersion(),
    operationsHash: operationsHash(),
    maxPixels,
    lastSeenMsAgo: 0,
  }
}
