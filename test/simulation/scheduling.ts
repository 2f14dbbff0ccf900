/**
 * How well work is spread, in figures: the real coordinator, strategies and executors in a world in which nothing fails, with tasks
 * that take known times. The ideal is all work on all slots without a gap, from the moment that the job begins.
 */

import { createRandom, type Random, randomIndex } from '../../src/base/random.ts'
import type { JobSummary } from '../../src/peer/job-events.ts'
import type { ImagePlan } from './images.ts'
import type { JobPlan, PeerPlan, Scenario } from './scenario.ts'
import { World } from './world.ts'

/** Everybody knows everybody by then. */
const JOBS_AT_MS = 6_000
const MAX_JOB_MS = 60 * 60_000
const SLOWED_BY = 20

export interface SpreadFigure {
  /** Time that the job took over the ideal. */
  readonly overIdeal: number
  /** Share of tasks that were run more than once. */
  readonly duplicates: number
}

/** One job of `tasks` images on 8 peers of 1 to 4 slots, of which the fastest is eight times as fast as the slowest. */
export async function unequalPeers(seed: number, { tasks = 1_000, slowsOne = false } = {}): Promise<SpreadFigure> {
  const random = createRandom(`scheduling/${seed}`)
  const executors = Array.from({ length: 8 }, (_, index) => executor(random, index))
  const job = { ...jobPlan('j0', 8, timedImages(random, 'j0', tasks)), hedge: true }
  const world = new World(scenarioOf(seed, [...executors, observer(8)], [job]), { isTraced: false })
  const workMs = job.images.reduce((sum, image) => sum + image.workMs, 0)
  const capacity = (slowness: readonly number[]): number =>
    executors.reduce((sum, { slots, speed }, index) => sum + (slots * speed) / (slowness[index] ?? 1), 0)
  let idealMs = workMs / capacity([])
  if (slowsOne) {
    const slow = randomIndex(random, executors.length)
    const halfMs = idealMs / 2
    idealMs = halfMs + workMs / 2 / capacity(executors.map((_, index) => (index === slow ? SLOWED_BY : 1)))
    world.timeline.at(JOBS_AT_MS + halfMs, () => world.peers[slow]?.slowDown(SLOWED_BY))
  }
  const [summary] = await run(world)
  const runs = [...world.executions.values()].reduce((sum, counts) => sum + (counts.get('') ?? 0), 0)
  return { overIdeal: (summary?.elapsedMs ?? Number.NaN) / idealMs, duplicates: runs / tasks - 1 }
}

/** Milliseconds until the last of three coordinators has its 200 images back from 6 unequal peers. */
export async function threeCoordinators(seed: number, gossipAgeMs: number): Promise<number> {
  const random = createRandom(`three/${seed}`)
  const executors = Array.from({ length: 6 }, (_, index) => executor(random, index))
  const observers = [6, 7, 8].map(observer)
  const jobs = observers.map((_, index) => jobPlan(`j${index}`, 6 + index, timedImages(random, `j${index}`, 200)))
  const scenario = scenarioOf(seed, [...executors, ...observers], jobs)
  const world = new World({ ...scenario, network: { ...scenario.network, gossipAgeMs } }, { isTraced: false })
  const summaries = await run(world)
  return Math.max(...summaries.map(({ elapsedMs }) => elapsedMs))
}

/** Jain's index over what each of 10 coordinators got of 4 peers while all of them wanted something. */
export async function fairness(seed: number, imagesEach = 150): Promise<number> {
  const random = createRandom(`fairness/${seed}`)
  const executors = Array.from({ length: 4 }, (_, index) => executor(random, index))
  const observers = Array.from({ length: 10 }, (_, index) => observer(4 + index))
  const jobs = observers.map((_, index) =>
    jobPlan(`j${index}`, 4 + index, timedImages(random, `j${index}`, imagesEach)),
  )
  const world = new World(scenarioOf(seed, [...executors, ...observers], jobs), { isTraced: false })
  let rates: number[] = []
  await run(world, () => {
    if (rates.length === 0)
      rates = world.jobs.map((job) => job.runs[0]?.emitted.filter(({ event }) => event === 'done').length ?? 0)
  })
  const sum = rates.reduce((total, rate) => total + rate, 0)
  return sum ** 2 / (rates.length * rates.reduce((total, rate) => total + rate ** 2, 0))
}

/** Lets all jobs end; `onFirst` is called when the first has. */
async function run(world: World, onFirst: () => void = () => {}): Promise<JobSummary[]> {
  for (const peer of world.peers) world.timeline.at(peer.plan.startAtMs, () => peer.start())
  for (const job of world.jobs) world.timeline.at(JOBS_AT_MS, () => job.submit())
  await world.timeline.runUntil(() => world.jobs.some((job) => job.isOver), MAX_JOB_MS)
  onFirst()
  await world.timeline.runUntil(() => world.jobs.every((job) => job.isOver), MAX_JOB_MS)
  if (world.violations.length > 0) throw new Error(world.violations.join('; '))
  return world.jobs.map((job) => {
    const summary = job.runs.at(-1)?.summary
    if (job.runs.length !== 1 || summary?.outcome !== 'done')
      throw new Error(`${job.plan.name} was not done in one run`)
    return summary
  })
}

const executor = (random: Random, index: number): PeerPlan => ({
  name: `p${index}`,
  role: 'executor',
  startAtMs: index * 10,
  slots: 1 + randomIndex(random, 4),
  speed: 0.25 * 8 ** random.next(),
  load: 0,
  delayMs: 0,
  bytesPerMs: 100_000,
  character: 'honest',
  lies: 0,
  hidesLies: false,
})

const observer = (index: number): PeerPlan => ({
  ...executor(createRandom(index), index),
  name: `o${index}`,
  role: 'observer',
})

/** Photos of one kind: work follows the pixels, 300 ms in the mean, from 0.4 to 1.6 times of it. */
function timedImages(random: Random, job: string, count: number): ImagePlan[] {
  return Array.from({ length: count }, (_, index) => {
    const size = 0.4 + 1.2 * random.next()
    return {
      path: `${job}/${index}.png`,
      kind: 'good',
      sizeBytes: 400,
      outputBytes: 400,
      widthPx: Math.round(1_500 * Math.sqrt(size)),
      heightPx: Math.round(1_000 * Math.sqrt(size)),
      workMs: Math.round(300 * size),
    }
  })
}

const jobPlan = (name: string, coordinator: number, images: readonly ImagePlan[]): JobPlan => ({
  name,
  coordinator,
  startAtMs: JOBS_AT_MS,
  kind: 'images',
  images,
  tilePx: 100,
  verify: 0,
  strategy: 'balanced',
  hedge: true,
  local: 'never',
  waitMs: 3_000,
  giveUpMs: 60_000,
  readerPauseMs: 0,
})

const scenarioOf = (seed: number, peers: readonly PeerPlan[], jobs: readonly JobPlan[]): Scenario => ({
  seed,
  peers,
  jobs,
  network: { latencyMs: 0.5, jitterMs: 0.5, loss: 0, doubled: 0, reordered: 0, gossipAgeMs: 0 },
  faults: [],
  calmAtMs: 0,
})
