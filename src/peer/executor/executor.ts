/**
 * The executor: what a peer is for the coordinators that send it tasks. It answers every OFFER (decide-offer.ts), parks and
 * accepts in fair turns and runs what it accepted (lifecycle.ts), grants credits (credits.ts), says each second what it holds
 * (beats.ts), leaves in good order (drain.ts), and tells its own load. What a coordinator does wrong costs it its stream and nobody else anything.
 */

import { withDeadline } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { LEAVE_MS, MAX_SLOTS, RESULT_STALL_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { CoordinatorFrame, FreshLoad, OfferFrame } from '../../protocol/messages.ts'
import type { OwnLoad } from '../ports.ts'
import type { ExecutorChannel } from '../task-channel.ts'
import type { WindowBasis } from './admission-window.ts'
import { type Attempt, attemptKey, type CoordinatorLink } from './attempt.ts'
import { createBeats } from './beats.ts'
import { checkOffer } from './check-offer.ts'
import type { AttachedCoordinator, Executor, ExecutorDependencies, ExecutorSettings } from './contract.ts'
import { createLink } from './coordinator-link.ts'
import { type Credit, creditFor } from './credits.ts'
import { DRAINING, decideOffer, type OfferView, PAUSED, type Refusal } from './decide-offer.ts'
import { createDrain } from './drain.ts'
import { rememberPipelines } from './known-pipelines.ts'
import { createLifecycle } from './lifecycle.ts'
import { injectedDelayMs, isRefusedByLoad } from './load/draws.ts'
import { createLoadControl } from './load/load-control.ts'
import { createLoadMeter } from './load/load-meter.ts'
import { placeFor } from './places.ts'
import { createStatistics, nextServiceMs } from './statistics.ts'
import { createStrategyTable } from './strategy-totals.ts'
import { queueMsOf } from './work.ts'
import { createWorkload } from './workload.ts'

const debug = createLog('executor')

/** @throws MurmurationError ERR_USAGE for settings out of range */
export function createExecutor(dependencies: ExecutorDependencies, settings: ExecutorSettings): Executor {
  const { clock, runner, log } = dependencies
  const { slots, maxPixels, seed } = settings
  if (!Number.isInteger(slots) || slots < 1 || slots > MAX_SLOTS) {
    throw new MurmurationError('ERR_USAGE', `slots are expected between 1 and ${MAX_SLOTS}, got ${slots}`)
  }

  let window: WindowBasis = { slots, maxPixels, widestCreditTasks: 0 }
  let isPaused = false
  let isDraining = false
  let isTelling = false

  const links = new Set<CoordinatorLink>()
  const listeners = new Set<() => void>()
  const closing = new AbortController()
  const statistics = createStatistics()
  const strategies = log?.strategies ?? createStrategyTable()
  const workload = createWorkload(changed)
  const control = createLoadControl(settings.load, dependencies.measureLoad ?? createLoadMeter(clock), changed)
  const knowsPipeline = rememberPipelines(dependencies.knowsPipeline, false)
  const beats = createBeats(clock, links, freshLoad)
  const leaving = createDrain({
    clock,
    isQuiet,
    handBackWaiting() {
      isDraining = true
      changed()
      handBackWhere(({ state }) => state === 'parked' || state === 'receiving' || state === 'ready', DRAINING)
    },
    handBackRunning: () => handBackWhere(({ state }) => state !== 'sending', DRAINING),
  })
  const lifecycle = createLifecycle({
    clock,
    runner,
    models: dependencies.models,
    workload,
    statistics,
    strategies,
    signal: closing.signal,
    window: () => window,
    injectedDelayMs: (offer) => injectedDelayMs(control.policy, seed, offer, settings.delayMs),
    freshLoad,
    record: ({ link, key, offer }, outcome, elapsedMs) => record(link, key, offer, outcome, elapsedMs),
    onFinished(attempt, { decodeMs, processMs, encodeMs, bytes }) {
      dependencies.onFinished?.({
        queueMs: queueMsOf(attempt),
        delayMs: attempt.delayMs,
        decodeMs,
        processMs,
        encodeMs,
        bodyBytes: attempt.offer.sizeBytes,
        resultBytes: bytes.byteLength,
      })
    },
    served(link, serviceMs) {
      link.lastActiveAtMs = clock.now()
      link.serviceMs = nextServiceMs(link.serviceMs, serviceMs)
      link.turnaround.resultSent(clock.now())
      grantCredit(link)
    },
    closeLink,
  })

  // ---- streams ----

  function attach(channel: ExecutorChannel, from: AttachedCoordinator): void {
    const reason = whyNotServed(from)
    if (reason !== undefined) {
      channel.close(new MurmurationError('ERR_LIMIT', reason))
      return
    }
    const link = createLink(clock, channel, from, {
      onBodiesOverdue: lifecycle.giveUpBodies,
      onResultsStalled: (stalled) =>
        closeLink(stalled, new MurmurationError('ERR_DEADLINE', `no result was fetched for ${RESULT_STALL_MS} ms`)),
      onIdle: (idle) => closeLink(idle),
    })
    links.add(link)
    grantCredit(link)
    channel.start({
      onFrame(frame) {
        if (link.isClosed) return
        link.lastActiveAtMs = clock.now()
        try {
          takeFrame(link, frame)
        } catch (error) {
          closeLink(link, asMurmurationError(error))
        }
      },
      onClose: (error) => closeLink(link, error),
    })
  }

  /** Undefined when there is a place; one is made where somebody is there who does nothing. */
  function whyNotServed(from: AttachedCoordinator): string | undefined {
    if (closing.signal.aborted) return 'this peer is leaving'
    const place = placeFor(from, links, clock.now())
    if (place.kind === 'yielded') closeLink(place.by)
    return place.kind === 'none' ? place.reason : undefined
  }

  function closeLink(link: CoordinatorLink, error?: Error): void {
    if (link.isClosed) return
    link.isClosed = true
    links.delete(link)
    link.bodyAlarm.stop()
    link.resultAlarm.stop()
    link.idleAlarm.stop()
    for (const attempt of [...link.held.values()]) lifecycle.drop(attempt)
    link.channel.close(error)
    measureWindow()
    lifecycle.pump()
  }

  // ---- frames ----

  function takeFrame(link: CoordinatorLink, frame: CoordinatorFrame): void {
    switch (frame.kind) {
      case 'offer':
        takeOffer(link, frame)
        return
      case 'chunk':
        lifecycle.takeChunk(link, frame)
        return
      case 'cancel': {
        // one that is not held has been answered: the answer and the CANCEL crossed
        const attempt = link.held.get(attemptKey(frame))
        if (!attempt) return
        lifecycle.drop(attempt)
        lifecycle.pump()
      }
    }
  }

  function takeOffer(link: CoordinatorLink, offer: OfferFrame): void {
    checkOffer(offer, link.held.has(attemptKey(offer)))
    link.turnaround.offerCame(clock.now())
    const view: OfferView = {
      pixelVersion: settings.pixelVersion,
      maxPixels,
      isPaused,
      isDraining,
      parkedOfCoordinator: lifecycle.parkedOf(link),
      parkedInAll: workload.totals.parked,
      knowsPipeline,
      isRefusedByLoad: (drawn) => isRefusedByLoad(control.policy, seed, drawn),
    }
    const decision = decideOffer(offer, view)
    debug('offer %s/%d/%d of %s', offer.job, offer.task, offer.attempt, link.peer)
    if (decision === 'park') {
      beats.arm()
      lifecycle.park(link, offer)
    } else {
      refuse(link, offer, decision)
    }
  }

  function refuse(link: CoordinatorLink, offer: OfferFrame, refusal: Refusal): void {
    const { job, task, attempt } = offer
    statistics.refused()
    record(link, attemptKey(offer), offer, `refused:${refusal.reason}`, 0)
    link.channel.send({ kind: 'refuse', job, task, attempt, ...refusal, load: freshLoad(link) })
    changed()
  }

  function record(link: CoordinatorLink, task: string, offer: OfferFrame, outcome: string, elapsedMs: number): void {
    debug('%s of %s: %s after %i ms', task, link.peer, outcome, elapsedMs)
    log?.record({ coordinator: link.peer, task, strategy: offer.strategy, outcome, elapsedMs })
  }

  // ---- credits and load ----

  function grantCredit(link: CoordinatorLink): void {
    if (link.isClosed) return
    const rttMs = Math.max(link.rttMs() ?? 0, link.turnaround.meanMs ?? 0)
    const credit: Credit = creditFor({ slots, maxPixels, rttMs, serviceMs: link.serviceMs })
    if (credit.tasks === link.credit?.tasks && credit.pixels === link.credit.pixels) return
    link.credit = credit
    measureWindow()
    link.channel.send({ kind: 'credit', ...credit })
  }

  function measureWindow(): void {
    let widestCreditTasks = 0
    for (const { credit } of links) widestCreditTasks = Math.max(widestCreditTasks, credit?.tasks ?? 0)
    window = { slots, maxPixels, widestCreditTasks }
  }

  function freshLoad({ usage }: CoordinatorLink): FreshLoad {
    const { totals } = workload
    const waitingYours = usage.parked + usage.waiting
    return {
      slots,
      runningYours: usage.running,
      runningOthers: totals.running - usage.running,
      parkedYours: waitingYours,
      parkedOthers: totals.parked + totals.waiting - waitingYours,
      loadProbability: control.policy.probability,
      isPaused,
      isDraining,
      msPerMegapixel: statistics.msPerMegapixel,
    }
  }

  function read(): OwnLoad {
    const { totals } = workload
    const { dropped: _, ...counts } = statistics.counts()
    return {
      role: 'executor',
      slots,
      maxPixels,
      running: totals.running,
      parked: totals.parked + totals.waiting,
      loadProbability: control.policy.probability,
      isPaused,
      isDraining,
      counts,
      msPerMegapixel: statistics.msPerMegapixel,
      strategies: strategies.read(),
    }
  }

  /** Many changes of one turn are told once. */
  function changed(): void {
    if (isTelling) return
    isTelling = true
    queueMicrotask(() => {
      isTelling = false
      leaving.look()
      for (const listener of listeners) listener()
    })
  }

  // ---- leaving ----

  function isQuiet(): boolean {
    for (const link of links) if (link.held.size > 0) return false
    return true
  }

  function handBackWhere(isMeant: (attempt: Attempt) => boolean, refusal: Refusal): void {
    for (const attempt of [...links].flatMap((link) => [...link.held.values()])) {
      // a channel may break under an earlier hand-back and take the rest with it
      const isStillHeld = attempt.link.held.get(attempt.key) === attempt
      if (isStillHeld && isMeant(attempt)) lifecycle.handBack(attempt, refusal)
    }
    lifecycle.pump()
  }

  async function close(): Promise<void> {
    isDraining = true
    closing.abort(new MurmurationError('ERR_CANCELLED', 'the executor was closed'))
    control.stop()
    beats.stop()
    for (const link of [...links]) closeLink(link)
    // a disk that hangs must not hold up the end of a peer
    if (log) await withDeadline(clock, LEAVE_MS, 'the last lines of the log', log.flush()).catch(() => {})
  }

  return {
    attach,
    read,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    setLoadProbability: control.set,
    pause() {
      isPaused = true
      // a parked task would be held for as long as the pause lasts, and its beats would keep others from taking it
      handBackWhere(({ state }) => state === 'parked', PAUSED)
      changed()
    },
    resume() {
      isPaused = false
      changed()
    },
    drain: leaving.drain,
    close,
  }
}
