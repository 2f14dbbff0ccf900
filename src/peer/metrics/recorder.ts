/** Counts what passes: tasks that were run here, and events of jobs that are coordinated here. Its size is fixed. */

import type { JobEvent } from '../job-events.ts'
import type { HistogramSample, Sample } from './exposition.ts'

/** Milliseconds of each stage of a task that this peer's executor finished, and its bytes. */
export interface FinishedTask {
  readonly queueMs: number
  readonly delayMs: number
  readonly decodeMs: number
  readonly processMs: number
  readonly encodeMs: number
  readonly bodyBytes: number
  readonly resultBytes: number
}

export interface MetricsRecorder {
  /** An image that this peer's executor finished. */
  finished(task: FinishedTask): void
  /** Of a job that this peer coordinates. */
  observe(event: JobEvent): void
  stageTimes(): readonly HistogramSample[]
  bytes(): readonly Sample[]
  images(): readonly Sample[]
  jobEvents(): readonly Sample[]
}

/** Seconds: from a thumbnail's decoding to an image that waits for minutes. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const

const EXECUTOR_STAGES = ['queue', 'delay', 'decode', 'process', 'encode'] as const
const COORDINATOR_STAGES = [...EXECUTOR_STAGES, 'send', 'receive', 'save', 'total'] as const
/** Events that say how a job goes; those of its images' ends are `images`. */
export const COUNTED_EVENTS = ['accepted', 'refused', 'delayed', 'hedged', 'lost', 'retried'] as const

export function createMetricsRecorder(): MetricsRecorder {
  const executor = stageTable(EXECUTOR_STAGES)
  const coordinator = stageTable(COORDINATOR_STAGES)
  const bytes = { executorIn: 0, executorOut: 0, coordinatorIn: 0, coordinatorOut: 0 }
  const images = { done: 0, failed: 0 }
  const events = new Map<string, number>(COUNTED_EVENTS.map((event) => [event, 0]))

  return {
    finished(task) {
      for (const stage of EXECUTOR_STAGES) executor[stage].add(task[`${stage}Ms`] / 1000)
      bytes.executorIn += task.bodyBytes
      bytes.executorOut += task.resultBytes
    },
    observe(event) {
      const count = events.get(event.event)
      if (count !== undefined) events.set(event.event, count + 1)
      if (event.event === 'accepted') bytes.coordinatorOut += event.sizeBytes
      else if (event.event === 'tile-done') bytes.coordinatorIn += event.sizeBytes
      else if (event.event === 'failed') images.failed += 1
      else if (event.event === 'done') {
        images.done += 1
        // of an image in tiles these came with them
        if (event.tile === undefined) bytes.coordinatorIn += event.sizeBytes
        for (const stage of COORDINATOR_STAGES) coordinator[stage].add(event.stages[`${stage}Ms`] / 1000)
      }
    },
    stageTimes: () => [
      ...EXECUTOR_STAGES.map((stage) => executor[stage].sample({ role: 'executor', stage })),
      ...COORDINATOR_STAGES.map((stage) => coordinator[stage].sample({ role: 'coordinator', stage })),
    ],
    bytes: () => [
      { labels: { role: 'executor', direction: 'in' }, value: bytes.executorIn },
      { labels: { role: 'executor', direction: 'out' }, value: bytes.executorOut },
      { labels: { role: 'coordinator', direction: 'in' }, value: bytes.coordinatorIn },
      { labels: { role: 'coordinator', direction: 'out' }, value: bytes.coordinatorOut },
    ],
    images: () => Object.entries(images).map(([outcome, value]) => ({ labels: { outcome }, value })),
    jobEvents: () => [...events].map(([event, value]) => ({ labels: { event }, value })),
  }
}

interface Histogram {
  add(seconds: number): void
  sample(labels: Readonly<Record<string, string>>): HistogramSample
}

function createHistogram(): Histogram {
  const counts = new Array<number>(BOUNDS.length + 1).fill(0)
  let sum = 0
  return {
    add(seconds) {
      const index = BOUNDS.findIndex((bound) => seconds <= bound)
      const bucket = index === -1 ? BOUNDS.length : index
      counts[bucket] = (counts[bucket] ?? 0) + 1
      sum += seconds
    },
    sample: (labels) => ({ labels, bounds: BOUNDS, counts: [...counts], sum }),
  }
}

const stageTable = <Stage extends string>(stages: readonly Stage[]): Record<Stage, Histogram> =>
  Object.fromEntries(stages.map((stage) => [stage, createHistogram()])) as Record<Stage, Histogram>
