/**
 * A plan that grows: complete files of watched folders in, tasks out, for as long as the watch lasts. Each version of a file is
 * one image of the job. A file that changes while its task is out waits until that has ended; one that failed and changes is the
 * same image once more, and its failure counts no more; nor does that of one that goes away. What cannot be planned (two inputs with one output, a name that the output
 * folder keeps for itself, an output that this program did not write) is that image's failure, and nothing else's.
 *
 * What the images become, outcome by outcome, it hears from the job's own events.
 */

import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { taskId } from '../../base/ids.ts'
import type { PlannedTask, TaskFailure } from '../coordinator/job.ts'
import {
  collisionError,
  type FoundFile,
  type PlanSettings,
  placeOf,
  planTask,
  whyRefused,
} from '../coordinator/plan.ts'
import type { TaskStream } from '../coordinator/run-job.ts'
import { Wake } from '../coordinator/wake.ts'
import type { WatchedOutput } from '../files/watched-output.ts'
import type { JobEvent } from '../job-events.ts'
import { type CompleteFile, type FileVersion, isSameVersion, type WatchBatch } from './folder-watch.ts'
import { TaskQueue } from './task-queue.ts'

/** `queued` and `settling` images are counted and not begun; a settling one changed before its turn came. */
type ImageState = 'queued' | 'settling' | 'out' | 'done' | 'failed'

interface Image {
  readonly path: string
  readonly place: string
  state: ImageState
  /** What the task was planned for. */
  version: FileVersion
  /** Of `out` ones: the version that follows. */
  next: CompleteFile | undefined
  /** Of `out` ones: the file is not there any more. */
  isGone: boolean
}

export interface WatchedFolders {
  batches(): AsyncIterable<WatchBatch>
  settleAgain(file: FoundFile, version: FileVersion): void
  forget(source: string): void
}

export interface WatchedPlanWorld {
  readonly folders: WatchedFolders
  readonly output: Pick<WatchedOutput, 'sort'>
  readonly settings: PlanSettings
  /** Undefined when the file is not there. */
  version(source: string): Promise<FileVersion | undefined>
}

export class WatchedPlan implements TaskStream {
  readonly #world: WatchedPlanWorld
  /** By source. */
  readonly #images = new Map<string, Image>()
  /** Sources by the place that their result goes to. */
  readonly #places = new Map<string, string>()
  readonly #queue = new TaskQueue()
  readonly #wake = new Wake()
  readonly #opened = Promise.withResolvers<void>()
  /** What is planned, one thing after another. Never rejects. */
  #planning: Promise<void> = Promise.resolve()
  #plansUnderWay = 0
  #taskCount = 0
  #total = 0
  #alreadyDone = 0
  /** Images handed on whose outcome is not known. */
  #out = 0
  /** What is there already was planned. */
  #isBegun = false
  #isEnding = false
  #error: MurmurationError | undefined
  #tell: ((event: JobEvent) => void) | undefined

  constructor(world: WatchedPlanWorld) {
    this.#world = world
  }

  /** Images so far: what the job counts. */
  get total(): number {
    return this.#total
  }

  /** Of them, those that an earlier run did. */
  get alreadyDone(): number {
    return this.#alreadyDone
  }

