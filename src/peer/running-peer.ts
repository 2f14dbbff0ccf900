/** A started member of the cluster: what Peer promises, over a node, an executor and the jobs that are coordinated here. */

import { resolve } from 'node:path'
import type { Clock, Timer } from '../base/clock.ts'
import type { JobId } from '../base/ids.ts'
import { HISTORY_REFRESH_MS, LEAVE_MS } from '../base/limits.ts'
import type { HeaderReader, HugeCodec } from '../cv/index.ts'
import { createChangeTeller } from './change-teller.ts'
import { type CheckedSubmitOptions, checkSubmitOptions } from './check-options.ts'
import { type ClusterWatch, createClusterWatch } from './cluster-watch.ts'
import type { LocalExecutor } from './coordinator/ports.ts'
import { Quarantine } from './coordinator/quarantine.ts'
import { boundedJob, canRetry } from './files/finished-job.ts'
import { isLoopback } from './identity/running-peers.ts'
import { jobEndSentence } from './job-end-sentence.ts'
import type { JobSummary } from './job-events.ts'
import type { PeerMetrics } from './metrics/index.ts'
import type { ServedModels } from './models/served-models.ts'
import type { ClusterNode } from './node/cluster-node.ts'
import type { OwnExecutor } from './own-executor.ts'
import type { OwnHistory } from './own-history.ts'
import { createOwnJobs, type OwnJob } from './own-jobs.ts'
import { createOwnRow } from './own-snapshot.ts'
import type { Peer, Submission, SubmitOptions } from './peer.ts'
import type { PeerLog } from './peer-log.ts'
import type { LoadSource } from './ports.ts'
import type { ClusterSnapshot, JobSnapshot, LogLine, PeerSnapshot } from './snapshot.ts'
import { createSubmission, type SubmissionWorld } from './submission.ts'
import { submitJob } from './submit-job.ts'
import { watchJob } from './watch/watch-job.ts'

export interface PeerParts {
  readonly node: ClusterNode
  readonly load: LoadSource
  /** Undefined in an observer. */
  readonly own: OwnExecutor | undefined
  /** For an observer's own job, when one needs it. */
  makeLocal(): OwnExecutor
  readonly history: OwnHistory
  readonly models: ServedModels
  readonly headers: HeaderReader
  /** For one job. */
  openHugeCodec(): HugeCodec
  /** Undefined unless somebody wants them. */
  readonly metrics: PeerMetrics | undefined
  readonly log: PeerLog
  readonly clock: Clock
}

/** Where a job's files are, whatever the working directory becomes. */
interface AbsolutePlaces {
  readonly paths: readonly string[]
  readonly out: string
  readonly model?: string
}

