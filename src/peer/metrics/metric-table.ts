/**
 * Every metric, once: what it is called, what it says, and where its samples come from. docs/DEPLOYMENT.md lists them, a test
 * compares. Labels have few values that are known beforehand: no peer, no job and no file is ever a label.
 */

import { STRATEGY_NAMES } from '../coordinator/strategies/index.ts'
import type { NodeFigures } from '../node/cluster-node.ts'
import type { ClusterSnapshot, PeerSnapshot } from '../snapshot.ts'
import type { HistogramSample, MetricFamily, MetricType, Sample } from './exposition.ts'
import type { MetricsRecorder } from './recorder.ts'

/** Everything that a metric is read from, at the moment of asking. */
export interface MetricSources {
  readonly snapshot: ClusterSnapshot
  readonly recorder: MetricsRecorder
  readonly node: NodeFigures
  readonly process: ProcessFigures
}

export interface ProcessFigures {
  readonly residentBytes: number
  readonly cpuSeconds: number
  /** Since the Unix epoch. */
  readonly startedSeconds: number
  /** How late the event loop was since the last asking. */
  readonly loopDelaySeconds: { readonly mean: number; readonly p99: number; readonly max: number }
}

export interface Metric {
  readonly name: string
  readonly type: MetricType
  readonly help: string
  /** Names of its labels. */
  readonly labels: readonly string[]
  read(sources: MetricSources): readonly (Sample | HistogramSample)[]
}

const one = (value: number): readonly Sample[] => [{ value }]
const flag = (is: boolean): readonly Sample[] => one(is ? 1 : 0)

const ROLES = ['executor', 'observer'] as const
const STATES = ['alive', 'suspect', 'dead', 'left'] as const

function countPeers(peers: readonly PeerSnapshot[]): readonly Sample[] {
  return ROLES.flatMap((role) =>
    STATES.map((state) => ({
      labels: { role, state },
      value: peers.filter((peer) => peer.role === role && peer.state === state).length,
    })),
  )
}

/** A coordinator may name any strategy; those that this program does not know share a label. */
function byStrategy(self: PeerSnapshot, figureOf: (totals: { tasks: number; totalMs: number }) => number): Sample[] {
  const sums = new Map<string, number>([...STRATEGY_NAMES, 'other'].map((name) => [name, 0]))
  for (const [name, totals] of Object.entries(self.strategies)) {
    const label = sums.has(name) ? name : 'other'
    sums.set(label, (sums.get(label) ?? 0) + figureOf(totals))
  }
  return [...sums].map(([strategy, value]) => ({ labels: { strategy }, value }))
}

