/**
 * The stage of the job's pipe that is the cluster: prepared tasks in, outcomes out. It takes a task into the window when the
 * peers' credits have room for it, binds and offers (bind.ts), hears answers (answers.ts), watches streams and leases
 * (sessions.ts), and ends when every task has an outcome, or with why it stopped.
 */

import type { Clock, Timer } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { COORDINATOR_TICK_MS, MAX_UNSAVED_OUTCOMES, SETTLE_MS, STARVED_MS } from '../../base/limits.ts'
import type { Random } from '../../base/random.ts'
import type { JobEvent } from '../job-events.ts'
import type { ClusterPort } from '../ports.ts'
import { createBinder } from './bind.ts'
import type { JobSettings, PreparedTask, Stopped, TaskFailure, TaskOutcome } from './job.ts'
import { JobBoard } from './job-board.ts'
import type { Liars } from './liars.ts'
import { Patience } from './patience.ts'
import type { LocalExecutor } from './ports.ts'
import type { Quarantine } from './quarantine.ts'
import { ReaderLag } from './reader-lag.ts'
import type { ExecutorSession } from './session.ts'
import { createSessions } from './sessions.ts'
import { whetherToStop } from './stand-still.ts'
import { Wake } from './wake.ts'

export interface DispatchDependencies {
  readonly cluster: ClusterPort
  readonly clock: Clock
  readonly random: Random
  /** Makes or finds this peer's own executor; asked at most once. */
  readonly localExecutor: () => LocalExecutor
  readonly quarantine: Quarantine
  readonly liars: Liars
  readonly signal: AbortSignal
  /** When the job began, on the clock; default: now. */
  readonly startedMs?: number
  emit(event: JobEvent): void
  /** True while the reader of the events is too far behind: no further task enters the window, and nothing is offered. */
  isSaturated(): boolean
  /** This peer's own executor takes ordinary tasks from now on. */
  onLocalJoined?(): void
  /** Told at each tick, for progress on gossip. */
  onTick?(): void
}

export const dispatch = (deps: DispatchDependencies, settings: JobSettings) =>
  async function* (source: AsyncIterable<PreparedTask | TaskFailure>): AsyncGenerator<TaskOutcome | Stopped> {
    const run = new DispatchRun(deps, settings)
    try {
      run.start(source)
      yield* run.outcomes()
    } finally {
      run.close()
    }
  }

class DispatchRun {
  readonly #deps: DispatchDependencies
  readonly #settings: JobSettings
  readonly #board: JobBoard
  readonly #binder
  readonly #sessions
  readonly #patience = new Patience()
  readonly #ended = new AbortController()
  readonly #room = new Wake()
  readonly #outcome = new Wake()
  readonly #startedMs: number
  readonly #readerLag = new ReaderLag()
  #isPumpDue = false
  #isSourceDone = false
  /** Since when the next task waits for room in the window; undefined while there is none. */
  #heldSinceMs: number | undefined
  #usesLocal = false
  #localSession: ExecutorSession | undefined
  #stopError: MurmurationError | undefined
  #settledAtMs: number | undefined
  #aloneSinceMs: number | undefined
  #lastTickMs: number
  #tickTimer: Timer | undefined
  #wakeTimer: Timer | undefined
  #settleTimer: Timer | undefined
  #unsubscribe: (() => void) | undefined

