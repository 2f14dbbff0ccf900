/** What metrics say of the process itself. The event loop is watched only while somebody wants metrics. */

import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { ProcessFigures } from './metric-table.ts'

/** Between two looks; below it a delay is not seen. */
const RESOLUTION_MS = 20

export interface ProcessWatch {
  read(): ProcessFigures
  stop(): void
}

export function watchProcess(): ProcessWatch {
  const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  monitor.enable()
  const startedSeconds = Date.now() / 1000 - process.uptime()
  // what the monitor counts begins with its own interval
  const lateSeconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000)
  return {
    read() {
      const { user, system } = process.cpuUsage()
      const isEmpty = monitor.count === 0
      const mean = isEmpty ? 0 : lateSeconds(monitor.mean)
      const p99 = isEmpty ? 0 : lateSeconds(monitor.percentile(99))
      const max = isEmpty ? 0 : lateSeconds(monitor.max)
      monitor.reset()
      return {
        residentBytes: process.memoryUsage.rss(),
        cpuSeconds: (user + system) / 1e6,
        startedSeconds,
        loopDelaySeconds: { mean, p99, max },
      }
    },
    stop: () => void monitor.disable(),
  }
}
