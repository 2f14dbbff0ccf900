/** One direction of a stream: what is put in comes out in order, late by the link's latency and bandwidth. It waits while the link is down. */

import type { SimProcess } from './sim-process.ts'
import type { Scheduled, Timeline } from './timeline.ts'

export interface PipeWorld {
  readonly timeline: Timeline
  /** One way, drawn anew for each segment. */
  latencyMs(): number
  readonly bytesPerMs: number
  isUp(): boolean
}

interface Segment {
  readonly dueMs: number
  readonly act: () => void
}

export class Pipe {
  readonly #world: PipeWorld
  readonly #to: SimProcess
  #queue: Segment[] = []
  #scheduled: Scheduled | undefined
  #freeAtMs = 0
  #isHeld = false

  constructor(world: PipeWorld, to: SimProcess) {
    this.#world = world
    this.#to = to
  }

  /** `act` runs in the receiving process. */
  push(sizeBytes: number, act: () => void): void {
    const { timeline, bytesPerMs } = this.#world
    this.#freeAtMs = Math.max(timeline.nowMs, this.#freeAtMs) + sizeBytes / bytesPerMs
    this.#queue.push({ dueMs: this.#freeAtMs + this.#world.latencyMs(), act })
    this.#schedule()
  }

  /** The link is up again. */
  resume(): void {
    if (!this.#isHeld) return
    this.#isHeld = false
    this.#schedule(this.#world.latencyMs())
  }

  clear(): void {
    this.#queue = []
    this.#scheduled?.cancel()
    this.#scheduled = undefined
  }

  #schedule(delayMs = 0): void {
    const head = this.#queue[0]
    if (head === undefined || this.#scheduled !== undefined || this.#isHeld) return
    const { timeline } = this.#world
    this.#scheduled = timeline.at(Math.max(head.dueMs, timeline.nowMs + delayMs), () => {
      this.#scheduled = undefined
      if (!this.#world.isUp()) {
        this.#isHeld = true
        return
      }
      this.#queue.shift()
      this.#to.enter(head.act)
      this.#schedule()
    })
  }
}
