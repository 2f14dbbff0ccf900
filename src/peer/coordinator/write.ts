/**
 * The last stage of the job's pipe: outcomes in, `done` and `failed` events out as they happen. A few results are saved at
 * once; an output that cannot be saved is that image's failure, unless the whole folder is at fault (ERR_OUTPUT): that throws.
 */

import type { Clock } from '../../base/clock.ts'
import { asMurmurationError } from '../../base/errors.ts'
import type { PeerId } from '../../base/ids.ts'
import { inParallel } from '../../base/in-parallel.ts'
import { MAX_CONCURRENT_WRITES } from '../../base/limits.ts'
import type { JobEvent } from '../job-events.ts'
import type { PlannedTask, Stopped, TaskFailure, TaskOutcome, TaskResult } from './job.ts'
import { isBelieved } from './liars.ts'
import type { ResultSink } from './ports.ts'

export type FinishedEvent = Extract<JobEvent, { event: 'done' | 'failed' }>

/** A result that is not saved: its image is to do again. */
export interface Voided {
  readonly kind: 'voided'
  readonly task: PlannedTask
}

export interface WriteDependencies {
  readonly sink: ResultSink
  readonly clock: Clock
  /** When the job began, on the clock. */
  readonly startedMs: number
  /** Gave wrong results since: what it made is not saved. */
  readonly liars: { has(peer: PeerId): boolean }
}

export const write = (deps: WriteDependencies) =>
  async function* (outcomes: AsyncIterable<TaskOutcome | Stopped>): AsyncGenerator<FinishedEvent | Voided | Stopped> {
    yield* inParallel(savings(outcomes, deps), { concurrency: MAX_CONCURRENT_WRITES })
  }

async function* savings(
  outcomes: AsyncIterable<TaskOutcome | Stopped>,
  deps: WriteDependencies,
): AsyncGenerator<() => Promise<FinishedEvent | Voided | Stopped>> {
  for await (const outcome of outcomes) {
    yield async () => {
      if (outcome.kind === 'stopped') return outcome
      return outcome.kind === 'result' ? saveResult(outcome, deps) : fail(outcome, deps)
    }
  }
}

const aboutTask = ({ task, attempt }: TaskOutcome, { clock, startedMs }: WriteDependencies) => ({
  path: task.path,
  source: task.source,
  task: task.id,
  attempt,
  atMs: clock.now() - startedMs,
})

async function fail(outcome: TaskFailure, deps: WriteDependencies): Promise<FinishedEvent> {
  const { peer, code, message } = outcome
  await deps.sink.noteFailure(outcome.task, outcome)
  return { event: 'failed', ...aboutTask(outcome, deps), peer, code, message }
}

/** Of a `done` event: told only where there is more than what was processed. */
export const framesOf = (frames: number): { readonly frames?: number } => (frames > 1 ? { frames } : {})

async function saveResult(result: TaskResult, deps: WriteDependencies): Promise<FinishedEvent | Voided> {
  const { task, attempt, peer, stages, times, verifiedBy } = result
  const verifiers = verifiedBy?.map(({ id }) => id)
  if (!isBelieved(deps.liars, peer.id, verifiers)) return { kind: 'voided', task }
  const saveStartedMs = deps.clock.now()
  try {
    await deps.sink.save(result)
  } catch (error) {
    const { code, message } = asMurmurationError(error, 'ERR_WRITE')
    if (code === 'ERR_OUTPUT') throw error
    return fail({ kind: 'failure', task, attempt, peer, code, message }, deps)
  }
  const savedMs = deps.clock.now()
  return {
    event: 'done',
    ...aboutTask(result, deps),
    peer,
    output: task.output,
    sizeBytes: result.bytes.length,
    pixelDigest: Buffer.from(result.pixelDigest).toString('hex'),
    ...framesOf(task.frames),
    ...(verifiedBy && { verifiedBy }),
    responseMs: times.responseMs,
    stages: {
      queueMs: times.waitMs + stages.queueMs,
      sendMs: times.sendMs,
      delayMs: stages.delayMs,
      decodeMs: stages.decodeMs,
      processMs: stages.processMs,
      encodeMs: stages.encodeMs,
      receiveMs: times.receiveMs,
      saveMs: savedMs - saveStartedMs,
      totalMs: savedMs - times.enteredAtMs,
    },
  }
}
