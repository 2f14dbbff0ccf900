/** CPU and memory of this machine, and what a container leaves of them. */

import { availableParallelism, totalmem } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type Clock, sleep } from '../../base/clock.ts'
import { type CpuReading, shareOfOthers } from '../executor/load/cpu-share.ts'
import { type CpuReader, readCpu } from '../executor/load/load-meter.ts'
import type { CpuUse, DoctorMachine } from './world.ts'

/** Between two timers of the event loop's monitor. */
const MONITOR_STEP_MS = 20
/** Linux counts the CPU time of processes in these (`getconf CLK_TCK`: 100 everywhere). */
const CLOCK_TICK_MS = 10

export interface SystemMachineOptions {
  readonly clock: Clock
  /** How long the CPU is measured, from now on. */
  readonly waitMs: number
  readonly cores: number
  /** Undefined where there is no such file. */
  readText(path: string): Promise<string | undefined>
  /** Processes of this user's peers. */
  readonly peerPids: Promise<readonly number[]>
  readonly readCpu?: CpuReader
}

export function createSystemMachine(options: SystemMachineOptions): DoctorMachine {
  const { cores, readText } = options
  const use = measureCpu(options)
  return {
    nodeVersion: process.versions.node,
    parallelism: availableParallelism(),
    cores,
    cpuLimit: () => readCpuLimit(readText),
    memoryBytes() {
      // 0 or a number beyond all memory where nothing limits it
      const limitBytes = process.constrainedMemory()
      return limitBytes > 0 ? Math.min(limitBytes, totalmem()) : totalmem()
    },
    cpuUse: () => use,
  }
}

async function measureCpu(options: SystemMachineOptions): Promise<CpuUse> {
  const { clock, waitMs, cores, readText } = options
  const read = options.readCpu ?? readCpu
  const monitor = monitorEventLoopDelay({ resolution: MONITOR_STEP_MS })
  const pids = await options.peerPids
  const readPeers = async (): Promise<number> => {
    const times = await Promise.all(pids.map((pid) => processCpuMs(readText, pid)))
    return times.reduce((sum, timeMs) => sum + timeMs, 0)
  }
  const peersBeforeMs = await readPeers()
  const before: CpuReading = { atMs: clock.now(), ...read() }
  monitor.enable()
  await sleep(clock, waitMs)
  monitor.disable()
  const after: CpuReading = { atMs: clock.now(), ...read() }
  const capacityMs = Math.max(1, (after.atMs - before.atMs) * cores)
  const peers = Math.min(1, Math.max(0, (await readPeers()) - peersBeforeMs) / capacityMs)
  const others = Math.max(0, (shareOfOthers(before, after) ?? 0) - peers)
  const lateMs = monitor.count === 0 ? waitMs : monitor.percentile(90) / 1e6 - MONITOR_STEP_MS
  return { others, peers, timerDelayMs: Math.max(0, lateMs) }
}

/** User and system time of a process, 0 where the system does not tell. */
async function processCpuMs(readText: SystemMachineOptions['readText'], pid: number): Promise<number> {
  const text = await readText(`/proc/${pid}/stat`)
  // the name in parentheses may hold anything
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? []
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * CLOCK_TICK_MS
}

/** Cores of the narrowest CPU quota on the way up from this process's control group; undefined without one. */
export async function readCpuLimit(readText: SystemMachineOptions['readText']): Promise<number | undefined> {
  const membership = (await readText('/proc/self/cgroup')) ?? ''
  const path = /^0::(\/.*)$/m.exec(membership)?.[1] ?? '/'
  const parts = path.split('/').filter((part) => part !== '' && part !== '..')
  // inside a container its own group is the root
  const folders = parts.map((_, index) => `/sys/fs/cgroup/${parts.slice(0, index + 1).join('/')}`)
  const limits = await Promise.all(
    ['/sys/fs/cgroup', ...folders].map(async (folder) => {
      const [quota = '', period = ''] = (await readText(`${folder}/cpu.max`))?.trim().split(' ') ?? []
      return coresOf(quota, period)
    }),
  )
  const [oldQuota, oldPeriod] = await Promise.all([
    readText('/sys/fs/cgroup/cpu/cpu.cfs_quota_us'),
    readText('/sys/fs/cgroup/cpu/cpu.cfs_period_us'),
  ])
  const known = [...limits, coresOf(oldQuota ?? '', oldPeriod ?? '')].filter((limit) => limit !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/** `max` or -1 stand for no limit. */
function coresOf(quota: string, period: string): number | undefined {
  const cores = Number(quota.trim()) / Number(period.trim())
  return quota !== '' && Number.isFinite(cores) && cores > 0 ? cores : undefined
}
