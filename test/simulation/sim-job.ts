/**
 * A job of the simulated world, with its user: submits, reads the events, and runs the same command again when the job stopped or
 * its peer was killed, until every image is done or listed.
 */

import { sleep } from '../../src/base/clock.ts'
import { asMurmurationError, type MurmurationError } from '../../src/base/errors.ts'
import { type JobId, jobId } from '../../src/base/ids.ts'
import { createRandom } from '../../src/base/random.ts'
import { type RunJobDependencies, runJob } from '../../src/peer/coordinator/run-job.ts'
import type { JobFacts } from '../../src/peer/coordinator/statistics.ts'
import { STRATEGIES } from '../../src/peer/coordinator/strategies/index.ts'
import type { JobEvent, JobSummary } from '../../src/peer/job-events.ts'
import { createSubmission, type SubmissionWorld } from '../../src/peer/submission.ts'
import { diskReader } from './disk-reader.ts'
import { JOB_SEED, PIPELINES, sourceBytes } from './images.ts'
import { divide, ENCODING, PIXEL_VERSION, reconcileTasks, resultKindOf, tasksOf } from './job-kinds.ts'
import type { JobPlan } from './scenario.ts'
import type { Life, SimPeer } from './sim-peer.ts'
import { createVirtualHugeImages } from './virtual-huge-images.ts'
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
    const pipeline = PIPELINES[plan.kind]
    const tasks = tasksOf(plan, (path) => this.sourceOf(path))
    const { todo, alreadyDone, liars, open } = await reconcileTasks(plan.kind, tasks, this.out, disk)
    run.alreadyDone = alreadyDone.length
    run.todo = todo.length
    const watch = this.#world.watchCoordinator(this, run)
    const files = diskReader(disk.files)
    const reader = watch.reader(files)
    const divided = await divide(todo, plan, files)
    const job = jobIdOf(this, run)
    const facts: JobFacts = {
      job,
      strategy: plan.strategy,
      pipeline,
      kind: resultKindOf(plan.kind),
      seed: JOB_SEED,
      images: tasks.length,
      alreadyDone: alreadyDone.length,
      ...(plan.verify > 0 && { isVerified: true }),
    }
    const folder = await open(job)
    run.isWriting = true
    const onBroken = (sentence: string): void => this.#world.violated(`${plan.name}, run ${run.number}: ${sentence}`)
    const deps: RunJobDependencies = {
      cluster: life.node,
      clock: life.process.clock,
      random: createRandom(`${this.#world.scenario.seed}/${plan.name}/${run.number}`),
      reader,
      sink: watch.sink(folder),
      hugeImages: createVirtualHugeImages({ folder, files: disk.files, reader: files, onBroken }),
      localExecutor: () => peer.localExecutor(),
      quarantine: life.quarantine,
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
        ...divided,
        earlier: { done: alreadyDone.map(({ id }) => id), liars },
        divide: (redo) => divide(redo, plan, files),
        settings: {
          job,
          strategyName: plan.strategy,
          choose: strategy.choose,
          bindsLate: strategy.bindsLate,
          mode: strategy.mustTake ? 'delayed-execute' : 'execute',
          pipeline,
          pixelVersion: PIXEL_VERSION,
          ...ENCODING,
          waitMs: plan.waitMs,
          giveUpMs: plan.giveUpMs,
          local: plan.local,
          hedge: plan.hedge && strategy.bindsLate,
          verify: plan.verify,
        },
        facts,
        signal: world.signal,
      })
    } finally {
      run.isWriting = false
      await folder.close()
    }
  }

  async #tryTwice(run: Run): Promise<void> {
    const { life } = run
    try {
      const { open } = await reconcileTasks(this.plan.kind, [], this.out, this.peer.disk.as(life.process))
      const folder = await open(jobId('f'.repeat(32)))
      if (run.isWriting) {
        this.#world.violated(`${this.plan.name}: a second job was let into an output folder that is being written`)
      }
      await folder.close()
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

/** Another one for each run. */
function jobIdOf({ plan: { name } }: SimJob, { life, number }: Run): JobId {
  const digits = [life.process.pid.toString(16), number.toString(16).padStart(4, '0'), name.charCodeAt(1).toString(16)]
  return jobId(digits.join('').padStart(32, '0'))
}

function eventText(event: JobEvent): string {
  const about = 'path' in event ? ` ${event.path}` : ''
  const peer = 'peer' in event && event.peer ? ` ${event.peer.name}` : ''
  const why = 'message' in event ? ` ${event.message}` : 'reason' in event ? ` ${event.reason}` : ''
  return `${event.event}${about}${peer}${why}`
}
