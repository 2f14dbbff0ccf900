/** Real cluster nodes on loopback with temporary data folders; all end with the test. */

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { ClusterNode, ClusterNodeOptions } from '../../src/peer/node/cluster-node.ts'
import { startClusterNode } from '../../src/peer/node/start-cluster-node.ts'
import type { LoadSource, OwnLoad } from '../../src/peer/ports.ts'

const cleanups: (() => Promise<unknown>)[] = []

afterEach(async () => {
  const nodes = cleanups.splice(0)
  // Folders were pushed first and go last.
  for (const cleanup of nodes.toReversed()) await cleanup()
})

/** An empty folder that goes with the test. */
export async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'murmuration-test-'))
  cleanups.push(() => rm(path, { recursive: true, force: true }))
  return path
}

/** Runs `cleanup` when the test ends; the last given first. */
export const atEnd = (cleanup: () => Promise<unknown>): void => void cleanups.push(cleanup)

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
