/** What must hold when a run of a job has ended, and when the world has. Each check says its sentence through `world.violated`. */

import { maxTwins } from '../../src/peer/coordinator/hedge.ts'
import type { JobEvent } from '../../src/peer/job-events.ts'
import { checkFiles, checkLines } from './check-outputs.ts'
import { checkRedone, checkTrust } from './check-trust.ts'
import type { Run, SimJob } from './sim-job.ts'
import type { SimPeer } from './sim-peer.ts'
import type { World } from './world.ts'
import { canJudge, hasFault, isUnruly } from './world-facts.ts'

type Outcome = Extract<JobEvent, { event: 'done' | 'failed' }>

const isOutcome = (event: JobEvent): event is Outcome => event.event === 'done' || event.event === 'failed'
const count = <T>(items: Iterable<T>, isMeant: (item: T) => boolean): number => [...items].filter(isMeant).length

// ---- a run ----

export function checkEndOfRun(world: World, job: SimJob, run: Run): void {
  const name = `${job.plan.name}, run ${run.number}`
  checkTwins(world, run, name)
  checkTrust(world, job, run)
  checkLines(world, job, run)
  if (run.error) checkError(world, run, name)
  const { finished, withdrawnEarlier } = countOutcomes(world, run, name)
  const { summary } = run
  if (!summary) return
  const counted = summary.done + summary.failed
  const todo = run.todo + withdrawnEarlier
  const isComplete = summary.outcome === 'done' || summary.outcome === 'some-failed'
  if (counted !== finished) world.violated(`${name}: the summary counts ${counted} of ${finished}`)
  if (isComplete && counted !== todo) world.violated(`${name}: ended as complete with ${counted} of ${todo}`)
  if (summary.outcome === 'done' && summary.failed > 0) world.violated(`${name}: is done with failures`)
  if (summary.alreadyDone !== run.alreadyDone - withdrawnEarlier) {
    world.violated(`${name}: does not count what was done before`)
  }
  if (summary.outcome === 'interrupted' && !run.interruption.signal.aborted) {
    world.violated(`${name}: says that it was interrupted, and was not`)
  }
  if (
    summary.outcome === 'stopped' &&
    !(summary.code === 'ERR_OUTPUT' && hasFault(world, 'failing-disk', 'full-disk'))
  ) {
    world.violated(`${name}: was stopped by ${summary.code}: ${summary.reason}`)
  }
  if (summary.outcome === 'gave-up') {
    const least = summary.code === 'ERR_GIVE_UP' ? job.plan.giveUpMs : job.plan.waitMs
    if (summary.elapsedMs < least) world.violated(`${name}: gave up after ${summary.elapsedMs} ms, not ${least}`)
  }
  for (const event of run.emitted) if (isOutcome(event)) checkOutcome(world, job, run, event)
}

/** Images with an outcome that stands: one each. */
function countOutcomes(world: World, run: Run, name: string): { finished: number; withdrawnEarlier: number } {
  const finished = new Set<string>()
  let withdrawnEarlier = 0
  for (const event of run.emitted) {
    if (isOutcome(event)) {
      if (finished.has(event.path)) world.violated(`${name}: ${event.path} has two outcomes`)
      finished.add(event.path)
    } else if (event.event === 'withdrawn') {
      if (event.wasEarlierRun) withdrawnEarlier++
      else if (!finished.delete(event.path)) world.violated(`${name}: ${event.path} was withdrawn and never done`)
    }
  }
  return { finished: finished.size, withdrawnEarlier }
}

