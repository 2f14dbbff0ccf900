/**
 * A simulated world: its peers, its jobs, what goes wrong, and everything that must hold meanwhile. What must hold at the end is in
 * checkers.ts.
 */

import type { PeerId } from '../../src/base/ids.ts'
import {
  MAX_CONCURRENT_WRITES,
  MAX_PENDING_EVENTS,
  MAX_UNSAVED_OUTCOMES,
  READ_AHEAD_TASKS,
  SUSPECT_PING_MS,
} from '../../src/base/limits.ts'
import { createRandom, hashToSeed } from '../../src/base/random.ts'
import type { ImageTask } from '../../src/cv/image-runner.ts'
import type { ResultSink, SourceReader } from '../../src/peer/coordinator/ports.ts'
import type { JobEvent } from '../../src/peer/job-events.ts'
import { checkContent } from './check-outputs.ts'
import { checkEndOfRun } from './checkers.ts'
import { type ImagePlan, JOB_SEED } from './images.ts'
import { Network } from './network.ts'
import type { Scenario } from './scenario.ts'
import { type Run, SimJob } from './sim-job.ts'
import { type Life, SimPeer } from './sim-peer.ts'
import type { SimProcess } from './sim-process.ts'
import { tileIndexOf } from './tile-images.ts'
import { Timeline } from './timeline.ts'
import { createTrace, NO_TRACE, type Trace } from './trace.ts'

const MAX_VIOLATIONS = 10
/** Events of what was under way when the reader fell too far behind. */
const MORE_EVENTS = 256
/** A ping that failed was sent that long before; what happened since then explains it. */
const PING_WINDOW_MS = SUSPECT_PING_MS + 3_000

export class World {
  readonly scenario: Scenario
  readonly timeline = new Timeline()
  readonly trace: Trace
  readonly network: Network
  readonly peers: readonly SimPeer[]
  readonly jobs: readonly SimJob[]
  readonly violations: string[] = []
  /** How often each image was begun by a worker, over all runs; each tile of it in each pass, where it is done in tiles. */
  readonly executions = new Map<string, Map<string, number>>()
  readonly #bySeed = new Map<bigint, { readonly path: string; readonly tilePx: number }>()
  isCalm = false

  constructor(scenario: Scenario, { isTraced }: { readonly isTraced: boolean }) {
    this.scenario = scenario
    this.trace = isTraced ? createTrace(this.timeline) : NO_TRACE
    const random = createRandom(`${scenario.seed}/network`)
    this.network = new Network(this.timeline, random, scenario.network, this.trace)
    this.peers = scenario.peers.map((plan, index) => new SimPeer(this, plan, index))
    this.jobs = scenario.jobs.map((plan) => {
      const peer = this.peers[plan.coordinator]
      if (!peer) throw new Error(`there is no peer ${plan.coordinator}`)
      for (const { path } of plan.images) this.#bySeed.set(hashToSeed(JOB_SEED, path), { path, tilePx: plan.tilePx })
      return new SimJob(this, plan, peer)
    })
  }

  violated(sentence: string): void {
    this.trace.add('VIOLATED', sentence)
    if (this.violations.length < MAX_VIOLATIONS && !this.violations.includes(sentence)) this.violations.push(sentence)
  }

  uncaught(name: string, error: unknown): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error)
    this.violated(`${name} would have ended by an exception: ${what}`)
  }

  peerOf(id: PeerId): SimPeer | undefined {
    return this.peers.find((peer) => peer.id === id)
  }

  /** The first two peers are those that everybody was told of. */
  bootstrapOf(peer: SimPeer): string[] {
    return this.peers.slice(0, 2).flatMap((other) => (other === peer ? [] : [other.endpoint]))
  }

  executed({ seed, tile }: ImageTask): void {
    const { path = '', tilePx = 1 } = this.#bySeed.get(seed) ?? {}
    const place = tile ? `pass ${tile.known.length}, tile ${tileIndexOf(tile, tilePx)}` : ''
    const counts = this.executions.get(path) ?? new Map<string, number>()
    this.executions.set(path, counts.set(place, (counts.get(place) ?? 0) + 1))
  }

  checkOutput(job: SimJob, file: string, bytes: Buffer, image: ImagePlan): void {
    checkContent(this, job, file, image, bytes)
  }

  checkRun(job: SimJob, run: Run): void {
    checkEndOfRun(this, job, run)
  }

  /** Nobody is declared dead who could be reached, by whomever. */
  watchMembers(observer: SimPeer, { node, met }: Life): void {
    const states = new Map<PeerId, string>()
    node.onChange(() => {
      for (const { id, state, name } of node.peers()) {
        if (state === 'alive') met.add(name)
        if (states.get(id) === state) continue
        states.set(id, state)
        if (state === 'alive') continue
        if (this.trace.isOn) this.trace.add(observer.plan.name, `sees ${name} as ${state}`)
        if (state === 'dead') this.#checkDeath(observer, this.peerOf(id))
      }
    })
  }

  #checkDeath(observer: SimPeer, dead: SimPeer | undefined): void {
    const sinceMs = this.timeline.nowMs - PING_WINDOW_MS
    const life = dead?.life
    if (!dead || !life || life.isLeaving || !life.process.isRunning) return
    const wasThere = life.startedAtMs < sinceMs && life.process.stoppedUntilMs < sinceMs
    if (wasThere && this.network.wereTogetherSince(observer.id, dead.id, sinceMs)) {
      this.violated(`${observer.plan.name} declared ${dead.plan.name} dead, which ran and could be reached`)
    }
  }

  checkLeftNothing(peer: SimPeer, process: SimProcess): void {
    if (process.pendingTimers > 0) {
      for (const place of process.pendingTimerPlaces) this.trace.add(peer.plan.name, `a timer was left: ${place}`)
      this.violated(`${peer.plan.name} left ${process.pendingTimers} timers behind`)
    }
  }

  /** The bounds of a coordinator: what it has read and not finished, and what it saves at once. */
  watchCoordinator(job: SimJob, run: Run) {
    const name = `${job.plan.name}, run ${run.number}`
    const read = new Set<string>()
    let most = 0
    let saving = 0
    const mostOut = this.peers.reduce((sum, { plan }) => sum + Math.max(16, plan.slots + 1), 0)
    const isRude = this.peers.some(({ plan }) => plan.character !== 'honest')
    const bound = mostOut + READ_AHEAD_TASKS + 1 + MAX_UNSAVED_OUTCOMES + MAX_CONCURRENT_WRITES + 2
    return {
      reader: (reader: SourceReader): SourceReader => ({
        ...reader,
        read: (source, sizeBytes) => {
          read.add(source)
          most = Math.max(most, read.size)
          if (read.size > bound && !isRude) {
            this.violated(`${name}: ${read.size} images are read and not finished, of at most ${bound}`)
          }
          return reader.read(source, sizeBytes)
        },
      }),
      sink: (sink: ResultSink): ResultSink => ({
        withdraw: (liars) => sink.withdraw(liars),
        noteFailure: (task, reason) => sink.noteFailure(task, reason),
        save: async (result) => {
          saving++
          if (saving > MAX_CONCURRENT_WRITES) this.violated(`${name}: ${saving} results are saved at once`)
          try {
            await sink.save(result)
          } finally {
            saving--
          }
        },
      }),
      unread: (events: number): void => {
        if (events > MAX_PENDING_EVENTS + MORE_EVENTS) this.violated(`${name}: ${events} events wait for their reader`)
      },
      event: (event: JobEvent): void => {
        if (event.event === 'done' || event.event === 'failed') read.delete(job.sourceOf(event.path))
      },
    }
  }
}
