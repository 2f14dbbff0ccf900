/** Builds a member of the cluster from its parts: node, executor, coordinator. The only place that knows them all. */

import { availableParallelism } from 'node:os'
import { type Clock, systemClock } from '../base/clock.ts'
import { LEAVE_MS } from '../base/limits.ts'
import { type ImageRunner, operationsHash, pixelVersion } from '../cv/index.ts'
import { checkExecutorOptions, checkSubmitOptions } from './check-options.ts'
import type { ClusterNode } from './node/cluster-node.ts'
import { startClusterNode } from './node/start-cluster-node.ts'
import { createOwnExecutor, loadWithoutExecutor, type OwnExecutor } from './own-executor.ts'
import { ownSnapshot } from './own-snapshot.ts'
import { packageVersion } from './package-version.ts'
import type { Peer, PeerOptions, Submission, SubmitOptions } from './peer.ts'
import type { LoadSource, OwnLoad } from './ports.ts'
import type { ClusterSnapshot } from './snapshot.ts'
import { createSubmission } from './submission.ts'
import { submitJob } from './submit-job.ts'

/** For benchmarks and tests; not part of the package's API. */
export interface PeerInternals {
  readonly clock?: Clock
  /** Instead of the worker pool. */
  readonly runner?: ImageRunner
}

/**
 * Starts a member of the cluster: an executor unless `executor` is false.
 * @throws MurmurationError ERR_USAGE, ERR_PORT_TAKEN, ERR_KEY, ERR_DATA_DIR
 */
export async function startPeer(options: PeerOptions = {}, internals: PeerInternals = {}): Promise<Peer> {
  const clock = internals.clock ?? systemClock
  const executorOptions =
    options.executor === false ? undefined : checkExecutorOptions(options.executor ?? {}, availableParallelism())
  const load = new ReplaceableLoad(loadWithoutExecutor(executorOptions))
  const { executor: _, simd = true, ...nodeOptions } = options
  const node = await startClusterNode({
    ...nodeOptions,
    role: executorOptions ? 'executor' : 'observer',
    version: packageVersion(),
    pixelVersion: pixelVersion(),
    operationsHash: operationsHash(),
    load,
    clock,
  })
  const world = { id: node.id, name: node.name, directory: node.directory, clock, simd, ...internals }
  const own = executorOptions ? createOwnExecutor(executorOptions, world) : undefined
  if (own) {
    node.handleTasks((channel, from) => own.executor.attach(channel, from))
    load.replace(own.executor)
  }
  // an observer makes an executor only when a job of its own needs one; nobody else may use it
  const makeLocal = (): OwnExecutor => createOwnExecutor(checkExecutorOptions({}, availableParallelism()), world)
  return new RunningPeer(node, load, own, makeLocal, clock)
}

/** What gossip reads, while the executor behind it comes only after the node. */
class ReplaceableLoad implements LoadSource {
  readonly #listeners = new Set<() => void>()
  readonly #initial: OwnLoad
  #source: LoadSource | undefined

  constructor(initial: OwnLoad) {
    this.#initial = initial
  }

  read(): OwnLoad {
    return this.#source?.read() ?? this.#initial
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  replace(source: LoadSource): void {
    this.#source = source
    source.onChange(() => this.#changed())
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

class RunningPeer implements Peer {
  readonly #node: ClusterNode
  readonly #load: LoadSource
  readonly #own: OwnExecutor | undefined
  readonly #makeLocal: () => OwnExecutor
  readonly #clock: Clock
  readonly #stopping = new AbortController()
  readonly #jobs = new Set<Promise<unknown>>()
  #local: OwnExecutor | undefined
  #stopped: Promise<void> | undefined

  constructor(
    node: ClusterNode,
    load: LoadSource,
    own: OwnExecutor | undefined,
    makeLocal: () => OwnExecutor,
    clock: Clock,
  ) {
    this.#node = node
    this.#load = load
    this.#own = own
    this.#makeLocal = makeLocal
    this.#clock = clock
  }

  get id(): Peer['id'] {
    return this.#node.id
  }

  get name(): string {
    return this.#node.name
  }

  get addresses(): readonly string[] {
    return this.#node.addresses
  }

  submit(paths: string | readonly string[], options: SubmitOptions = {}): Submission {
    const cluster = this.#node
    const signals = [this.#stopping.signal, ...(options.signal ? [options.signal] : [])]
    const submission = createSubmission(async (world) => {
      const checked = checkSubmitOptions(options)
      const deps = { cluster, clock: this.#clock, self: cluster, localExecutor: () => this.#localExecutor().local }
      return submitJob(deps, typeof paths === 'string' ? [paths] : paths, checked, world)
    }, AbortSignal.any(signals))
    const ended = submission.summary.catch(() => {}).finally(() => this.#jobs.delete(ended))
    this.#jobs.add(ended)
    return submission
  }

  snapshot(): ClusterSnapshot {
    return {
      self: ownSnapshot(this.#node, this.#load.read()),
      peers: this.#node.peers(),
      jobs: this.#node.jobs(),
      takenAt: this.#clock.wallTime(),
    }
  }

  onChange(listener: () => void): () => void {
    const stops = [this.#node.onChange(listener), this.#load.onChange(listener)]
    return () => {
      for (const stop of stops) stop()
    }
  }

  dialProblems(): ReturnType<ClusterNode['dialProblems']> {
    return this.#node.dialProblems()
  }

  waitForExecutors(count: number, withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (isThere: boolean): void => {
        timer.cancel()
        stopListening()
        resolve(isThere)
      }
      const look = (): void => {
        if (this.#node.executors().length >= count) finish(true)
      }
      const timer = this.#clock.setTimer(withinMs, () => finish(false))
      const stopListening = this.#node.onChange(look)
      look()
    })
  }

  setLoadProbability(probability: number): void {
    this.#own?.executor.setLoadProbability(probability)
  }

  pause(): void {
    this.#own?.executor.pause()
  }

  resume(): void {
    this.#own?.executor.resume()
  }

  stop({ atOnce = false }: { atOnce?: boolean } = {}): Promise<void> {
    this.#stopped ??= this.#stop(atOnce)
    return this.#stopped
  }

  async #stop(atOnce: boolean): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#jobs)
    if (!atOnce) await Promise.all([this.#node.leave(), this.#own?.executor.drain(LEAVE_MS)])
    await this.#own?.close()
    await this.#local?.close()
    await this.#node.stop()
  }

  #localExecutor(): OwnExecutor {
    if (this.#own) return this.#own
    this.#local ??= this.#makeLocal()
    return this.#local
  }
}