/** Of the images together, and of each pass over a huge one: these are bounded each for itself. */
function checkTwins(world: World, run: Run, name: string): void {
  const groups = new Map<string, { readonly twins: Set<string>; readonly tasks: number }>()
  for (const event of run.emitted) {
    if (event.event !== 'hedged' && event.event !== 'refused') continue
    const { path, tile, task, attempt } = event
    const key = tile ? `${path}, pass ${tile.pass}` : ''
    const { twins, tasks } = groups.get(key) ?? { twins: new Set(), tasks: tile?.count ?? run.todo }
    groups.set(key, { twins, tasks })
    if (event.event === 'hedged') twins.add(`${task} ${attempt}`)
    // a refused twin cost nothing and may be tried again
    else twins.delete(`${task} ${attempt}`)
  }
  // what a liar did is done again in a round of its own
  const rounds = 1 + count(run.emitted, (event) => event.event === 'quarantined' && event.forMs === undefined)
  for (const [key, { twins, tasks }] of groups) {
    const most = rounds * maxTwins(tasks)
    if (twins.size > most) world.violated(`${name}: ${twins.size} tasks have a twin, of at most ${most} ${key}`)
  }
}

function checkError(world: World, run: Run, name: string): void {
  const { error } = run
  if (error?.code === 'ERR_OUTPUT' && hasFault(world, 'failing-disk', 'full-disk', 'twice')) return
  world.violated(`${name}: threw ${error?.code}: ${error?.message}`)
}

function checkOutcome(world: World, job: SimJob, run: Run, event: Outcome): void {
  const image = job.plan.images.find(({ path }) => path === event.path)
  if (!image) {
    world.violated(`${job.plan.name}: ${event.path} is no image of the job`)
    return
  }
  if (image.kind !== 'good') {
    if (event.event === 'done') world.violated(`${event.path} is ${image.kind} and counts as done`)
    return
  }
  if (event.event === 'done' || isUnruly(world)) return
  const about = run.emitted.filter((other) => 'path' in other && other.path === event.path)
  const why = whyMayFail(world, job, event.code, about)
  if (why !== undefined)
    world.violated(`${event.path} is good and failed with ${event.code} (${event.message}): ${why}`)
}

/** Undefined when a good image may fail with this code after these events. */
function whyMayFail(world: World, job: SimJob, code: string, about: readonly JobEvent[]): string | undefined {
  const lost = count(about, ({ event }) => event === 'lost')
  const garbled = count(about, (one) => one.event === 'retried' && /DIGEST|DEADLINE/.test(one.code))
  switch (code) {
    case 'ERR_PEER_LOST':
    case 'ERR_CANCELLED':
      return lost >= 4 ? undefined : `its peers were lost ${lost} times only`
    case 'ERR_DIGEST':
    case 'ERR_DEADLINE':
      return garbled >= 2 ? undefined : `it was garbled ${garbled} times before`
    case 'ERR_WRITE':
    case 'ERR_READ':
      return hasFault(world, 'failing-disk', 'full-disk') ? undefined : 'the disk was well'
    case 'ERR_DISAGREEMENT':
      if (!about.some(({ event }) => event === 'mismatch')) return 'nobody differed'
      return canJudge(world, job) ? `${job.peer.plan.name} itself could decide` : undefined
    default:
      return 'nothing was wrong with it'
  }
}

// ---- the end ----

export function checkEndOfWorld(world: World): void {
  for (const job of world.jobs) {
    checkLastRun(world, job)
    checkFiles(world, job)
    checkRedone(world, job)
    checkExecutions(world, job)
  }
}

function checkLastRun(world: World, job: SimJob): void {
  const last = job.runs.at(-1)
  const outcome = last?.summary?.outcome
  if (outcome === 'done' || outcome === 'some-failed') return
  const isHard = mayGiveUp(world, job)
  if (outcome === 'gave-up' && isHard) return
  const reason = last?.summary?.reason ?? last?.error?.message ?? 'nothing ended'
  world.violated(`${job.plan.name} never came to its end: ${outcome}, ${reason}`)
}

/** Nobody who could do it, or somebody who refuses nearly everything or spoils it. */
function mayGiveUp(world: World, job: SimJob): boolean {
  const isLoaded = world.peers.some(({ plan }) => plan.load >= 0.9) || hasFault(world, 'load')
  const isSpoilt = world.peers.some(({ plan }) => plan.character !== 'honest')
  const others = [...withinReach(world, job.peer)].filter((peer) => peer !== job.peer && peer.plan.role === 'executor')
  return isLoaded || isSpoilt || (job.plan.local === 'never' && others.length === 0)
}

