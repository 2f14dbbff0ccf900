/** Builds a member of the cluster from its parts: node, executor, coordinator. The only place that knows them all. */

import { availableParallelism } from 'node:os'
import { type Clock, systemClock } from '../base/clock.ts'
import { type ImageRunner, operationsHash, pixelVersion } from '../cv/index.ts'
import { checkExecutorOptions } from './check-options.ts'
import { dataDirectory } from './identity/data-directory.ts'
import { startClusterNode } from './node/start-cluster-node.ts'
import { createOwnExecutor, loadWithoutExecutor, type OwnExecutor } from './own-executor.ts'
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
  const { executor: _, ...nodeOptions } = options
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
  const world = { id: node.id, name: node.name, directory: node.directory, clock, ...internals }
  const own = executorOptions ? createOwnExecutor(executorOptions, world) : undefined
  if (own) {
    node.handleTasks((channel, from) => own.executor.attach(channel, from))
    load.replace(own.executor)
  }
  // an observer makes an executor only when a job of its own needs one; nobody else may use it
  const makeLocal = (): OwnExecutor => createOwnExecutor(checkExecutorOptions({}, availableParallelism()), world)
  const history = createOwnHistory(dataDirectory(node.dataDir).jobs, clock)
  for (const sentence of await history.refresh()) onNotice(sentence)
  return createRunningPeer({ node, load, own, makeLocal, history, log, clock })
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
