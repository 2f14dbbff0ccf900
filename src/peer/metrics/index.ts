/** The metrics of one peer: what is counted from its start, and the server that tells it. */

import type { NodeFigures } from '../node/cluster-node.ts'
import type { ClusterSnapshot } from '../snapshot.ts'
import { printMetrics } from './exposition.ts'
import { readMetrics } from './metric-table.ts'
import { openMetricsServer } from './metrics-server.ts'
import { watchProcess } from './process-figures.ts'
import { createMetricsRecorder, type MetricsRecorder } from './recorder.ts'

export interface PeerMetrics {
  readonly recorder: MetricsRecorder
  readonly url: string
  /** The peer is there: from now on requests are answered with what it says. */
  follow(peer: { snapshot(): ClusterSnapshot; figures(): NodeFigures }): void
  /** Idempotent. */
  close(): Promise<void>
}

/**
 * Takes the port before anything else is started: a typing error is answered at once.
 * @throws MurmurationError ERR_PORT_TAKEN
 */
export async function openPeerMetrics(port: number): Promise<PeerMetrics> {
  const recorder = createMetricsRecorder()
  let followed: Parameters<PeerMetrics['follow']>[0] | undefined
  const server = await openMetricsServer(port, () => {
    if (!followed) throw new Error('the peer is not started yet')
    const snapshot = followed.snapshot()
    return printMetrics(readMetrics({ snapshot, recorder, node: followed.figures(), process: watch.read() }))
  })
  const watch = watchProcess()
  return {
    recorder,
    url: server.url,
    follow(peer) {
      followed = peer
    },
    close() {
      watch.stop()
      return server.close()
    },
  }
}
