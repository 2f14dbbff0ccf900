/**
 * A job from its planned tasks to its summary: one pipe of async iterables. Knows no socket, clock or disk but the injected
 * ones, so the same code runs over a fake network with virtual time.
 */

import { pipe } from 'it-pipe'
import type { Clock } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { type PeerId, type TaskId, taskId } from '../../base/ids.ts'
import {
  JOB_PROGRESS_IDLE_MS,
  JOB_PROGRESS_INTERVAL_MS,
  MAX_SOURCE_BYTES_IN_MEMORY,
  MAX_TILE_BYTES_IN_MEMORY,
  READ_AHEAD_TASKS,
} from '../../base/limits.ts'
import type { Random } from '../../base/random.ts'
import type { JobState } from '../../protocol/messages.ts'
import type { JobEvent, JobSummary, PeerRef } from '../job-events.ts'
import type { ClusterPort } from '../ports.ts'
import { runTiledImage, type TiledImage, type TileWorld } from '../tiles/run-tiled-image.ts'
import { ByteBudget } from './byte-budget.ts'
import { dispatch } from './dispatch.ts'
import type { JobSettings, PlannedTask, Stopped, TaskFailure } from './job.ts'
import { JobTrust } from './job-trust.ts'
import type { HugeImageStore, LocalExecutor, ResultSink, SourceReader } from './ports.ts'
import { prepare, type TaskSource } from './prepare.ts'
import { Quarantine } from './quarantine.ts'
import { type JobFacts, JobStatistics } from './statistics.ts'
import { type FinishedEvent, type Voided, write } from './write.ts'

export interface RunJobDependencies {
  readonly cluster: ClusterPort
  readonly clock: Clock
  readonly random: Random
  readonly reader: SourceReader
  readonly sink: ResultSink
  readonly localExecutor: () => LocalExecutor
  /** Only needed where there are images to be done in tiles. */
  readonly hugeImages?: HugeImageStore
  /** Who is put aside, where that outlives the job. */
  readonly quarantine?: Quarantine
  /** Who announces the job's progress. */
  readonly self: { readonly id: PeerId; readonly name: string }
  emit(event: JobEvent): void
  isSaturated(): boolean
}

/** Tasks that come while the job runs. It ends when they do. */
export interface TaskStream {
  /** Called once; `tell` takes the events about what comes. */
  open(tell: (event: JobEvent) => void): AsyncIterable<PlannedTask | TaskFailure>
}

/** What is to do. */
export interface JobWork {
  readonly tasks: readonly PlannedTask[]
  /** Done after the others, one after another, each over the whole cluster. */
  readonly tiled?: readonly TiledImage[]
}

export interface JobInput extends Pick<JobWork, 'tiled'> {
  readonly tasks: readonly PlannedTask[] | TaskStream
  /** Of runs that this one continues: what they did, and who gave wrong results. */
  readonly earlier?: { readonly done: Iterable<TaskId>; readonly liars: readonly PeerRef[] }
  /** Which of tasks that are to do again are done in tiles; default: none. */
  divide?(tasks: readonly PlannedTask[]): Promise<JobWork>
  readonly settings: JobSettings
  readonly facts: JobFacts
  readonly signal: AbortSignal
}

const NOTHING_EARLIER = { done: [], liars: [] }

