/** What must hold when a run of a job has ended, and when the world has. Each check says its sentence through `world.violated`. */

import { hashToSeed } from '../../src/base/random.ts'
import { maxTwins } from '../../src/peer/coordinator/hedge.ts'
import type { JobEvent } from '../../src/peer/job-events.ts'
import { type ImagePlan, JOB_SEED, outputOf, sourceBytes } from './images.ts'
import type { Run, SimJob } from './sim-job.ts'
import type { SimPeer } from './sim-peer.ts'
import type { World } from './world.ts'

type Outcome = Extract<JobEvent, { event: 'done' | 'failed' }>

const isOutcome = (event: JobEvent): event is Outcome => event.event === 'done' || event.event === 'failed'
const count = <T>(items: Iterable<T>, isMeant: (item: T) => boolean): number => [...items].filter(isMeant).length

/** Peers that break frames or rules can bring any image to a wrong end; what they must not do is bring down anybody. */
const isUnruly = (world: World): boolean =>
  world.peers.some(({ plan }) => plan.character === 'rude' || plan.character === 'garbler')
const hasFault = (world: World, ...kinds: readonly string[]): boolean =>
  world.scenario.faults.some(({ kind }) => kinds.includes(kind))

// ---- a run ----

export function checkEndOfRun(world: World, job: SimJob, run: Run): void {
  const name = `${job.plan.name}, run ${run.number}`
  const outcomes = run.emitted.filter(isOutcome)
  const seen = new Set<string>()
  for (const { path } of outcomes) {
    if (seen.has(path)) world.violated(`${name}: ${path} has two outcomes`)
    seen.add(path)
  }
  checkTwins(world, run, name)
  if (run.error) checkError(world, run, name)
  const { summary } = run
  if (!summary) return
  const finished = summary.done + summary.failed
  const isComplete = summary.outcome === 'done' || summary.outcome === 'some-failed'
  if (finished !== outcomes.length) world.violated(`${name}: the summary counts ${finished} of ${outcomes.length}`)
  if (isComplete && finished !== run.todo) world.violated(`${name}: ended as complete with ${finished} of ${run.todo}`)
  if (summary.outcome === 'done' && summary.failed > 0) world.violated(`${name}: is done with failures`)
  if (summary.alreadyDone !== run.alreadyDone) world.violated(`${name}: does not count what was done before`)
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
  for (const event of outcomes) checkOutcome(world, job, run, event)
}

function checkTwins(world: World, run: Run, name: string): void {
  const twins = new Set<string>()
  for (const event of run.emitted) {
    if (event.event === 'hedged') twins.add(`${event.path} ${event.attempt}`)
    // a refused twin cost nothing and may be tried again
    else if (event.event === 'refused') twins.delete(`${event.path} ${event.attempt}`)
  }
  const most = maxTwins(run.todo)
  if (twins.size > most) world.violated(`${name}: ${twins.size} tasks have a twin, of at most ${most}`)
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
  const why = whyMayFail(world, event.code, about)
  if (why !== undefined)
    world.violated(`${event.path} is good and failed with ${event.code} (${event.message}): ${why}`)
}

/** Undefined when a good image may fail with this code after these events. */
function whyMayFail(world: World, code: string, about: readonly JobEvent[]): string | undefined {
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
    default:
      return 'nothing was wrong with it'
  }
}

// ---- the end ----

export function checkEndOfWorld(world: World): void {
  for (const job of world.jobs) {
    checkLastRun(world, job)
    checkFiles(world, job)
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

function checkFiles(world: World, job: SimJob): void {
  const { disk } = job.peer
  const expected = new Map(job.plan.images.map((image) => [`${job.out}/${image.path}`, image]))
  const last = job.runs.at(-1)
  const isComplete = last?.summary?.outcome === 'done' || last?.summary?.outcome === 'some-failed'
  const failed = new Set(last?.summary?.failures.map(({ path }) => path))
  for (const [path, { bytes }] of disk.files) {
    if (!path.startsWith(`${job.out}/`)) continue
    const image = expected.get(path)
    if (image) checkContent(world, job, path, bytes, image)
    // on a disk that fails what was to be removed may stay: the next job takes it away
    else if (hasFault(world, 'failing-disk') && /\/partial\/|\/lock/.test(path)) continue
    else if (path.includes('/partial/')) world.violated(`${path} is half an output and was left behind`)
    else if (path.endsWith('/lock')) world.violated(`${path} still locks the folder`)
    else if (!path.endsWith('/journal.ndjson')) world.violated(`${path} is no output of the job`)
  }
  if (!isComplete) return
  for (const [file, { path }] of expected) {
    const isThere = disk.files.has(file)
    // done by an earlier run, and this time its source could not be read
    if (isThere && hasFault(world, 'failing-disk')) continue
    if (isThere === failed.has(path))
      world.violated(`${path} is ${isThere ? 'done and' : 'neither done nor'} listed as failed`)
  }
}

/** Also called for each output in the moment that it gets its name. */
export function checkContent(world: World, job: SimJob, file: string, bytes: Buffer, image: ImagePlan): void {
  if (image.kind !== 'good') world.violated(`${file} is the output of an image that is ${image.kind}`)
  if (image.kind !== 'good' || isUnruly(world)) return
  const source = sourceBytes(image)
  const seed = hashToSeed(JOB_SEED, image.path)
  if (bytes.equals(outputOf(source, seed))) return
  const liar = world.peers.find(({ liesAs }) => liesAs !== '' && bytes.equals(outputOf(source, seed, liesAs)))
  if (!liar) world.violated(`${file} of ${job.plan.name} has not the content that its image gives`)
}

const MAX_MOVES = 3

/** Nothing is run twice but what was hedged, lost or set back, and what moved to an idle peer at the end. */
function checkExecutions(world: World, job: SimJob): void {
  if (isUnruly(world)) return
  for (const { path } of job.plan.images) {
    const executed = world.executions.get(path) ?? 0
    let explained = 0
    for (const { emitted } of job.runs) {
      const about = emitted.filter((event) => 'path' in event && event.path === path)
      explained += 1 + count(about, ({ event }) => event === 'hedged' || event === 'lost' || event === 'retried')
      explained += count(about, (one) => one.event === 'refused' && one.reason === 'DRAINING')
    }
    // one that moved to an idle peer may have begun before it heard of that
    const most = explained + (job.plan.hedge ? MAX_MOVES : 0)
    if (executed > most) {
      world.violated(`${path} was run ${executed} times, of which ${most} are explained`)
    }
  }
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
