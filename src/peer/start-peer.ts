/** Builds a member of the cluster from its parts: node, executor, coordinator. The only place that knows them all. */

import { availableParallelism } from 'node:os'
import { type Clock, systemClock } from '../base/clock.ts'
import { MurmurationError } from '../base/errors.ts'
import type { PeerId } from '../base/ids.ts'
import {
  createIsolatedHeaders,
  createIsolatedHugeCodec,
  type HeaderReader,
  type HugeCodec,
  headersInThisProcess,
  hugeCodecInThisProcess,
  type ImageRunner,
  operationsHash,
  pixelVersion,
} from '../cv/index.ts'
import { checkExecutorOptions } from './check-options.ts'
import { dataDirectory } from './identity/data-directory.ts'
import { openPeerMetrics, type PeerMetrics } from './metrics/index.ts'
import { createServedModels, type ServedModels } from './models/served-models.ts'
import { startClusterNode } from './node/start-cluster-node.ts'
import { createOwnExecutor, loadWithoutExecutor, type OwnExecutor, type OwnExecutorWorld } from './own-executor.ts'
import { createOwnHistory } from './own-history.ts'
import { packageVersion } from './package-version.ts'
import type { Peer, PeerOptions } from './peer.ts'
import { createPeerLog } from './peer-log.ts'
import type { LoadSource, OwnLoad } from './ports.ts'
import { createRunningPeer } from './running-peer.ts'

/** For benchmarks and tests; not part of the package's API. */
export interface PeerInternals {
  readonly clock?: Clock
  /** Instead of the worker pool. */
  readonly runner?: ImageRunner
  /** Instead of this process or an isolated one. */
  readonly headers?: HeaderReader
  /** As `headers`, for each job. */
  readonly openHugeCodec?: () => HugeCodec
}

/**
 * Starts a member of the cluster: an executor unless `executor` is false.
 * @throws MurmurationError ERR_USAGE, ERR_PORT_TAKEN, ERR_KEY, ERR_DATA_DIR
 */
export async function startPeer(options: PeerOptions = {}, internals: PeerInternals = {}): Promise<Peer> {
  const { metricsPort } = options
  const metrics = metricsPort === undefined ? undefined : await openPeerMetrics(metricsPort)
  try {
    return await assemblePeer(options, internals, metrics)
  } catch (error) {
    await metrics?.close()
    throw error
  }
}

async function assemblePeer(
  options: PeerOptions,
  internals: PeerInternals,
  metrics: PeerMetrics | undefined,
): Promise<Peer> {
  const clock = internals.clock ?? systemClock
  const executorOptions =
    options.executor === false ? undefined : checkExecutorOptions(options.executor ?? {}, availableParallelism())
  const load = new ReplaceableLoad(loadWithoutExecutor(executorOptions))
  const { executor: _, metricsPort: __, isolate = false, simd = true, ...nodeOptions } = options
  const log = createPeerLog(clock)
  const onNotice = (sentence: string): void => {
    log.add('warning', sentence)
    options.onNotice?.(sentence)
  }
  const node = await startClusterNode({
    ...nodeOptions,
    onNotice,
    role: executorOptions ? 'executor' : 'observer',
    version: packageVersion(),
    pixelVersion: pixelVersion(),
    operationsHash: operationsHash(),
    load,
    clock,
  })
  const models = createServedModels(node.id)
  node.serveModels(models.find)
  const fetchModel: OwnExecutorWorld['fetchModel'] = (from, digest, fetching) =>
    from === node.id ? ownModel(models, node.id, digest) : node.fetchModel(from, digest, fetching)
  const world = {
    id: node.id,
    name: node.name,
    directory: node.directory,
    clock,
    fetchModel,
    isolate,
    simd,
    ...(metrics && { onFinished: metrics.recorder.finished }),
    ...internals,
  }
  const own = executorOptions ? createOwnExecutor(executorOptions, world) : undefined
  if (own) {
    node.handleTasks((channel, from) => own.executor.attach(channel, from))
    load.replace(own.executor)
  }
  // an observer makes an executor only when a job of its own needs one; nobody else may use it
  const makeLocal = (): OwnExecutor => createOwnExecutor(checkExecutorOptions({}, availableParallelism()), world)
  const history = createOwnHistory(dataDirectory(node.dataDir).jobs, clock)
  for (const sentence of await history.refresh()) onNotice(sentence)
  const headers = internals.headers ?? (isolate ? createIsolatedHeaders({ clock }) : headersInThisProcess)
  const openHugeCodec =
    internals.openHugeCodec ?? (() => (isolate ? createIsolatedHugeCodec({ clock }) : hugeCodecInThisProcess))
  return createRunningPeer({ node, load, own, makeLocal, history, models, headers, openHugeCodec, metrics, log, clock })
}

/** Of a job of this peer, for its own executor. */
async function ownModel(models: ServedModels, self: PeerId, digest: string): Promise<Uint8Array> {
  const model = models.find(digest, self)
  if (model === undefined) throw new MurmurationError('ERR_MODEL_FETCH', 'the job that has the model is over')
  return model.bytes
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