/** Runs a job to its end; never rejects: what stopped it is in the summary. Does not emit the summary itself. */
export async function runJob(deps: RunJobDependencies, input: JobInput): Promise<JobSummary> {
  const { clock } = deps
  const { settings, facts } = input
  const startedMs = clock.now()
  const startedAt = clock.wallTime()
  const statistics = new JobStatistics(facts, deps.random)
  const ended = new AbortController()
  const emit = (event: JobEvent): void => {
    statistics.observe(event)
    deps.emit(event)
  }
  let stop: MurmurationError | undefined
  const quarantine = deps.quarantine ?? new Quarantine()
  const { earlier = NOTHING_EARLIER } = input
  const trust = new JobTrust({ sink: deps.sink, quarantine, clock, startedMs, emit }, earlier)

  const announce = createAnnouncer(deps, input, statistics, startedMs)
  const read = {
    reader: deps.reader,
    budget: new ByteBudget(MAX_SOURCE_BYTES_IN_MEMORY),
    signal: ended.signal,
    readAhead: READ_AHEAD_TASKS,
  }
  let usesLocal = false
  const send = {
    cluster: deps.cluster,
    clock,
    random: deps.random,
    localExecutor: deps.localExecutor,
    onLocalJoined: () => {
      usesLocal = true
    },
    quarantine,
    liars: trust.liars,
    // a disk that is full ends the pipe at its far end: peers that are at work must hear of it too
    signal: AbortSignal.any([input.signal, ended.signal]),
    startedMs,
    emit,
    isSaturated: deps.isSaturated,
    onTick: () => announce('running'),
  }
  const finish = (item: FinishedEvent | Voided | Stopped): void => {
    if ('kind' in item) {
      if (item.kind === 'stopped') stop = item.error
      else trust.voided(item.task)
      return
    }
    // once, however many there are: the summary counts them
    if (item.event === 'done' && item.frames !== undefined && statistics.firstFrameOnly === 0) {
      emit({ event: 'notice', message: firstFrameOnly(item.path, item.frames) })
    }
    emit(item)
    if (item.event === 'done' && settings.verify > 0) trust.finished(taskId(item.task))
  }
  const runTasks = (tasks: TaskSource): Promise<void> =>
    pipe(
      tasks,
      prepare(read),
      dispatch(send, settings),
      write({ sink: deps.sink, clock, startedMs, liars: trust.liars }),
      async (finished: AsyncIterable<FinishedEvent | Voided | Stopped>) => {
        for await (const item of finished) finish(item)
      },
    )
  try {
    const runTiles: TileWorld['run'] = async function* (tileTasks, reader) {
      const passEnded = new AbortController()
      const signal = AbortSignal.any([ended.signal, passEnded.signal])
      try {
        yield* pipe(
          tileTasks,
          prepare({ ...read, reader, signal, budget: new ByteBudget(MAX_TILE_BYTES_IN_MEMORY) }),
          // whoever had to do the work itself once does not wait for others before every pass
          dispatch(send, tileSettings(settings, usesLocal ? 'always' : settings.local)),
        )
      } finally {
        // tiles that were being read ahead when the image failed
        passEnded.abort(new MurmurationError('ERR_CANCELLED', 'the image ended before all of its tiles were read'))
      }
    }
    // tasks are numbered on behind those of the plan
    let tileCount = 0
    const nextId = (): TaskId => taskId(facts.images + tileCount++)
    let work: Pick<JobInput, 'tasks' | 'tiled'> = input
    while ('open' in work.tasks || work.tasks.length + (work.tiled?.length ?? 0) > 0) {
      if ('open' in work.tasks) await runTasks(work.tasks.open(emit))
      else if (work.tasks.length > 0) await runTasks(work.tasks)
      for (const image of work.tiled ?? []) {
        if (stop) break
        const tiles = { startedMs, emit, run: runTiles, nextId, liars: trust.liars }
        const item = await runTiledImage(image, tileWorld(deps, input.signal, tiles))
        if (!('kind' in item) && item.event === 'failed') await deps.sink.noteFailure(image.task, item)
        finish(item)
      }
      if (stop) break
      const redo = await trust.takeRedo()
      work = redo.length > 0 && input.divide ? await input.divide(redo) : { tasks: redo }
    }
  } catch (error) {
    stop = asMurmurationError(error)
  } finally {
    const unsaved = await trust.end()
    stop ??= unsaved
    ended.abort(stop)
  }
  const outcome = outcomeOf(stop, statistics.failed)
  announce(stop ? 'stopped' : 'done')
  return statistics.summary({
    outcome,
    reason: stop?.message,
    code: stop?.code,
    exitCode: stop?.exitCode ?? (statistics.failed > 0 ? 1 : 0),
    startedAt,
    endedAt: clock.wallTime(),
    elapsedMs: clock.now() - startedMs,
  })
}

/** For people: what happens to an animation, or to a file of several pages. */
export const firstFrameOnly = (path: string, frames: number): string =>
  `"${path}" has ${frames} frames or pages: only the first is processed`

/** What tiles of a job have in common: they come and go as raw samples, and whoever stitches them keeps the metadata. */
const tileSettings = (settings: JobSettings, local: JobSettings['local']): JobSettings => ({
  ...settings,
  local,
  format: 'tif',
  keepMetadata: false,
})

function tileWorld(
  { hugeImages, clock }: RunJobDependencies,
  signal: AbortSignal,
  job: Pick<TileWorld, 'startedMs' | 'emit' | 'run' | 'nextId' | 'liars'>,
): TileWorld {
  if (hugeImages === undefined) {
    throw new MurmurationError('ERR_INTERNAL', 'a job with tiled images is expected to have a store for them')
  }
  return { ...job, store: hugeImages, clock, signal }
}

function outcomeOf(stop: MurmurationError | undefined, failed: number): JobSummary['outcome'] {
  if (stop?.code === 'ERR_INTERRUPTED') return 'interrupted'
  if (stop?.code === 'ERR_GIVE_UP' || stop?.code === 'ERR_NO_PEERS') return 'gave-up'
  if (stop) return 'stopped'
  return failed > 0 ? 'some-failed' : 'done'
}

/** Tells everybody how the job stands, at most every JOB_PROGRESS_INTERVAL_MS, rarely while nothing is to do, and its end at once. */
function createAnnouncer(
  { cluster, clock, self }: RunJobDependencies,
  { settings }: JobInput,
  statistics: JobStatistics,
  startedMs: number,
): (state: JobState) => void {
  let sequence = 0
  let lastMs = Number.NEGATIVE_INFINITY
  let lastLeft = Number.NaN
  return (state) => {
    const nowMs = clock.now()
    const left = statistics.images - statistics.alreadyDone - statistics.done - statistics.failed
    const intervalMs = left === 0 && lastLeft === 0 ? JOB_PROGRESS_IDLE_MS : JOB_PROGRESS_INTERVAL_MS
    if (state === 'running' && nowMs - lastMs < intervalMs) return
    lastMs = nowMs
    lastLeft = left
    cluster.announceJob({
      job: settings.job,
      coordinator: self.id,
      coordinatorName: self.name,
      sequence: sequence++,
      pipeline: settings.pipeline,
      strategy: settings.strategyName,
      state,
      total: statistics.images,
      done: statistics.alreadyDone + statistics.done,
      failed: statistics.failed,
      elapsedMs: nowMs - startedMs,
      alreadyDone: statistics.alreadyDone,
    })
  }
}
