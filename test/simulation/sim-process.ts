/**
 * One operating system process of the simulated world: the only way in for time, frames and disk. It can be stopped and continued
 * (SIGSTOP: its timers run late, what arrives waits) and killed (nothing of it ever runs again).
 */

import type { Clock, Timer } from '../../src/base/clock.ts'
import type { Random } from '../../src/base/random.ts'
import type { Timeline } from './timeline.ts'

/** A moment in November 2026, for people's eyes in the trace. */
const EPOCH_MS = 1_795_000_000_000

export interface ProcessOptions {
  readonly name: string
  readonly pid: number
  readonly timeline: Timeline
  readonly random: Random
  /** Remembers where timers were set: slow. */
  readonly isTraced: boolean
  /** An exception that leaves a callback ends a real process. */
  onUncaught(error: unknown): void
}

export class SimProcess {
  readonly name: string
  readonly pid: number
  readonly clock: Clock
  /** Of src/peer/files: jobs that hold the lock of their folder. */
  readonly lockingJobs = new Set<string>()
  state: 'running' | 'stopped' | 'dead' = 'running'
  /** When it last could not run: stopped until then. */
  stoppedUntilMs = Number.NEGATIVE_INFINITY
  stoppedSinceMs = Number.NEGATIVE_INFINITY
  readonly #options: ProcessOptions
  /** With where it was set, when somebody looks. */
  readonly #pending = new Set<Error | object>()
  #overdue: (() => void)[] = []
  #arrived: (() => void)[] = []

  constructor(options: ProcessOptions) {
    const { timeline, random } = options
    this.#options = options
    this.name = options.name
    this.pid = options.pid
    // every process counts from a moment of its own, and no two wall clocks agree
    const startMs = timeline.nowMs - random.next() * 1_000
    const skewMs = Math.round((random.next() - 0.5) * 7_200_000)
    this.clock = {
      now: () => timeline.nowMs - startMs,
      wallTime: () => EPOCH_MS + Math.floor(timeline.nowMs) + skewMs,
      setTimer: (delayMs, callback) => this.#setTimer(delayMs, callback),
    }
  }

  /** Timers that are set and did not fire. */
  get pendingTimers(): number {
    return this.#pending.size
  }

  /** Where those were set; empty unless traced. */
  get pendingTimerPlaces(): string[] {
    return [...this.#pending].map((key) =>
      key instanceof Error ? (key.stack?.split('\n').slice(3, 6).join(' ') ?? '') : '',
    )
  }

  get isRunning(): boolean {
    return this.state === 'running'
  }

  /** Something from outside: a frame, an answer of the disk. A stopped process gets it when it goes on, a dead one never. */
  enter(act: () => void): void {
    if (this.state === 'running') this.#run(act)
    else if (this.state === 'stopped') this.#arrived.push(act)
  }

  stop(): void {
    if (this.state !== 'running') return
    this.state = 'stopped'
    this.stoppedSinceMs = this.#options.timeline.nowMs
  }

  continue(): void {
    if (this.state !== 'stopped') return
    const { timeline, random } = this.#options
    this.state = 'running'
    this.stoppedUntilMs = timeline.nowMs
    // node looks first at timers or at sockets, depending on where it was stopped
    const waiting = random.next() < 0.5 ? [this.#overdue, this.#arrived] : [this.#arrived, this.#overdue]
    this.#overdue = []
    this.#arrived = []
    for (const act of waiting.flat()) timeline.at(timeline.nowMs, () => this.enter(act))
  }

  kill(): void {
    this.state = 'dead'
    this.#pending.clear()
    this.#overdue = []
    this.#arrived = []
  }

  #setTimer(delayMs: number, callback: () => void): Timer {
    const { timeline } = this.#options
    const key = this.#options.isTraced ? new Error('set') : {}
    this.#pending.add(key)
    const fire = (): void => {
      if (this.#pending.delete(key)) this.#run(callback)
    }
    // as setTimeout does: whole milliseconds, at least one
    const scheduled = timeline.after(Math.max(1, Math.trunc(delayMs)), () => {
      if (this.state === 'stopped') this.#overdue.push(fire)
      else if (this.state === 'running') fire()
    })
    return {
      cancel: () => {
        this.#pending.delete(key)
        scheduled.cancel()
      },
    }
  }

  #run(act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#options.onUncaught(error)
    }
  }
}