export function createRunningPeer(parts: PeerParts): Peer {
  const { node, load, own, history, models, headers, openHugeCodec, metrics, log, clock } = parts
  const startedMs = clock.now()
  const stopping = new AbortController()
  const jobs = createOwnJobs()
  const quarantine = new Quarantine()
  const pending = new Set<Promise<unknown>>()
  const ownRow = createOwnRow(node, load, clock)
  let local: OwnExecutor | undefined
  let refreshing: Timer | undefined
  let stopped: Promise<void> | undefined

  // ---- what is shown ----

  const watch: ClusterWatch = createClusterWatch({ node, log, onForeignJobEnded: refreshHistorySoon })
  const changes = createChangeTeller(clock, () => {
    ownRow.look()
    watch.look()
  })
  const stopListening = [node.onChange(changes.changed), load.onChange(changes.changed)]
  changes.changed()

  /** Another peer of this user may have coordinated it. */
  function refreshHistorySoon(): void {
    refreshing ??= clock.setTimer(HISTORY_REFRESH_MS, () => {
      refreshing = undefined
      void refreshHistory()
    })
  }

  async function refreshHistory(): Promise<void> {
    tellAll(await history.refresh())
    changes.changed()
  }

  function tellAll(sentences: readonly string[]): void {
    for (const sentence of sentences) log.add('warning', sentence)
  }

  function withQuarantine(peers: readonly PeerSnapshot[]): readonly PeerSnapshot[] {
    const aside = quarantine.list(clock.now())
    if (aside.size === 0) return peers
    return peers.map((peer) => {
      const spell = aside.get(peer.id)
      return spell ? { ...peer, quarantine: spell } : peer
    })
  }

  const withOwn = (job: JobSnapshot): JobSnapshot =>
    job.coordinator === node.id ? { ...job, own: jobs.snapshot(job.id) } : job

  function snapshot(): ClusterSnapshot {
    return {
      cluster: {
        keyFingerprint: node.keyFingerprint,
        reach: node.addresses.every(isLoopback) ? 'loopback' : 'lan',
        dataDir: node.dataDir,
        uptimeMs: clock.now() - startedMs,
      },
      self: ownRow.read(),
      peers: withQuarantine(node.peers()),
      jobs: node.jobs().map(withOwn),
      history: history.list(),
      log: log.lines(),
      takenAt: clock.wallTime(),
    }
  }

  // ---- jobs ----

  function localExecutor(): OwnExecutor {
    if (own) return own
    local ??= parts.makeLocal()
    return local
  }

  function submit(paths: string | readonly string[], options: SubmitOptions = {}): Submission {
    const list = typeof paths === 'string' ? [paths] : paths
    const job = jobs.begin(list)
    const signals = [stopping.signal, job.signal, ...(options.signal ? [options.signal] : [])]
    const submission = createSubmission(async (world) => {
      const checked = checkSubmitOptions(options)
      // now, before anything can change the working directory
      const { out, model } = checked
      const absolute: AbsolutePlaces = {
        paths: list.map((path) => resolve(path)),
        out: resolve(out),
        ...(model !== undefined && { model: resolve(model) }),
      }
      const summary = await run(list, checked, { ...world, emit: observing(job, world) }).finally(job.end)
      if (isWorthKeeping(summary, checked)) {
        log.add(LOG_LEVELS[summary.outcome], ownEndSentence(summary))
        await keep(summary, absolute, checked, world)
      }
      return summary
    }, AbortSignal.any(signals))
    const ended = submission.summary
      .catch(() => {})
      .finally(() => {
        pending.delete(ended)
        changes.changed()
      })
    pending.add(ended)
    return submission
  }

  const observing =
    (job: OwnJob, world: SubmissionWorld): SubmissionWorld['emit'] =>
    (event) => {
      job.observe(event)
      metrics?.recorder.observe(event)
      if (event.event === 'notice') log.add('info', event.message)
      if (event.event === 'quarantined') {
        const forHow = event.forMs === undefined ? 'the rest of a job' : `${Math.round(event.forMs / 1000)} s`
        log.add('warning', `${event.peer.name} is put aside for ${forHow}: ${event.reason}`)
        changes.changed()
      }
      world.emit(event)
    }

  function run(paths: readonly string[], options: CheckedSubmitOptions, world: SubmissionWorld): Promise<JobSummary> {
    const local = (): LocalExecutor => localExecutor().local
    const deps = { cluster: node, clock, self: node, localExecutor: local, models, headers, openHugeCodec, quarantine }
    return (options.watch ? watchJob : submitJob)(deps, paths, options, world)
  }

  async function keep(
    summary: JobSummary,
    { paths, out, model }: AbsolutePlaces,
    { out: _, dryRun: __, watch: ___, ...told }: CheckedSubmitOptions,
    world: SubmissionWorld,
  ): Promise<void> {
    const coordinator = { id: node.id, name: node.name }
    const options = model === undefined ? told : { ...told, model }
    const notices = await history.add(boundedJob({ summary, paths, out, coordinator, options }))
    tellAll(notices)
    for (const message of notices) world.emit({ event: 'notice', message })
  }

  function retryJob(id: JobId): Submission | undefined {
    const job = history.find(id)
    if (!job || !canRetry(job) || jobs.isRunning(id)) return undefined
    return submit(job.paths, { ...job.options, out: job.out })
  }

  // ---- life ----

  function waitForExecutors(count: number, withinMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (isThere: boolean): void => {
        timer.cancel()
        stopWaiting()
        resolve(isThere)
      }
      const look = (): void => {
        if (node.executors().length >= count) finish(true)
      }
      const timer = clock.setTimer(withinMs, () => finish(false))
      const stopWaiting = node.onChange(look)
      look()
    })
  }

  async function stop(atOnce: boolean): Promise<void> {
    stopping.abort()
    await Promise.all(pending)
    if (!atOnce) await Promise.all([node.leave(), own?.executor.drain(LEAVE_MS)])
    for (const stopOne of stopListening) stopOne()
    changes.stop()
    refreshing?.cancel()
    await own?.close()
    await local?.close()
    await headers.close()
    await metrics?.close()
    await node.stop()
  }

  metrics?.follow({ snapshot, figures: node.figures })

  return {
    id: node.id,
    name: node.name,
    metricsUrl: metrics?.url,
    get addresses() {
      return node.addresses
    },
    submit,
    snapshot,
    onChange: changes.listen,
    dialProblems: () => node.dialProblems(),
    waitForExecutors,
    setLoadProbability(probability) {
      own?.executor.setLoadProbability(probability)
      node.speakNow()
    },
    pause() {
      own?.executor.pause()
      node.speakNow()
    },
    resume() {
      own?.executor.resume()
      node.speakNow()
    },
    async drain(withinMs) {
      const drained = own?.executor.drain(withinMs)
      node.speakNow()
      await drained
    },
    cancelJob: (job) => jobs.cancel(job),
    retryJob,
    stop({ atOnce = false } = {}) {
      stopped ??= stop(atOnce)
      return stopped
    },
  }
}

const LOG_LEVELS = {
  done: 'info',
  'some-failed': 'warning',
  interrupted: 'warning',
  'gave-up': 'error',
  stopped: 'error',
} as const satisfies Record<JobSummary['outcome'], LogLine['level']>

function ownEndSentence({ job: id, outcome, reason, done, alreadyDone, failed, images: total }: JobSummary): string {
  const how = outcome === 'done' || outcome === 'some-failed' ? 'is done' : `stopped (${reason ?? outcome})`
  return jobEndSentence({ id, how, done: done + alreadyDone, total, failed })
}

/** Not a plan, and no run in which nothing was left to do: the run that did it is there. */
function isWorthKeeping({ outcome, done, alreadyDone, images }: JobSummary, { dryRun }: CheckedSubmitOptions): boolean {
  return !dryRun && !(outcome === 'done' && done === 0 && alreadyDone === images)
}
