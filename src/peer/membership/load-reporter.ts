/**
 * When this peer speaks about itself: at once at first, soon after a change (but not faster than the busy interval), and
 * always before the time that its last report promised. How the words travel is not known here.
 */

import type { Clock, Timer } from '../../base/clock.ts'
import { URGENT_REPORT_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import type { LoadReport } from '../../protocol/messages.ts'
import { busyIntervalMs, idleIntervalMs, promisedMs } from './report-rate.ts'

const log = createLog('load-reporter')

/** The fields that only the reporter knows. */
export type ReportPosition = Pick<LoadReport, 'sequence' | 'nextReportWithinMs' | 'isLeaving'>

export interface LoadReporterOptions {
  readonly clock: Clock
  readonly random: Random
  /** Alive peers, oneself included. */
  countPeers(): number
  compose(position: ReportPosition): LoadReport
  publish(report: LoadReport): Promise<void>
}

export interface LoadReporter {
  /** The first report goes out at once. */
  start(): void
  /** Something that a report tells has changed, or somebody new should hear one. */
  changed(): void
  /** The same, for what a person wants to take effect now: waits for no interval that grows with the cluster. */
  urgent(): void
  /** A report as of now, for a hello. */
  current(): LoadReport
  /** Publishes the last report of this life; there is none after it. */
  leave(): Promise<void>
  stop(): void
}

export function createLoadReporter(options: LoadReporterOptions): LoadReporter {
  const { clock, random } = options
  let sequence = 0
  let isLeaving = false
  let isRunning = false
  /** Something changed since the last report: the next one goes as soon as it may. A busy peer changes hundreds of times a second. */
  let isNewsDue = false
  let timer: Timer | undefined
  let dueAtMs = Number.POSITIVE_INFINITY
  let publishedAtMs = Number.NEGATIVE_INFINITY

  function compose(): LoadReport {
    sequence += 1
    return options.compose({ sequence, isLeaving, nextReportWithinMs: promisedMs(options.countPeers()) })
  }

  async function publish(): Promise<void> {
    publishedAtMs = clock.now()
    isNewsDue = false
    // Spread a little below the promise: peers that started together do not speak together for ever.
    schedule(publishedAtMs + idleIntervalMs(options.countPeers()) * (0.9 + 0.1 * random.next()))
    try {
      await options.publish(compose())
    } catch (error) {
      log.error('a load report was not published - %e', error)
    }
  }

  function schedule(atMs: number): void {
    timer?.cancel()
    if (!isRunning) return
    dueAtMs = atMs
    timer = clock.setTimer(Math.max(0, atMs - clock.now()), () => void publish())
  }

  function speakAfter(intervalMs: number): void {
    if (!isRunning) return
    const soonestMs = Math.max(clock.now(), publishedAtMs + intervalMs)
    if (soonestMs < dueAtMs) schedule(soonestMs)
  }

  return {
    start() {
      isRunning = true
      schedule(clock.now())
    },
    changed() {
      if (isNewsDue) return
      isNewsDue = true
      speakAfter(busyIntervalMs(options.countPeers()))
    },
    urgent: () => speakAfter(URGENT_REPORT_MS),
    current: compose,
    async leave() {
      if (isLeaving) return
      isLeaving = true
      isRunning = false
      await publish()
    },
    stop() {
      isRunning = false
      timer?.cancel()
    },
  }
}
