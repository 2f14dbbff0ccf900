/**
 * A job of the simulated world, with its user: submits, reads the events, and runs the same command again when the job stopped or
 * its peer was killed, until every image is done or listed.
 */

import { sleep } from '../../src/base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../src/base/errors.ts'
import { jobId } from '../../src/base/ids.ts'
import { createRandom } from '../../src/base/random.ts'
import { planTasks } from '../../src/peer/coordinator/plan.ts'
import type { SourceReader } from '../../src/peer/coordinator/ports.ts'
import { type RunJobDependencies, runJob } from '../../src/peer/coordinator/run-job.ts'
import type { JobFacts } from '../../src/peer/coordinator/statistics.ts'
import { STRATEGIES } from '../../src/peer/coordinator/strategies/index.ts'
import type { FileSystem } from '../../src/peer/files/file-system.ts'
import { reconcile } from '../../src/peer/files/reconcile.ts'
import type { JobEvent, JobSummary } from '../../src/peer/job-events.ts'
import { createSubmission, type SubmissionWorld } from '../../src/peer/submission.ts'
import { JOB_SEED, readImage, sourceBytes } from './images.ts'
import type { JobPlan } from './scenario.ts'
import { type Life, PIPELINE, PIXEL_VERSION, type SimPeer } from './sim-peer.ts'
import type { World } from './world.ts'

const AGAIN_MS = 2_000
/** Runs that may end without an outcome after the faults are over. */
const MAX_CALM_RUNS = 6

/** One time that the command ran. */
export interface Run {
  readonly number: number
  readonly life: Life
  /** As the job told them, and as the user read them. */
  readonly emitted: JobEvent[]
  readonly events: JobEvent[]
  readonly startedAtMs: number
  readonly images: number
  alreadyDone: number
  todo: number
  summary: JobSummary | undefined
  error: MurmurationError | undefined
  readonly interruption: AbortController
  /** The output folder is its own. */
  isWriting: boolean
}

export class SimJob {
  readonly plan: JobPlan
  readonly peer: SimPeer
  readonly out: string
  readonly runs: Run[] = []
  /** Every image is done or listed, or the user gave up on it. */
  isOver = false
  current: Run | undefined
  readonly #world: World
  #calmRuns = 0
  #isWaiting = false

  constructor(world: World, plan: JobPlan, peer: SimPeer) {
    this.#world = world
    this.plan = plan
    this.peer = peer
    this.out = `/out/${plan.name}`
    peer.disk.onRename.push((file, bytes) => {
      const image = plan.images.find(({ path }) => file === `${this.out}/${path}`)
      if (image) world.checkOutput(this, file, bytes, image)
    })
    for (const image of plan.images) {
      if (image.kind === 'missing') continue
      peer.disk.files.set(this.sourceOf(image.path), { bytes: sourceBytes(image), mtimeMs: 1_700_000_000_000 })
    }
  }

  sourceOf(path: string): string {
    return `/in/${path}`
  }

