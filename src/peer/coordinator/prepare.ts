/**
 * Reads sources a little ahead of their OFFERs, in order: planned tasks in, prepared tasks (or failures) out. Bytes are held
 * within one budget for the whole job; a body is let go once it was sent and read again if another attempt needs it, except
 * small ones, which ride in the OFFER and are kept until the task ends.
 */

import { hash } from 'node:crypto'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { inParallel } from '../../base/in-parallel.ts'
import { MAX_BODY_BYTES, MAX_INLINE_BODY_BYTES } from '../../base/limits.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { BodyFacts, PlannedTask, PreparedTask, TaskFailure } from './job.ts'
import type { SourceReader } from './ports.ts'

const sha256 = (bytes: Uint8Array): Uint8Array => hash('sha256', bytes, 'buffer')

interface SourceContent {
  readonly bytes: Uint8Array
  readonly body: BodyFacts
  readonly frames: number
  readonly modifiedMs: number
}

class SourceTask implements PreparedTask {
  readonly id: PlannedTask['id']
  readonly path: string
  readonly source: string
  readonly output: string
  readonly seed: bigint
  readonly tile: PlannedTask['tile']
  readonly body: BodyFacts
  readonly frames: number
  readonly modifiedMs: number
  readonly #reader: SourceReader
  readonly #budget: ByteBudget
  #reading: Promise<Uint8Array> | undefined
  #bytes: Uint8Array | undefined

  constructor(task: PlannedTask, content: SourceContent, world: Omit<PrepareDependencies, 'readAhead'>) {
    this.id = task.id
    this.path = task.path
    this.source = task.source
    this.output = task.output
    this.seed = task.seed
    this.tile = task.tile
    this.body = content.body
    this.frames = content.frames
    this.modifiedMs = content.modifiedMs
    this.#bytes = content.bytes
    this.#reader = world.reader
    this.#budget = world.budget
  }

  held(): Uint8Array | undefined {
    return this.#bytes
  }

  async take(): Promise<Uint8Array> {
    if (this.#bytes) return this.#bytes
    this.#reading ??= this.#readAgain().finally(() => {
      this.#reading = undefined
    })
    return await this.#reading
  }

  /** Never waits for the budget: read-ahead may hold all of it, and waits for this very task. Credits bound how many. */
  async #readAgain(): Promise<Uint8Array> {
    this.#budget.take(this.body.sizeBytes)
    try {
      const bytes = await this.#reader.read(this.source, this.body.sizeBytes)
      if (!Buffer.from(sha256(bytes)).equals(this.body.digest)) {
        throw new MurmurationError('ERR_READ', `"${this.path}" changed on disk while the job ran`)
      }
      this.#bytes = bytes
      return bytes
    } catch (error) {
      this.#budget.release(this.body.sizeBytes)
      throw error
    }
  }

  release(): void {
    if (!this.#bytes) return
    this.#bytes = undefined
    this.#budget.release(this.body.sizeBytes)
  }
}

/** Those of a plan, or such as come while the job runs; a failure is a task that was refused when it was planned. */
export type TaskSource = Iterable<PlannedTask> | AsyncIterable<PlannedTask | TaskFailure>

export interface PrepareDependencies {
  readonly reader: SourceReader
  readonly budget: ByteBudget
  readonly signal: AbortSignal
  /** Tasks read ahead at once. */
  readonly readAhead: number
}

async function prepareOne(task: PlannedTask, deps: PrepareDependencies): Promise<PreparedTask | TaskFailure> {
  const { reader, budget, signal } = deps
  let acquiredBytes = 0
  try {
    const { sizeBytes, modifiedMs } = await reader.stat(task.source)
    if (sizeBytes === 0)
      throw new MurmurationError('ERR_NOT_AN_IMAGE', 'expected an image, got an empty file (0 bytes)')
    if (sizeBytes > MAX_BODY_BYTES) {
      throw new MurmurationError('ERR_TOO_LARGE', `expected at most ${MAX_BODY_BYTES} bytes, got ${sizeBytes}`)
    }
    await budget.acquire(sizeBytes, signal)
    acquiredBytes = sizeBytes
    const bytes = await reader.read(task.source, sizeBytes)
    if (bytes.length !== sizeBytes) throw new MurmurationError('ERR_READ', 'the file changed while it was read')
    const { widthPx, heightPx, frames = 1 } = await reader.measure(bytes, task.source)
    const body = { sizeBytes, digest: sha256(bytes), widthPx, heightPx }
    return new SourceTask(task, { bytes, body, frames, modifiedMs }, deps)
  } catch (error) {
    if (acquiredBytes > 0) budget.release(acquiredBytes)
    if (signal.aborted) throw signal.reason
    const { code, message } = asMurmurationError(error, 'ERR_READ')
    return { kind: 'failure', task, attempt: 0, peer: undefined, code, message }
  }
}

/** True for bodies that ride in their OFFER. */
export const isInline = (body: BodyFacts): boolean => body.sizeBytes <= MAX_INLINE_BODY_BYTES

/** Planned tasks in, prepared tasks or failures out, in order, at most `readAhead` at once. Failures go through. */
export const prepare = (deps: PrepareDependencies) =>
  async function* (tasks: TaskSource): AsyncGenerator<PreparedTask | TaskFailure> {
    yield* inParallel(readings(tasks, deps), { concurrency: deps.readAhead, ordered: true })
  }

async function* readings(
  tasks: TaskSource,
  deps: PrepareDependencies,
): AsyncGenerator<() => Promise<PreparedTask | TaskFailure>> {
  for await (const task of tasks) yield async () => ('kind' in task ? task : prepareOne(task, deps))
}
