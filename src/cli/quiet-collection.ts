/**
 * A peer at rest gives memory back. V8 collects when a heap has grown, and the heap of a peer that only gossips hardly grows: what
 * its start, the joining of others or a job left behind stayed for minutes (157 MB instead of 123 after a start). So a peer
 * that has nothing to do collects once, and again only when its heap has grown well beyond what that left: 80 ms each (measured).
 */

import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock, Timer } from '../base/clock.ts'
import { QUIET_COLLECTION_FIRST_MS, QUIET_COLLECTION_GROWTH_BYTES, QUIET_COLLECTION_MS } from '../base/limits.ts'

export interface QuietHeap {
  /** What the heap takes of the machine's memory. */
  bytes(): number
  /** The whole of it, now. */
  collect(): void
}

export interface QuietCollectionOptions {
  readonly clock: Clock
  /** Work is under way: collecting now would hold it up, and find little. */
  isBusy(): boolean
  /** This process's unless given. */
  readonly heap?: QuietHeap
}

/** Returns the way to stop. */
export function collectWhenQuiet({ clock, isBusy, heap = ownHeap() }: QuietCollectionOptions): () => void {
  /** What the last collection left, read at the next look: it may be still growing into what it needs. */
  let lean: number | 'not yet read' | undefined
  let timer: Timer = clock.setTimer(QUIET_COLLECTION_FIRST_MS, look)

  function look(): void {
    timer = clock.setTimer(QUIET_COLLECTION_MS, look)
    if (isBusy()) return
    const bytes = heap.bytes()
    if (lean === 'not yet read') lean = bytes
    else if (lean === undefined || bytes > lean + QUIET_COLLECTION_GROWTH_BYTES) {
      heap.collect()
      lean = 'not yet read'
    }
  }

  return () => timer.cancel()
}

function ownHeap(): QuietHeap {
  let collect: (() => void) | undefined
  return {
    bytes: () => getHeapStatistics().total_heap_size,
    collect() {
      collect ??= exposedCollector()
      collect?.()
    },
  }
}

/** Node shows `gc` only where the flag was set before the context was made; a flag on the command line is not ours to demand. */
function exposedCollector(): (() => void) | undefined {
  setFlagsFromString('--expose-gc')
  const collector: unknown = runInNewContext('gc')
  if (typeof collector !== 'function') return undefined
  // as when memory runs out: an ordinary one gives pages back only after ten seconds more (measured)
  return () => void collector({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