export const METRICS: readonly Metric[] = [
  {
    name: 'murmuration_info',
    type: 'gauge',
    help: 'Always 1; its labels say what runs.',
    labels: ['version', 'role'],
    read: ({ snapshot: { self } }) => [{ labels: { version: self.version, role: self.role }, value: 1 }],
  },
  {
    name: 'murmuration_slots',
    type: 'gauge',
    help: 'Tasks that this peer runs at once; 0 in an observer.',
    labels: [],
    read: ({ snapshot }) => one(snapshot.self.slots),
  },
  {
    name: 'murmuration_tasks_running',
    type: 'gauge',
    help: 'Tasks in a slot of this peer now, sleeping ones too.',
    labels: [],
    read: ({ snapshot }) => one(snapshot.self.running),
  },
  {
    name: 'murmuration_tasks_parked',
    type: 'gauge',
    help: 'Tasks that wait at this peer now.',
    labels: [],
    read: ({ snapshot }) => one(snapshot.self.queued),
  },
  {
    name: 'murmuration_load_probability',
    type: 'gauge',
    help: 'Load probability of this peer, 0 to 1: given by --load, or measured by --load auto.',
    labels: [],
    read: ({ snapshot }) => one(snapshot.self.load),
  },
  {
    name: 'murmuration_paused',
    type: 'gauge',
    help: '1 while this peer is paused.',
    labels: [],
    read: ({ snapshot }) => flag(snapshot.self.isPaused),
  },
  {
    name: 'murmuration_draining',
    type: 'gauge',
    help: '1 while this peer takes no tasks for good.',
    labels: [],
    read: ({ snapshot }) => flag(snapshot.self.isDraining),
  },
  {
    name: 'murmuration_tasks_total',
    type: 'counter',
    help: 'Tasks that were offered to this peer, by what became of them; delayed ones are also accepted, accepted ones end completed, failed or cancelled.',
    labels: ['outcome'],
    read: ({ snapshot }) =>
      Object.entries(snapshot.self.counts).map(([outcome, value]) => ({ labels: { outcome }, value })),
  },
  {
    name: 'murmuration_task_stage_seconds',
    type: 'histogram',
    help: 'Time of each stage of a task: as executor of tasks run here, as coordinator of images of own jobs.',
    labels: ['role', 'stage'],
    read: ({ recorder }) => recorder.stageTimes(),
  },
  {
    name: 'murmuration_task_bytes_total',
    type: 'counter',
    help: 'Encoded images in and out: as executor of tasks run here, as coordinator of own jobs.',
    labels: ['role', 'direction'],
    read: ({ recorder }) => recorder.bytes(),
  },
  {
    name: 'murmuration_strategy_tasks_total',
    type: 'counter',
    help: 'Tasks that this identity finished under each strategy, also before restarts.',
    labels: ['strategy'],
    read: ({ snapshot }) => byStrategy(snapshot.self, ({ tasks }) => tasks),
  },
  {
    name: 'murmuration_strategy_task_seconds_total',
    type: 'counter',
    help: 'Time of those tasks, sleep and work.',
    labels: ['strategy'],
    read: ({ snapshot }) => byStrategy(snapshot.self, ({ totalMs }) => totalMs / 1000),
  },
  {
    name: 'murmuration_jobs_running',
    type: 'gauge',
    help: 'Jobs in the cluster that run now, by whether this peer coordinates them.',
    labels: ['coordinator'],
    read({ snapshot: { jobs, self } }) {
      const running = jobs.filter(({ state }) => state === 'running')
      const own = running.filter(({ coordinator }) => coordinator === self.id).length
      return [
        { labels: { coordinator: 'self' }, value: own },
        { labels: { coordinator: 'other' }, value: running.length - own },
      ]
    },
  },
  {
    name: 'murmuration_job_images_total',
    type: 'counter',
    help: 'Images of jobs that this peer coordinates, by how they ended.',
    labels: ['outcome'],
    read: ({ recorder }) => recorder.images(),
  },
  {
    name: 'murmuration_job_events_total',
    type: 'counter',
    help: 'What peers did with tasks of jobs that this peer coordinates.',
    labels: ['event'],
    read: ({ recorder }) => recorder.jobEvents(),
  },
  {
    name: 'murmuration_peers',
    type: 'gauge',
    help: 'Other peers that this one knows, by role and state.',
    labels: ['role', 'state'],
    read: ({ snapshot }) => countPeers(snapshot.peers),
  },
  {
    name: 'murmuration_connections',
    type: 'gauge',
    help: 'Other peers that there is an open connection to.',
    labels: [],
    read: ({ node }) => one(node.connections),
  },
  {
    name: 'murmuration_failed_proofs_total',
    type: 'counter',
    help: 'Connections on which the other side held another cluster key.',
    labels: [],
    read: ({ node }) => one(node.failedProofs),
  },
  {
    name: 'murmuration_gossip_reports_total',
    type: 'counter',
    help: 'Load reports of others that were heard, by gossip and hello, and own ones that were sent.',
    labels: ['direction'],
    read: ({ node }) => [
      { labels: { direction: 'heard' }, value: node.reportsHeard },
      { labels: { direction: 'sent' }, value: node.reportsSent },
    ],
  },
  {
    name: 'murmuration_event_loop_delay_seconds',
    type: 'gauge',
    help: 'How late timers of the main thread were since the last scrape.',
    labels: ['statistic'],
    read: ({ process }) =>
      Object.entries(process.loopDelaySeconds).map(([statistic, value]) => ({ labels: { statistic }, value })),
  },
  {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    help: 'Memory of this process with its workers.',
    labels: [],
    read: ({ process }) => one(process.residentBytes),
  },
  {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    help: 'CPU time of this process with its workers, user and system.',
    labels: [],
    read: ({ process }) => one(process.cpuSeconds),
  },
  {
    name: 'process_start_time_seconds',
    type: 'gauge',
    help: 'When this process was started, in seconds since the Unix epoch.',
    labels: [],
    read: ({ process }) => one(process.startedSeconds),
  },
]

export const readMetrics = (sources: MetricSources): readonly MetricFamily[] =>
  METRICS.map(({ name, type, help, read }) => ({ name, type, help, samples: read(sources) }))
