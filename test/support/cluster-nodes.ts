/** Real cluster nodes on loopback with temporary data folders; all end with the test. */

import { loadOrCreateKeys } from '../../src/peer/identity/key-file.ts'
import type { ClusterNode, ClusterNodeOptions } from '../../src/peer/node/cluster-node.ts'
import { startClusterNode } from '../../src/peer/node/start-cluster-node.ts'
import type { LoadSource, OwnLoad } from '../../src/peer/ports.ts'
import { atEnd, temporaryFolder } from './temporary-folder.ts'

export interface ChangeableLoad extends LoadSource {
  change(part: Partial<OwnLoad>): void
}

export function createLoad(role: OwnLoad['role'] = 'executor'): ChangeableLoad {
  const listeners = new Set<() => void>()
  let load: OwnLoad = {
    role,
    slots: role === 'executor' ? 2 : 0,
    maxPixels: 50_000_000,
    running: 0,
    parked: 0,
    loadProbability: 0,
    isPaused: false,
    isDraining: false,
    counts: { accepted: 0, refused: 0, delayed: 0, completed: 0, failed: 0 },
    msPerMegapixel: 0,
    strategies: [],
  }
  return {
    read: () => load,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    change(part) {
      load = { ...load, ...part }
      for (const listener of listeners) listener()
    },
  }
}

/** A node on a free port of loopback, stopped when the test ends. */
export async function startTestNode(options: Partial<ClusterNodeOptions> = {}): Promise<ClusterNode> {
  const role = options.role ?? 'executor'
  if (options.keyFile !== undefined) await loadOrCreateKeys(options.keyFile)
  const node = await startClusterNode({
    role,
    dataDir: options.dataDir ?? (await temporaryFolder()),
    listen: '/ip4/127.0.0.1/tcp/0',
    version: '0.0.0-test',
    pixelVersion: 'pixels-1',
    operationsHash: 'operations-1',
    load: createLoad(role),
    ...options,
  })
  atEnd(() => node.stop())
  return node
}
