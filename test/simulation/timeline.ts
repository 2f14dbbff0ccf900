/**
 * The time of a simulated world: one queue of events. Between two events every promise that can settle does, so what happens
 * depends on nothing but the order of the queue.
 */

import { settle } from '../support/virtual-clock.ts'

export interface Scheduled {
  cancel(): void
}

interface Entry {
  readonly atMs: number
  readonly order: number
  /** undefined: cancelled */
  act: (() => void) | undefined
}

export class Timeline {
  /** Milliseconds since the world began. */
  nowMs = 0
  /** Events so far: a world that runs in circles is noticed by it. */
  events = 0
  #order = 0
  /** A binary heap by time, then by order. */
  readonly #heap: Entry[] = []

  at(atMs: number, act: () => void): Scheduled {
    const entry: Entry = { atMs: Math.max(atMs, this.nowMs), order: this.#order++, act }
    this.#push(entry)
    return {
      cancel: () => {
        entry.act = undefined
      },
    }
  }

  after(delayMs: number, act: () => void): Scheduled {
    return this.at(this.nowMs + delayMs, act)
  }

  /** Lets time pass until `isOver` holds, or until `untilMs`. Resolves with whether it held. */
  async runUntil(isOver: () => boolean, untilMs: number): Promise<boolean> {
    await settle()
    for (;;) {
      if (isOver()) return true
      const next = this.#heap[0]
      if (next === undefined || next.atMs > untilMs) break
      this.#pop()
      if (next.act === undefined) continue
      this.nowMs = next.atMs
      this.events++
      next.act()
      await settle()
    }
    this.nowMs = Math.max(this.nowMs, untilMs)
    return isOver()
  }

  #push(entry: Entry): void {
    const heap = this.#heap
    let index = heap.length
    heap.push(entry)
    while (index > 0) {
      const parent = (index - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !isBefore(entry, above)) break
      heap[index] = above
      index = parent
    }
    heap[index] = entry
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      const left = heap[child]
      if (left === undefined) break
      const right = heap[child + 1]
      let smaller = left
      if (right !== undefined && isBefore(right, left)) {
        smaller = right
        child++
      }
      if (!isBefore(smaller, last)) break
      heap[index] = smaller
      index = child
    }
    heap[index] = last
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