  /** The user types the command, once the peer is there. */
  submit(): void {
    if (this.isOver || this.current !== undefined) return
    const { life } = this.peer
    if (!life || life.process.state === 'dead' || life.isLeaving) {
      this.#again()
      return
    }
    const run: Run = {
      number: this.runs.length,
      life,
      emitted: [],
      events: [],
      startedAtMs: this.#world.timeline.nowMs,
      images: this.plan.images.length,
      alreadyDone: 0,
      todo: 0,
      summary: undefined,
      error: undefined,
      interruption: new AbortController(),
      isWriting: false,
    }
    this.runs.push(run)
    this.current = run
    this.#world.trace.add(this.plan.name, `run ${run.number} begins at ${this.peer.plan.name}`)
    life.process.enter(() => void this.#run(run))
  }

  interrupt(): void {
    const run = this.current
    if (run) run.life.process.enter(() => run.interruption.abort())
  }

  /** A second command for the same output folder meanwhile: it has to be refused. */
  submitTwice(): void {
    const run = this.current
    if (!run?.isWriting || run.life.process.state !== 'running') return
    run.life.process.enter(() => void this.#tryTwice(run))
  }

  /** The process of the current run is gone, and the user notices. */
  lost(): void {
    const run = this.current
    if (run?.life.process.state !== 'dead') return
    this.#world.trace.add(this.plan.name, `run ${run.number} was killed`)
    this.#end(run)
    this.#again()
  }

  async #run(run: Run): Promise<void> {
    const { life } = run
    try {
      const submission = createSubmission((world) => this.#job(run, world), run.interruption.signal)
      for await (const event of submission) {
        run.events.push(event)
        if (this.#world.trace.isOn) this.#world.trace.add(this.plan.name, eventText(event))
        if (this.plan.readerPauseMs > 0) await sleep(life.process.clock, this.plan.readerPauseMs)
      }
      run.summary = await submission.summary
    } catch (error) {
      run.error = asMurmurationError(error)
    }
    if (life.process.state !== 'dead') this.#ended(run)
  }

  async #job(run: Run, world: SubmissionWorld): Promise<JobSummary> {
    const { plan, peer } = this
    const { life } = run
    const disk = peer.disk.as(life.process)
    const strategy = STRATEGIES[plan.strategy]
    const found = plan.images.map(({ path }) => ({ path, source: this.sourceOf(path) }))
    const tasks = planTasks(found, { seed: JOB_SEED, kind: 'image', format: 'keep', suffix: '' })
    const encoding = { format: 'keep', quality: 90, keepMetadata: false } as const
    const recipe = { pipeline: PIPELINE, seed: JOB_SEED, pixelVersion: PIXEL_VERSION, ...encoding }
    const { todo, alreadyDone, open } = await reconcile(tasks, { out: this.out, recipe, overwrite: false }, disk)
    run.alreadyDone = alreadyDone.length
    run.todo = todo.length
    const job = jobId(
      `${run.life.process.pid.toString(16)}${run.number.toString(16).padStart(4, '0')}${plan.name.charCodeAt(1).toString(16)}`.padStart(
        32,
        '0',
      ),
    )
    const facts: JobFacts = {
      job,
      strategy: plan.strategy,
      pipeline: PIPELINE,
      kind: 'image',
      seed: JOB_SEED,
      images: tasks.length,
      alreadyDone: alreadyDone.length,
    }
    const sink = await open(job)
    run.isWriting = true
    const watch = this.#world.watchCoordinator(this, run)
    const deps: RunJobDependencies = {
      cluster: life.node,
      clock: life.process.clock,
      random: createRandom(`${this.#world.scenario.seed}/${plan.name}/${run.number}`),
      reader: watch.reader(diskReader(disk.files)),
      sink: watch.sink(sink),
      localExecutor: () => peer.localExecutor(),
      self: { id: peer.id, name: peer.plan.name },
      emit: (event) => {
        run.emitted.push(event)
        watch.unread(run.emitted.length - run.events.length)
        watch.event(event)
        world.emit(event)
      },
      isSaturated: world.isSaturated,
    }
    try {
      return await runJob(deps, {
        tasks: todo,
        settings: {
          job,
          strategyName: plan.strategy,
          choose: strategy.choose,
          bindsLate: strategy.bindsLate,
          mode: strategy.mustTake ? 'delayed-execute' : 'execute',
          pipeline: PIPELINE,
          pixelVersion: PIXEL_VERSION,
          ...encoding,
          waitMs: plan.waitMs,
          giveUpMs: plan.giveUpMs,
          local: plan.local,
          hedge: plan.hedge && strategy.bindsLate,
          verify: 0,
        },
        facts,
        signal: world.signal,
      })
    } finally {
      run.isWriting = false
      await sink.close()
    }
  }

  async #tryTwice(run: Run): Promise<void> {
    const { life } = run
    const encoding = { format: 'keep', quality: 90, keepMetadata: false } as const
    const recipe = { pipeline: PIPELINE, seed: JOB_SEED, pixelVersion: PIXEL_VERSION, ...encoding }
    try {
      const plan = await reconcile([], { out: this.out, recipe, overwrite: false }, this.peer.disk.as(life.process))
      const sink = await plan.open(jobId('f'.repeat(32)))
      if (run.isWriting) {
        this.#world.violated(`${this.plan.name}: a second job was let into an output folder that is being written`)
      }
      await sink.close()
    } catch (error) {
      this.#world.trace.add(this.plan.name, `a second command: ${asMurmurationError(error).message}`)
    }
  }

  #ended(run: Run): void {
    const outcome = run.summary?.outcome ?? `error ${run.error?.code}`
    this.#world.trace.add(
      this.plan.name,
      `run ${run.number} ended: ${outcome} ${run.summary?.reason ?? run.error?.message ?? ''}`,
    )
    this.#end(run)
    if (run.summary?.outcome === 'done' || run.summary?.outcome === 'some-failed') {
      this.isOver = true
      return
    }
    if (this.#world.isCalm && ++this.#calmRuns >= MAX_CALM_RUNS) {
      this.isOver = true
      return
    }
    this.#again()
  }

  #end(run: Run): void {
    if (this.current === run) this.current = undefined
    this.#world.checkRun(this, run)
  }

  #again(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.#world.timeline.after(AGAIN_MS, () => {
      this.#isWaiting = false
      this.submit()
    })
  }
}

/** Reads sources as src/peer/files/disk-source.ts does. */
function diskReader(files: FileSystem): SourceReader {
  const readError = (error: unknown): MurmurationError =>
    new MurmurationError('ERR_READ', `the file cannot be read: ${asMurmurationError(error).message}`)
  return {
    async stat(source) {
      const { size, mtimeMs } = await files.stat(source).catch((error: unknown) => Promise.reject(readError(error)))
      return { sizeBytes: size, modifiedMs: mtimeMs }
    },
    async read(source) {
      try {
        const pieces: Uint8Array[] = []
        for await (const piece of files.read(source)) pieces.push(piece)
        return Buffer.concat(pieces)
      } catch (error) {
        throw readError(error)
      }
    },
    measure: async (bytes) => readImage(bytes),
  }
}

function eventText(event: JobEvent): string {
  const about = 'path' in event ? ` ${event.path}` : ''
  const peer = 'peer' in event && event.peer ? ` ${event.peer.name}` : ''
  const why = 'message' in event ? ` ${event.message}` : 'reason' in event ? ` ${event.reason}` : ''
  return `${event.event}${about}${peer}${why}`
}
