/**
 * A running job as its submitter sees it: iterate once for the events, or just await the summary. Events wait in a bounded
 * queue: while it is full the job takes no further task. Leaving the loop early interrupts the job. Whoever never iterates
 * gets no events and slows nothing down.
 */

import { MAX_PENDING_EVENTS } from '../base/limits.ts'
import { Wake } from './coordinator/wake.ts'
import type { JobEvent, JobSummary } from './job-events.ts'
import type { Submission } from './peer.ts'

export interface SubmissionWorld {
  emit(event: JobEvent): void
  isSaturated(): boolean
  readonly signal: AbortSignal
}

/** Starts `run` at once. The summary it resolves with becomes the last event. */
export function createSubmission(
  run: (world: SubmissionWorld) => Promise<JobSummary>,
  signal: AbortSignal | undefined,
): Submission {
  const queue: JobEvent[] = []
  const wake = new Wake()
  const left = new AbortController()
  let hasReader: boolean | undefined
  let isEnded = false

  const summary = run({
    emit(event) {
      // until the first turn of the event loop is over a reader may still come
      if (hasReader === false) return
      queue.push(event)
      wake.notify()
    },
    isSaturated: () => hasReader === true && queue.length >= MAX_PENDING_EVENTS,
    signal: signal ? AbortSignal.any([signal, left.signal]) : left.signal,
  }).finally(() => {
    isEnded = true
    wake.notify()
  })
  summary.catch(() => {}) // a reader of events meets the error there; whoever awaits `summary` meets it too
  setImmediate(() => {
    if (hasReader !== undefined) return
    hasReader = false
    queue.length = 0
  })

  async function* events(): AsyncGenerator<JobEvent> {
    let isComplete = false
    try {
      for (;;) {
        const event = queue.shift()
        if (event) yield event
        else if (isEnded) break
        else await wake.wait()
      }
      isComplete = true
      yield await summary
    } finally {
      hasReader = false
      queue.length = 0
      if (!isComplete) left.abort()
    }
  }

  return {
    summary,
    [Symbol.asyncIterator]() {
      hasReader = true
      return events()
    },
  }
}
