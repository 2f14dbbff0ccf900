/** A peer of the simulated world over all its lives: the real node, executor and membership on a virtual process, network and disk. */

import type { PeerId } from '../../src/base/ids.ts'
import { LEAVE_MS, STUCK_MS } from '../../src/base/limits.ts'
import { createRandom, hashToUnit, type Random } from '../../src/base/random.ts'
import type { ImageTask } from '../../src/cv/image-runner.ts'
import { createDoorway } from '../../src/peer/admission/doorway.ts'
import { createChannelPair } from '../../src/peer/channel-pair.ts'
import type { LocalExecutor } from '../../src/peer/coordinator/ports.ts'
import { Quarantine } from '../../src/peer/coordinator/quarantine.ts'
import { createExecutor, type Executor } from '../../src/peer/executor/index.ts'
import type { KnownPeer } from '../../src/peer/identity/known-peers.ts'
import { assembleNode, type NodeParts, type RunnableNode } from '../../src/peer/node/assemble-node.ts'
import { createFailedProofs } from '../../src/peer/node/connector.ts'
import type { LoadSource, OwnLoad } from '../../src/peer/ports.ts'
import type { ExecutorChannel } from '../../src/peer/task-channel.ts'
import { Host } from './host.ts'
import { PIPELINES } from './images.ts'
import { PIXEL_VERSION } from './job-kinds.ts'
import { simulatedPeerId } from './peer-ids.ts'
import { rudeChannel } from './rude-channel.ts'
import type { PeerPlan } from './scenario.ts'
import { SimProcess } from './sim-process.ts'
import { VirtualDisk } from './virtual-disk.ts'
import { createVirtualLibp2p } from './virtual-libp2p.ts'
import { watchChannel } from './watched-channel.ts'
import { createSimWorkerPool, type SimWorkerPool } from './worker-pool.ts'
import type { World } from './world.ts'

const KNOWN_PIPELINES: readonly string[] = Object.values(PIPELINES)
const MAX_PIXELS = 50_000_000
/** How long a holder keeps a task: longer than it is waited for. */
const HOLD_MS = 3 * STUCK_MS

/** From a start of the process to its end. */
export interface Life {
  readonly process: SimProcess
  readonly host: Host
  readonly node: RunnableNode
  /** Of an observer only once a job of its own needed it. */
  executor: Executor | undefined
  /** Whom its jobs put aside. */
  readonly quarantine: Quarantine
  isLeaving: boolean
  /** Names of those that it has seen alive. */
  readonly met: Set<string>
  readonly startedAtMs: number
}

export class SimPeer {
  readonly plan: PeerPlan
  readonly index: number
  readonly id: PeerId
  readonly endpoint: string
  readonly disk: VirtualDisk
  life: Life | undefined
  /** What was broken of it is in order from now on. */
  isRepaired = false
  /** Signs what this peer does wrong; stays in outputs after its end. */
  readonly liesAs: string
  readonly #world: World
  readonly #random: Random
  readonly #known = new Map<PeerId, KnownPeer>()
  #incarnation = 0
  #slowness = 1
  #pool: SimWorkerPool | undefined

  constructor(world: World, plan: PeerPlan, index: number) {
    this.#world = world
    this.plan = plan
    this.index = index
    this.id = simulatedPeerId(index)
    this.endpoint = `/ip4/10.0.0.${index + 1}/tcp/4601`
    this.liesAs = plan.character === 'liar' ? `a lie of ${plan.name}` : ''
    this.#random = createRandom(`${world.scenario.seed}/peer/${index}`)
    this.disk = new VirtualDisk(world.timeline, createRandom(`${world.scenario.seed}/disk/${index}`))
  }

  get isUp(): boolean {
    return this.life !== undefined && this.life.process.state !== 'dead'
  }