  /** Plans what is there already, then takes in what appears once the stream is open. @throws what planning throws */
  async begin(): Promise<void> {
    const first = Promise.withResolvers<void>()
    void this.#takeIn(first.resolve) // never rejects
    await first.promise
    if (this.#error) throw this.#error
  }

  /**
   * Tasks until `end`. Rejects with what planning threw, and with ERR_INTERRUPTED when images were left at the end, as soon as
   * none is out any more.
   */
  async *open(tell: (event: JobEvent) => void): AsyncGenerator<PlannedTask | TaskFailure> {
    this.#tell = tell
    this.#opened.resolve()
    while (!this.#isEnding) {
      if (this.#error) throw this.#error
      const task = await this.#nextTask()
      if (task) yield task
      else if (!this.#isEnding && !this.#error && this.#queue.isEmpty) await this.#wake.wait()
    }
    while (this.#out > 0 || this.#plansUnderWay > 0) await this.#wake.wait()
    if (this.#error) throw this.#error
    if (!this.#isBegun || this.#isAnyLeft()) {
      throw new MurmurationError('ERR_INTERRUPTED', 'the watch ended before all images that had appeared were done')
    }
  }

  /** Nothing more is handed on; the stream ends when the outcomes of what is out are known. */
  end(): void {
    this.#isEnding = true
    this.#opened.resolve()
    this.#wake.notify()
  }

  /** Takes the job's events. */
  observe(event: JobEvent): void {
    if (event.event !== 'done' && event.event !== 'failed') return
    const { source } = event
    const image = this.#images.get(source)
    if (image?.state !== 'out') return
    this.#out--
    image.state = event.event
    const { next } = image
    image.next = undefined
    if (next)
      void this.#plan(() => this.#admit([next])) // never rejects
    else if (image.isGone) void this.#plan(async () => this.#lose(source)) // after this event, whose failure it may take back
    this.#wake.notify()
  }

  async #takeIn(begun: () => void): Promise<void> {
    try {
      for await (const { complete, gone } of this.#world.folders.batches()) {
        await this.#plan(async () => {
          for (const source of gone) this.#lose(source)
          await this.#admit(complete)
        })
        this.#isBegun = true
        begun()
        await this.#opened.promise
      }
    } catch (error) {
      this.#fail(error)
    }
    begun()
  }

  #plan(work: () => Promise<void>): Promise<void> {
    this.#plansUnderWay++
    this.#planning = this.#planning
      .then(work)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#plansUnderWay--
        this.#wake.notify()
      })
    return this.#planning
  }

  #fail(error: unknown): void {
    this.#error ??= asMurmurationError(error)
    this.#wake.notify()
  }

  /** The next of the queue whose file is still as it was; undefined when there is none. */
  async #nextTask(): Promise<PlannedTask | TaskFailure | undefined> {
    for (let item = this.#queue.shift(); item; item = this.#queue.shift()) {
      const { source, path } = 'kind' in item ? item.task : item
      const image = this.#images.get(source)
      if (image?.state !== 'queued') continue
      const version = await this.#world.version(source)
      // it stays queued, and counts as left
      if (this.#isEnding) return undefined
      if (version === undefined) {
        this.#world.folders.forget(source)
        this.#lose(source)
      } else if (isSameVersion(version, image.version)) {
        image.state = 'out'
        this.#out++
        return item
      } else {
        image.state = 'settling'
        this.#world.folders.settleAgain({ path, source }, version)
      }
    }
    return undefined
  }

  #lose(source: string): void {
    const image = this.#images.get(source)
    if (!image) return
    if (image.state === 'out') {
      image.isGone = true
      image.next = undefined
      return
    }
    // what was done stays so
    if (image.state !== 'done') {
      this.#total--
      const afterFailure = image.state === 'failed'
      this.#tell?.({ event: 'gone', path: image.path, total: this.#total, afterFailure })
    }
    this.#drop(source, image)
  }

  #drop(source: string, { place }: Image): void {
    this.#images.delete(source)
    if (this.#places.get(place) === source) this.#places.delete(place)
  }

  /** Plans new versions of files. */
  async #admit(files: readonly CompleteFile[]): Promise<void> {
    const { settings, output } = this.#world
    const planned = new Map<PlannedTask, CompleteFile>()
    for (const file of files) {
      const image = this.#images.get(file.source)
      if (image?.state === 'out') {
        image.next = file
        image.isGone = false
        continue
      }
      // its turn has not come: it is read as it will be then
      if (image?.state === 'queued') {
        image.version = file.version
        continue
      }
      const task = planTask(file, taskId(this.#taskCount++), settings)
      const refusal = whyRefused(task)
      if (refusal) {
        this.#enqueue(refused(task, refusal), file)
        continue
      }
      const place = placeOf(task, settings)
      const other = this.#places.get(place) ?? file.source
      if (other === file.source) {
        this.#places.set(place, file.source)
        planned.set(task, file)
      } else {
        this.#enqueue(refused(task, collisionError(this.#images.get(other)?.path ?? other, task, settings)), file)
      }
    }
    if (planned.size > 0) {
      const sorted = await output.sort([...planned.keys()])
      const fileOf = (task: PlannedTask): CompleteFile => planned.get(task) ?? { ...task, version: NO_VERSION }
      for (const task of sorted.alreadyDone) this.#count(task, fileOf(task), 'done')
      for (const { task, error } of sorted.refused) this.#enqueue(refused(task, error), fileOf(task))
      for (const task of sorted.todo) this.#enqueue(task, fileOf(task))
    }
    this.#wake.notify()
  }

  #enqueue(item: PlannedTask | TaskFailure, file: CompleteFile): void {
    this.#count('kind' in item ? item.task : item, file, 'queued')
    this.#queue.push(item)
  }

  /** The image of the task, or this version of it, is one more to do, or one that an earlier run did. */
  #count(task: PlannedTask, { source, version }: CompleteFile, state: 'queued' | 'done'): void {
    const { path } = task
    const before = this.#images.get(source)?.state
    const place = placeOf(task, this.#world.settings)
    this.#images.set(source, { path, place, state, version, next: undefined, isGone: false })
    // it was touched, and is the same
    if (before === 'done' && state === 'done') return
    if (before === undefined || before === 'done') this.#total++
    if (state === 'done') this.#alreadyDone++
    const { total, alreadyDone } = this
    this.#tell?.({ event: 'found', path, total, alreadyDone, afterFailure: before === 'failed' })
  }

  #isAnyLeft(): boolean {
    for (const { state } of this.#images.values()) if (state === 'queued' || state === 'settling') return true
    return false
  }
}

const NO_VERSION: FileVersion = { sizeBytes: 0, modifiedMs: 0 }

const refused = (task: PlannedTask, { code, message }: MurmurationError): TaskFailure => ({
  kind: 'failure',
  task,
  attempt: 0,
  peer: undefined,
  code,
  message,
})
