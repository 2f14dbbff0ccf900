/**
 * What the dashboard costs: 20 peers whose figures change ten times a second, for 60 s, on a terminal of 200 x 60. Nothing
 * but the dashboard runs in this process, so its CPU time is that of drawing.
 */

import { EventEmitter } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../dist/base/clock.js'
import { jobId, peerId } from '../dist/base/ids.js'
import type { ActivitySecond, ClusterSnapshot, JobSnapshot, PeerSnapshot } from '../dist/peer/snapshot.js'
import type { DashboardPort } from '../dist/tui/dashboard/port.js'
import { report } from './measure.ts'

const PEERS = 20
const CHANGE_MS = 100
const SIZES = [
  { columns: 200, rows: 60 },
  { columns: 80, rows: 24 },
] as const

/** As much of a terminal as is drawn on; it only counts. */
class CountingTerminal extends EventEmitter {
  readonly isTTY = true
  readonly columns: number
  readonly rows: number
  writtenBytes = 0
  fullClears = 0
  frames = 0
  constructor({ columns, rows }: { columns: number; rows: number }) {
    super()
    this.columns = columns
    this.rows = rows
  }
  write(text: string, callback?: () => void): boolean {
    this.writtenBytes += Buffer.byteLength(text)
    // erase display, in all its forms but from the cursor to the end of a line
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequence begins with ESC
    this.fullClears += text.match(/\x1b\[[0-3]?J|\x1bc/g)?.length ?? 0
    if (text.includes('\x1b[?2026h')) this.frames += 1
    callback?.()
    return true
  }
}

class SilentKeyboard extends EventEmitter {
  readonly isTTY = true
  setRawMode(): this {
    return this
  }
  setEncoding(): this {
    return this
  }
  read(): null {
    return null
  }
  ref(): void {}
  unref(): void {}
}

const secondAt = (peer: number, second: number): ActivitySecond => ({
  running: (peer + second) % 5,
  completed: (peer * 3 + second * 7) % 9,
  delayed: (peer + second) % 17 === 0 ? 1 : 0,
  refused: (peer + second) % 11 === 0 ? 1 : 0,
  failed: (peer * second) % 97 === 1 ? 1 : 0,
})

function peerAt(index: number, tick: number): PeerSnapshot {
  const done = tick * (1 + (index % 4))
  const second = Math.floor((tick * CHANGE_MS) / 1000)
  return {
    id: peerId(`12D3KooWBenchmark${index}`),
    name: `peer-${String(index).padStart(2, '0')}`,
    role: 'executor',
    state: 'alive',
    isSelf: index === 0,
    load: (index % 10) / 10,
    slots: 4,
    running: (index + tick) % 5,
    queued: tick % 3,
    isPaused: false,
    isDraining: false,
    counts: { accepted: done, refused: tick, delayed: tick % 50, completed: done, failed: 0 },
    msPerMegapixel: 100 + ((index + tick) % 50),
    strategies: { balanced: { tasks: done, totalMs: done * 20, meanMs: 20 } },
    addresses: [`/ip4/192.168.1.${index}/tcp/4601/p2p/12D3KooWBenchmark${index}`],
    version: '0.1.0',
    pixelVersion: 'bench',
    operationsHash: '0123456789abcdef',
    maxPixels: 50_000_000,
    lastSeenMsAgo: (tick * 37) % 4000,
    imagesPerSecond: 1 + ((index * tick) % 100) / 10,
    activity: Array.from({ length: 60 }, (_, at) => secondAt(index, second + at)),
  }
}

function snapshotAt(tick: number): ClusterSnapshot {
  const [self, ...peers] = Array.from({ length: PEERS }, (_, index) => peerAt(index, tick))
  if (self === undefined) throw new Error('the benchmark has no peers')
  const job = (index: number): JobSnapshot => ({
    id: jobId(`${index}`.repeat(32)),
    coordinator: peerId(`12D3KooWBenchmark${index}`),
    coordinatorName: `peer-0${index}`,
    pipeline: 'gaussian:9 | edges',
    strategy: 'balanced',
    state: 'running',
    total: 10_000,
    done: tick * 3,
    failed: 0,
    elapsedMs: tick * CHANGE_MS,
    imagesPerSecond: 30 + (tick % 10),
    remainingMs: 300_000 - tick * CHANGE_MS,
    own: undefined,
  })
  return {
    cluster: { keyFingerprint: 'a1b2-c3d4', reach: 'lan', dataDir: '/tmp', uptimeMs: tick * CHANGE_MS },
    self,
    peers,
    jobs: [job(1), job(2), job(3)],
    history: [],
    log: Array.from({ length: 30 }, (_, index) => ({
      at: index * 1000,
      level: 'info',
      message: `joined peer-${index}`,
    })),
    takenAt: Date.now(),
  }
}

/** @param forMs how long at each size */
export async function dashboard(forMs = 60_000): Promise<void> {
  // as the command itself does, before React is loaded
  process.env['NODE_ENV'] ??= 'production'
  const { runDashboard } = await import('../dist/tui/dashboard/run-dashboard.js')
  for (const size of SIZES) {
    let tick = 0
    let changed = (): void => undefined
    const port: DashboardPort = {
      operations: [],
      strategies: [],
      defaults: { path: '', pipeline: 'edges', strategy: 'balanced', out: 'out' },
      snapshot: () => snapshotAt(tick),
      onChange: (listener) => {
        changed = listener
        return () => undefined
      },
      setLoadProbability: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      drain: async () => undefined,
      submit: async () => jobId('0'),
      cancelJob: () => false,
      retryJob: async () => undefined,
      pipelineFault: () => undefined,
      completePath: async (text) => ({ text, candidates: [] }),
      joinLine: async () => '',
    }
    const terminal = new CountingTerminal(size)
    const ending = new AbortController()
    const ended = runDashboard({
      terminal: terminal as unknown as NodeJS.WriteStream,
      keyboard: new SilentKeyboard() as unknown as NodeJS.ReadStream,
      clock: systemClock,
      port,
      signal: ending.signal,
      onCrash: () => () => undefined,
    })
    await pause(2_000) // code is compiled, the first frame is drawn
    const before = { clears: terminal.fullClears, frames: terminal.frames, bytes: terminal.writtenBytes }
    const cpu = process.cpuUsage()
    const startedAt = performance.now()
    while (performance.now() - startedAt < forMs) {
      await pause(CHANGE_MS)
      tick += 1
      changed()
    }
    const spent = process.cpuUsage(cpu)
    const seconds = (performance.now() - startedAt) / 1000
    const share = (spent.user + spent.system) / 1e6 / seconds
    const frames = (terminal.frames - before.frames) / seconds
    const what = `dashboard, ${PEERS} busy peers, ${size.columns}x${size.rows}, ${Math.round(seconds)} s`
    report(`${what}: CPU`, `${(share * 100).toFixed(1)} % of a core`, 'aim 5 %')
    report(`${what}: full clears`, String(terminal.fullClears - before.clears), 'aim 0')
    report(`${what}: frames`, `${frames.toFixed(1)} /s`)
    report(`${what}: written`, `${((terminal.writtenBytes - before.bytes) / 1024 / seconds).toFixed(1)} KiB/s`)
    ending.abort()
    await ended
  }
}

if (import.meta.main) {
  await dashboard()
  process.exit(0)
}
