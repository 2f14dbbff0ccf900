/** A peer behind a dashboard that does nothing but remember what it was asked. */

import { jobId } from '../../src/base/ids.ts'
import type { ClusterSnapshot } from '../../src/peer/snapshot.ts'
import type { DashboardPort } from '../../src/tui/dashboard/port.ts'
import { clusterSnapshot } from './sample-snapshot.ts'

export interface FakeDashboardPort extends DashboardPort {
  /** In order: `load 0.35`, `pause`, `cancel <job>`. */
  readonly asked: string[]
  show(snapshot: ClusterSnapshot): void
}

export function createFakeDashboardPort(): FakeDashboardPort {
  const asked: string[] = []
  const listeners = new Set<() => void>()
  let shown = clusterSnapshot()
  const ask = (text: string): void => void asked.push(text)
  return {
    asked,
    show: (snapshot) => {
      shown = snapshot
      for (const listener of [...listeners]) listener()
    },
    operations: [
      { name: 'edges', summary: 'Draws edges in green.' },
      { name: 'equalize', summary: 'Spreads the histogram.' },
      { name: 'grayscale', summary: 'Plain luma.' },
    ],
    strategies: [
      { name: 'random', summary: 'uniformly at random' },
      { name: 'balanced', summary: 'the less loaded of two random peers' },
    ],
    defaults: { path: '', pipeline: 'edges', strategy: 'balanced', out: 'data/output_dir' },
    snapshot: () => shown,
    onChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    setLoadProbability: (probability) => ask(`load ${probability}`),
    pause: () => ask('pause'),
    resume: () => ask('resume'),
    drain: async () => ask('drain'),
    submit: async ({ path, pipeline, strategy, out }) => {
      ask(`submit ${path} ${pipeline} ${strategy} ${out}`)
      return jobId('0123456789abcdef0123456789abcdef')
    },
    cancelJob: (job) => {
      ask(`cancel ${job}`)
      return true
    },
    retryJob: async (job) => ask(`retry ${job}`),
    pipelineFault: (text) =>
      text.includes('edgse') ? 'operation "edgse" is not known; did you mean "edges"?' : undefined,
    completePath: async (text) => ({ text: `${text}/`, candidates: [] }),
    joinLine: async () => 'murmuration-join:secret',
  }
}

export const DASHBOARD_PORT = createFakeDashboardPort()