  start(): void {
    if (this.isUp) return
    const { timeline, network, trace } = this.#world
    this.#incarnation++
    const { plan } = this
    const random = createRandom(`${this.#world.scenario.seed}/life/${this.index}/${this.#incarnation}`)
    const process = new SimProcess({
      name: plan.name,
      pid: 1_000 * (this.index + 1) + this.#incarnation,
      timeline,
      random,
      isTraced: trace.isOn,
      onUncaught: (error) => this.#world.uncaught(plan.name, error),
    })
    const garble = plan.character === 'garbler' ? { garble: (bytes: Uint8Array) => this.#garbled(bytes) } : {}
    const { id, endpoint } = this
    const host = new Host({ network, process, id, endpoint, bytesPerMs: plan.bytesPerMs, ...garble })
    const executor = plan.role === 'executor' ? this.#createExecutor(process) : undefined
    const node = assembleNode(this.#nodeParts({ process, host, load: executor ?? OBSERVER_LOAD, random }))
    const startedAtMs = timeline.nowMs
    const quarantine = new Quarantine()
    this.life = { process, host, node, executor, quarantine, isLeaving: false, met: new Set(), startedAtMs }
    if (executor) node.handleTasks((channel, from) => executor.attach(this.#watched(channel, from.peer), from))
    trace.add(plan.name, `starts, life ${this.#incarnation}`)
    this.#world.watchMembers(this, this.life)
    node.start().catch((error: unknown) => this.#world.uncaught(plan.name, error))
  }

  /** Work takes so many times longer from now on. */
  slowDown(factor: number): void {
    this.#slowness = factor
    if (this.life?.process.isRunning) this.#pool?.rescale()
  }

  crash(isPowerLoss: boolean): void {
    const { life } = this
    if (!life || !this.isUp) return
    this.#world.trace.add(this.plan.name, isPowerLoss ? 'loses power' : 'is killed')
    life.process.kill()
    life.host.crash(isPowerLoss)
    this.life = undefined
  }

  stop(): void {
    if (!this.life?.process.isRunning) return
    this.#world.trace.add(this.plan.name, 'is stopped')
    this.life.process.stop()
    for (const { connection } of this.life.host.ends) this.#world.network.watch(connection)
  }

  continue(): void {
    if (this.life?.process.state !== 'stopped') return
    this.#world.trace.add(this.plan.name, 'continues')
    this.life.process.continue()
    for (const { connection } of this.life.host.ends) connection.resume()
  }

  /** As `peer stop` does it: says farewell, hands back, ends. */
  async leave(): Promise<void> {
    const { life } = this
    if (!life || !this.isUp || life.isLeaving) return
    life.isLeaving = true
    const { trace } = this.#world
    trace.add(this.plan.name, 'leaves')
    const { process, node, executor } = life
    await Promise.all([node.leave(), executor?.drain(LEAVE_MS)])
    await executor?.close()
    await node.stop()
    if (process.state !== 'running') return
    trace.add(this.plan.name, 'has left')
    this.#world.checkLeftNothing(this, process)
    process.kill()
    if (this.life === life) this.life = undefined
  }

  /** This peer's own executor for its own jobs, as start-peer.ts makes it. */
  localExecutor(): LocalExecutor {
    const { life } = this
    if (!life) throw new Error('a peer without a life has no executor')
    life.executor ??= this.#createExecutor(life.process)
    const { executor } = life
    const { id, plan } = this
    return {
      get info() {
        const { isPaused, isDraining, loadProbability, msPerMegapixel, running, parked } = executor.read()
        const outstanding = running + parked
        const fixed = { id, name: plan.name, slots: plan.slots, maxPixels: MAX_PIXELS }
        return { ...fixed, loadProbability, isPaused, isDraining, msPerMegapixel, outstanding }
      },
      attach: () => {
        const pair = createChannelPair()
        executor.attach(this.#watched(pair.executor, id), { peer: id, rttMs: () => 0 })
        return pair.coordinator
      },
    }
  }

  #createExecutor(process: SimProcess): Executor {
    const { plan } = this
    const world = this.#world
    let toHold = plan.character === 'holder' ? plan.slots : 0
    const runner = createSimWorkerPool({
      process,
      slots: plan.slots,
      liesAbout: (task) => this.#liesAbout(task),
      hidesLies: plan.hidesLies,
      hasWrongDigests: plan.character === 'forger' && this.#random.next() < 0.5,
      extraMs: () => (toHold-- > 0 ? (HOLD_MS * plan.speed) / this.#slowness : 0),
      slowness: () => this.#slowness / plan.speed,
      onStart: (task) => world.executed(task),
      onTooMany: (running) => world.violated(`${plan.name} runs ${running} tasks in ${plan.slots} slots`),
    })
    this.#pool = runner
    return createExecutor(
      { runner, clock: process.clock, knowsPipeline: (text) => KNOWN_PIPELINES.includes(text) },
      {
        slots: plan.slots,
        load: plan.load,
        delayMs: plan.delayMs,
        maxPixels: MAX_PIXELS,
        pixelVersion: PIXEL_VERSION,
        seed: this.index,
      },
    )
  }

  /** What it signs this task's work with; empty where it tells the truth. Always the same about the same task. */
  #liesAbout({ seed, tile }: ImageTask): string {
    if (this.liesAs === '') return ''
    const place = tile ? [tile.known.length, tile.keep.x, tile.keep.y] : []
    return hashToUnit('lie', this.plan.name, seed, ...place) < this.plan.lies ? this.liesAs : ''
  }

  #watched(channel: ExecutorChannel, from: PeerId): ExecutorChannel {
    const world = this.#world
    const isRude = this.plan.character === 'rude'
    const isTrusted = world.peerOf(from)?.plan.character !== 'garbler'
    return watchChannel(isRude ? rudeChannel(channel, this.#random, () => !this.isRepaired) : channel, {
      trace: world.trace,
      executor: this.plan.name,
      coordinator: world.peerOf(from)?.plan.name ?? 'nobody',
      onBroken: (sentence) => {
        if (!isRude && isTrusted && this.plan.character !== 'garbler') world.violated(sentence)
      },
    })
  }

  /** Now and then a byte changes. The two ends of a local channel share memory, so only the network's are broken. */
  #garbled(bytes: Uint8Array): Uint8Array {
    if (this.isRepaired || this.#random.next() > 0.02 || bytes.byteLength === 0) return bytes
    const copy = new Uint8Array(bytes)
    const at = Math.floor(this.#random.next() * Math.min(copy.byteLength, 300))
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(this.#random.next() * 8))
    return copy
  }

  #nodeParts(life: { process: SimProcess; host: Host; load: LoadSource; random: Random }): NodeParts {
    const { plan } = this
    const known = this.#known
    const parts = {
      options: {
        role: plan.role,
        version: '0.0.0-simulated',
        pixelVersion: PIXEL_VERSION,
        operationsHash: 'operations',
        load: life.load,
        clock: life.process.clock,
        random: life.random,
        bootstrap: this.#world.bootstrapOf(this),
      },
      libp2p: createVirtualLibp2p(life.host),
      directory: { root: '', keyFile: '', joinedFile: '', running: '', folderOf: () => '' },
      folder: {
        name: plan.name,
        path: plan.name,
        incarnation: this.#incarnation,
        knownPeers: {
          list: () => [...known.values()].sort((a, b) => b.lastSeen - a.lastSeen),
          remember: (peer: KnownPeer) => void known.set(peer.id, peer),
          forget: (id: PeerId) => void known.delete(id),
          close: async () => {},
        },
        close: async () => {},
      },
      failedProofs: createFailedProofs(),
      doorway: createDoorway(),
      keyring: undefined,
      meetAt: () => ({ announce: async () => {}, read: async () => [], withdraw: async () => {} }),
    }
    return parts as unknown as NodeParts // without a private key: nothing of the node itself asks for it
  }
}

const NO_LOAD: OwnLoad = {
  role: 'observer',
  slots: 0,
  maxPixels: 0,
  running: 0,
  parked: 0,
  loadProbability: 0,
  isPaused: false,
  isDraining: false,
  counts: { accepted: 0, refused: 0, delayed: 0, completed: 0, failed: 0 },
  msPerMegapixel: 0,
  strategies: [],
}
const OBSERVER_LOAD: LoadSource = { read: () => NO_LOAD, onChange: () => () => {} }
