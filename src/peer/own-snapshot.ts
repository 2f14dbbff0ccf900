/** This peer's own row of the cluster's picture. */

import { operationsHash, pixelVersion } from '../cv/index.ts'
import { reportSnapshot } from './membership/member-views.ts'
import type { ClusterNode } from './node/cluster-node.ts'
import { packageVersion } from './package-version.ts'
import type { OwnLoad } from './ports.ts'
import type { PeerSnapshot } from './snapshot.ts'

export function ownSnapshot(node: Pick<ClusterNode, 'id' | 'name' | 'addresses'>, load: OwnLoad): PeerSnapshot {
  const { id: peer, name, addresses } = node
  const program = { version: packageVersion(), pixelVersion: pixelVersion(), operationsHash: operationsHash() }
  const facts = reportSnapshot({ ...load, ...program, peer, name, addresses })
  return { ...facts, state: 'alive', isSelf: true, lastSeenMsAgo: 0 }
}