const MAX_MOVES = 3

/** Nothing is run twice but what was hedged, lost, set back or checked, and what moved to an idle peer at the end. */
function checkExecutions(world: World, job: SimJob): void {
  if (isUnruly(world)) return
  for (const { path } of job.plan.images) {
    for (const [tile, executed] of world.executions.get(path) ?? []) {
      let explained = 0
      for (const { emitted } of job.runs) {
        const about = emitted.filter(
          (one) => 'path' in one && one.path === path && (tile === '' || tileOf(one) === tile),
        )
        explained += mostOpinions(world, job)
        explained += count(about, ({ event }) => event === 'hedged' || event === 'lost' || event === 'retried')
        explained += count(about, (one) => one.event === 'refused' && one.reason === 'DRAINING')
      }
      // one that moved to an idle peer may have begun before it heard of that
      const most = explained + (job.plan.hedge ? MAX_MOVES : 0)
      if (executed > most) {
        const name = tile === '' ? path : `${tile} of ${path}`
        world.violated(`${name} was run ${executed} times, of which ${most} are explained`)
      }
    }
  }
}

/** As World.executed tells tiles apart. */
const tileOf = (event: JobEvent): string =>
  'tile' in event && event.tile ? `pass ${event.tile.pass}, tile ${event.tile.index}` : ''

/** That one run may ask for about a task: a liar is contradicted, what it did is done again, and that is checked too. */
function mostOpinions(world: World, { plan }: SimJob): number {
  if (plan.verify === 0) return 1
  const liars = count(world.peers, ({ liesAs }) => liesAs !== '')
  return (1 + liars) * (2 + 2 * liars)
}

// ---- the cluster, when all is calm ----

/** Undefined when all who run and have a way to each other know of each other, and of nobody who is gone; else what is wrong. */
export function whyDisagree(world: World): string | undefined {
  const running = world.peers.filter((peer) => peer.isUp)
  for (const peer of running) {
    const { life, plan } = peer
    const views = new Map(life?.node.peers().map((view) => [view.name, view.state]))
    const reachable = withinReach(world, peer)
    for (const other of world.peers) {
      if (other === peer) continue
      const state = views.get(other.plan.name) ?? 'unknown'
      if (reachable.has(other) && state !== 'alive') return `${plan.name} sees ${other.plan.name} as ${state}`
      if (!other.isUp && (state === 'alive' || state === 'suspect'))
        return `${plan.name} sees ${other.plan.name} as ${state}`
    }
  }
  return undefined
}

/** Those that a peer could hear of by way of somebody who knows, or was told, an address of somebody who runs. */
function withinReach(world: World, from: SimPeer): ReadonlySet<SimPeer> {
  const running = world.peers.filter((peer) => peer.isUp)
  const isTold = (a: SimPeer, b: SimPeer): boolean =>
    a.life?.met.has(b.plan.name) === true || world.bootstrapOf(a).includes(b.endpoint)
  const reached = new Set([from])
  for (const peer of reached) {
    for (const other of running) if (isTold(peer, other) || isTold(other, peer)) reached.add(other)
  }
  return reached
}

/** Undefined when no executor holds anything and no task stream is open. */
export function whyNotIdle(world: World): string | undefined {
  for (const { life, plan } of world.peers) {
    const load = life?.executor?.read()
    if (load && load.running + load.parked > 0) return `${plan.name} still holds ${load.running + load.parked} tasks`
    for (const end of life?.host.ends ?? []) {
      for (const { protocol, status } of end.streams) {
        if (status === 'open')
          return `${plan.name} still has a stream of ${protocol} with ${end.other.host.process.name}`
      }
    }
  }
  return undefined
}
