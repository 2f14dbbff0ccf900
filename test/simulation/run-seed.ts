/** One seed from its scenario to its verdict. */

import { checkEndOfWorld, whyDisagree, whyNotIdle } from './checkers.ts'
import { createScenario } from './draw-scenario.ts'
import { calmDown, scheduleFaults } from './faults.ts'
import { MOST_SILENT_MS } from './network.ts'
import type { Scenario } from './scenario.ts'
import { World } from './world.ts'

/** Virtual time that a world may take for its jobs once all is calm. */
const JOBS_MS = 2 * 60 * 60_000
const AGREEMENT_MS = 3 * 60_000
/** Longer than a holder keeps its tasks. */
const IDLE_MS = 40 * 60_000
const LEAVE_MS = 60_000
/** More than any world needs: one that exceeds it runs in circles. */
const MAX_EVENTS = 1_500_000

export interface SeedResult {
  readonly seed: number
  readonly violations: readonly string[]
  readonly events: number
  readonly virtualMs: number
  readonly traceHash: string
  readonly traceLines: readonly string[]
}

export interface RunSeedOptions {
  readonly isTraced?: boolean
  /** Breaks the world before it begins: how the checkers are checked. */
  readonly sabotage?: (world: World) => void
}

export const runSeed = (seed: number, options: RunSeedOptions = {}): Promise<SeedResult> =>
  runScenario(createScenario(seed), options)

export async function runScenario(scenario: Scenario, options: RunSeedOptions = {}): Promise<SeedResult> {
  const world = new World(scenario, { isTraced: options.isTraced === true })
  options.sabotage?.(world)
  const onRejection = (error: unknown): void => world.uncaught('somebody', error)
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtException', onRejection)
  try {
    await live(world)
  } finally {
    process.off('unhandledRejection', onRejection)
    process.off('uncaughtException', onRejection)
  }
  const { timeline, trace, violations } = world
  const { seed } = scenario
  return {
    seed,
    violations,
    events: timeline.events,
    virtualMs: timeline.nowMs,
    traceHash: trace.hash(),
    traceLines: trace.lines(),
  }
}

async function live(world: World): Promise<void> {
  const { timeline, scenario, peers, jobs } = world
  for (const peer of peers) timeline.at(peer.plan.startAtMs, () => peer.start())
  for (const job of jobs) timeline.at(Math.max(job.plan.startAtMs, job.peer.plan.startAtMs + 1), () => job.submit())
  scheduleFaults(world)
  const hasBroken = (): boolean => world.violations.length > 0 || timeline.events > MAX_EVENTS
  const waitFor = (isOver: () => boolean, withinMs: number): Promise<boolean> =>
    timeline.runUntil(() => isOver() || hasBroken(), timeline.nowMs + withinMs)

  await waitFor(() => false, scenario.calmAtMs)
  if (!hasBroken()) calmDown(world)
  if (!(await waitFor(() => jobs.every((job) => job.isOver), JOBS_MS))) {
    const open = jobs.filter((job) => !job.isOver).map(({ plan }) => plan.name)
    world.violated(`${open.join(', ')} did not end within ${JOBS_MS / 60_000} minutes after all was calm`)
  }
  if (timeline.events > MAX_EVENTS) world.violated(`the world runs in circles: ${timeline.events} events`)
  if (hasBroken()) return
  checkEndOfWorld(world)
  if (!(await waitFor(() => whyNotIdle(world) === undefined, IDLE_MS))) {
    world.violated(`after the jobs: ${whyNotIdle(world)}`)
  }
  if (!(await waitFor(() => whyDisagree(world) === undefined, AGREEMENT_MS))) {
    world.violated(`${AGREEMENT_MS / 1000} s after all was calm ${whyDisagree(world)}`)
  }
  if (hasBroken()) return
  for (const peer of peers) peer.life?.process.enter(() => void peer.leave())
  if (!(await waitFor(() => peers.every((peer) => !peer.isUp), LEAVE_MS))) {
    world.violated(`${peers.filter((peer) => peer.isUp).map(({ plan }) => plan.name)} did not leave`)
  }
  // to a machine without power nobody can say goodbye
  if (!hasBroken() && !(await waitFor(() => world.network.connections.size === 0, MOST_SILENT_MS))) {
    world.violated(`${world.network.connections.size} connections were left behind`)
  }
}