  constructor(deps: DispatchDependencies, settings: JobSettings) {
    const { clock } = deps
    this.#deps = deps
    this.#settings = settings
    this.#startedMs = clock.now()
    this.#lastTickMs = this.#startedMs
    const { startedMs = this.#startedMs } = deps
    const now = (): number => clock.now()
    const changed = (): void => this.#schedulePump()
    const outcomeReady = (): void => this.#outcome.notify()
    const { quarantine, liars } = deps
    const judge = (): ExecutorSession | undefined => this.#judge()
    const emit = (event: JobEvent): void => deps.emit(event)
    this.#board = new JobBoard(settings, {
      now,
      startedMs,
      quarantine,
      liars,
      judge,
      changed,
      outcomeReady,
      emit,
    })
    this.#binder = createBinder(this.#board, deps.random)
    this.#sessions = createSessions(this.#board, deps.cluster, { now, changed, liars, signal: this.#ended.signal })
  }

  start(source: AsyncIterable<PreparedTask | TaskFailure>): void {
    const { cluster, signal } = this.#deps
    if (signal.aborted) this.#onAbort()
    signal.addEventListener('abort', this.#onAbort, { once: true })
    this.#unsubscribe = cluster.onChange(() => this.#schedulePump())
    if (this.#settings.local === 'always') this.#joinWithLocal()
    this.#schedulePump()
    this.#scheduleTick()
    this.#feed(source).catch((error) => this.#stop(asMurmurationError(error)))
  }

  async *outcomes(): AsyncGenerator<TaskOutcome | Stopped> {
    for (;;) {
      const outcome = this.#board.outbox.shift()
      if (outcome) {
        this.#board.inWindow--
        this.#room.notify()
        yield outcome
      } else if (this.#stopError) {
        yield { kind: 'stopped', error: this.#stopError }
        return
      } else if (this.#isSourceDone && this.#board.inWindow === 0) {
        return
      } else {
        await this.#outcome.wait()
      }
    }
  }

  close(): void {
    this.#tickTimer?.cancel()
    this.#wakeTimer?.cancel()
    this.#settleTimer?.cancel()
    this.#unsubscribe?.()
    this.#deps.signal.removeEventListener('abort', this.#onAbort)
    this.#sessions.close()
    this.#ended.abort(new MurmurationError('ERR_CANCELLED', 'the job ended'))
    this.#room.notify()
  }

  readonly #onAbort = (): void => {
    this.#stop(new MurmurationError('ERR_INTERRUPTED', 'the job was interrupted before all images were done'))
  }

  #stop(error: MurmurationError): void {
    this.#stopError ??= error
    this.#outcome.notify()
    this.#room.notify()
  }

  async #feed(source: AsyncIterable<PreparedTask | TaskFailure>): Promise<void> {
    for await (const item of source) {
      this.#heldSinceMs = this.#deps.clock.now()
      while (!this.#hasRoom('kind' in item)) {
        if (this.#stopError || this.#ended.signal.aborted) return
        await this.#room.wait()
      }
      this.#heldSinceMs = undefined
      if ('kind' in item) this.#board.passFailure(item)
      else this.#board.enter(item)
    }
    this.#isSourceDone = true
    this.#outcome.notify()
  }

  #hasRoom(isFailure: boolean): boolean {
    const board = this.#board
    if (board.outbox.length >= MAX_UNSAVED_OUTCOMES || this.#deps.isSaturated()) return false
    return isFailure || board.inWindow < board.window
  }

  #schedulePump(): void {
    if (this.#isPumpDue || this.#ended.signal.aborted) return
    this.#isPumpDue = true
    queueMicrotask(() => {
      this.#isPumpDue = false
      if (!this.#ended.signal.aborted && !this.#stopError) this.#pump()
    })
  }

  #pump(): void {
    const nowMs = this.#deps.clock.now()
    this.#sessions.sync()
    // every offer becomes an event, and refusals bring the next offer at once: a reader that is behind must get its time
    if (!this.#isSettled(nowMs) || this.#deps.isSaturated()) return
    const lookAgainMs = this.#binder.run(nowMs)
    this.#wakeTimer?.cancel()
    if (lookAgainMs !== undefined) {
      this.#wakeTimer = this.#deps.clock.setTimer(Math.max(1, lookAgainMs - nowMs), () => this.#schedulePump())
    }
    this.#room.notify()
  }

  /**
   * Tasks are chosen only when the answers of peers that are as near as the first one have had time to come: in a cluster that
   * is known for longer, when all streams are open.
   */
  #isSettled(nowMs: number): boolean {
    if (this.#settledAtMs !== undefined && nowMs >= this.#settledAtMs) return true
    if (this.#deps.cluster.isSettled?.() && this.#isEveryListedReachable()) {
      this.#settledAtMs = nowMs
      return true
    }
    if (this.#settledAtMs === undefined && this.#isAnyReachable()) {
      this.#settledAtMs = nowMs + SETTLE_MS
      this.#settleTimer = this.#deps.clock.setTimer(SETTLE_MS, () => this.#schedulePump())
    }
    return false
  }

  #isAnyReachable(): boolean {
    for (const session of this.#board.sessions.values()) if (session.isReachable) return true
    return false
  }

  #isEveryListedReachable(): boolean {
    const listed = [...this.#board.sessions.values()].filter((session) => session.isListed)
    return listed.length > 0 && listed.every((session) => session.isReachable)
  }

  #scheduleTick(): void {
    this.#tickTimer = this.#deps.clock.setTimer(COORDINATOR_TICK_MS, () => {
      this.#tick()
      if (!this.#ended.signal.aborted && !this.#stopError) this.#scheduleTick()
    })
  }

  #tick(): void {
    const nowMs = this.#deps.clock.now()
    const sinceLastTickMs = nowMs - this.#lastTickMs
    const wasStopped = sinceLastTickMs > COORDINATOR_TICK_MS + STARVED_MS
    this.#lastTickMs = nowMs
    if (wasStopped) {
      this.#sessions.forgiveSilence()
      this.#aloneSinceMs = undefined
      this.#board.lastProgressMs = nowMs
    }
    this.#patience.note(sinceLastTickMs - COORDINATOR_TICK_MS, nowMs)
    this.#sessions.checkLeases(this.#patience.leaseMs(nowMs))
    this.#sessions.refreshLocal()
    this.#checkStandStill(nowMs, sinceLastTickMs)
    this.#deps.onTick?.()
    this.#schedulePump()
  }

  #checkStandStill(nowMs: number, sinceLastTickMs: number): void {
    const board = this.#board
    // while nothing is to do nobody is missed
    const isMissed = (board.unfinished > 0 || this.#heldSinceMs !== undefined) && !this.#isAnyReachable()
    this.#aloneSinceMs = isMissed ? (this.#aloneSinceMs ?? this.#missedSinceMs(nowMs)) : undefined
    // while nobody is there nobody refuses: that is what --wait is for
    if (this.#aloneSinceMs !== undefined) board.lastProgressMs = nowMs
    else this.#readerLag.apply(board, this.#deps.isSaturated(), sinceLastTickMs)
    const isIdle = board.unfinished > 0 && board.running.size === 0
    const reason = whetherToStop(
      { idleSinceMs: isIdle ? board.lastProgressMs : undefined, aloneSinceMs: this.#aloneSinceMs },
      nowMs,
      this.#settings,
    )
    if (reason === 'no-peers') this.#afterBeingAlone()
    if (reason !== 'gave-up') return
    // what was only to be checked does not end a job
    if (board.secondOpinions.endAll(board.waiting)) board.lastProgressMs = nowMs
    else this.#stop(this.#giveUpError())
  }

  #missedSinceMs(nowMs: number): number {
    return this.#settledAtMs === undefined ? (this.#heldSinceMs ?? nowMs) : nowMs
  }

  #afterBeingAlone(): void {
    const { waitMs, local } = this.#settings
    const liars = this.#deps.liars.list().map(({ name }) => name)
    const besides = liars.length === 0 ? '' : ` besides ${liars.join(', ')}, whose results were wrong,`
    const waited = `no peer to run tasks${besides} was found within ${waitMs / 1000} s`
    if (local === 'never' || this.#usesLocal) {
      this.#stop(new MurmurationError('ERR_NO_PEERS', waited))
      return
    }
    this.#deps.emit({
      event: 'notice',
      message: `${waited}: this peer does the work itself; others are used when they join`,
    })
    this.#joinWithLocal()
    this.#aloneSinceMs = undefined
  }

  #joinWithLocal(): void {
    if (this.#usesLocal) return
    this.#usesLocal = true
    this.#deps.onLocalJoined?.()
    if (this.#localSession) this.#localSession.isJudge = false
    else this.#localSession = this.#sessions.addLocal(this.#deps.localExecutor())
  }

  /** This peer's own executor, to decide or to check what nobody else can; undefined where it must not be used. */
  #judge(): ExecutorSession | undefined {
    if (this.#settings.local === 'never') return undefined
    this.#localSession ??= this.#sessions.addLocal(this.#deps.localExecutor(), { isJudge: true })
    return this.#localSession
  }

  #giveUpError(): MurmurationError {
    const counts = [...this.#board.sessions.values()].map((session) => `${session.info.name}: ${session.refusals}`)
    const stood = `nothing was accepted anywhere for ${this.#settings.giveUpMs / 1000} s`
    return new MurmurationError('ERR_GIVE_UP', `${stood}; refusals by peer: ${counts.join(', ')}`)
  }
}
