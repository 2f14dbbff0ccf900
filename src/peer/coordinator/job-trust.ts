/**
 * What follows in a job when a peer turns out to give wrong results: everybody is told, what it did is withdrawn at once (the
 * disk says so before anything else can go wrong), and the tasks are collected that are to do again in the job's next round.
 * A liar ends with each round, so there are no more rounds than peers.
 */

import type { Clock } from '../../base/clock.ts'
import { asMurmurationError, type MurmurationError } from '../../base/errors.ts'
import type { TaskId } from '../../base/ids.ts'
import type { JobEvent, PeerRef } from '../job-events.ts'
import type { PlannedTask } from './job.ts'
import { Liars } from './liars.ts'
import type { ResultSink, Withdrawn } from './ports.ts'
import type { Quarantine } from './quarantine.ts'

export interface JobTrustWorld {
  readonly sink: Pick<ResultSink, 'withdraw'>
  readonly quarantine: Quarantine
  readonly clock: Clock
  readonly startedMs: number
  emit(event: JobEvent): void
}

export class JobTrust {
  readonly liars: Liars
  readonly #world: JobTrustWorld
  readonly #acquittals: ((nowMs: number) => void)[] = []
  #withdrawals: Promise<readonly Withdrawn[]>[] = []
  #voided: PlannedTask[] = []
  #isEarlier = true
  /** Tasks that count as done, by this run and by earlier ones. */
  readonly #done = new Set<TaskId>()
  readonly #doneEarlier: Set<TaskId>

  /** `liars` of earlier runs: what they did was withdrawn then. */
  constructor(world: JobTrustWorld, earlier: { readonly liars: readonly PeerRef[]; readonly done: Iterable<TaskId> }) {
    this.#world = world
    this.#doneEarlier = new Set(earlier.done)
    this.liars = new Liars((peer, reason) => this.#condemn(peer, reason))
    for (const peer of earlier.liars) this.liars.add(peer, 'its results were wrong in an earlier run of this job')
    this.#isEarlier = false
  }

  /** It was saved. */
  finished(task: TaskId): void {
    this.#done.add(task)
  }

  /** Its result came from a peer that lied and was not saved. */
  voided(task: PlannedTask): void {
    this.#voided.push(task)
  }

  /** What is to do again since the last call, once the disk says so too. @throws MurmurationError ERR_OUTPUT */
  async takeRedo(): Promise<readonly PlannedTask[]> {
    const redo = this.#voided
    this.#voided = []
    const withdrawals = this.#withdrawals
    this.#withdrawals = []
    for (const { task, peer } of (await Promise.all(withdrawals)).flat()) {
      const isOfThisRun = this.#done.delete(task.id)
      const wasEarlierRun = !isOfThisRun && this.#doneEarlier.delete(task.id)
      // still to be done in its turn: what was withdrawn is of an input that changed
      if (!isOfThisRun && !wasEarlierRun) continue
      const { clock, startedMs, emit } = this.#world
      const by = isOfThisRun ? { peer } : {}
      emit({ event: 'withdrawn', path: task.path, ...by, wasEarlierRun, atMs: clock.now() - startedMs })
      redo.push(task)
    }
    return redo
  }

  /** With the job: waits until the disk says what was withdrawn. Returns why it does not. */
  async end(): Promise<MurmurationError | undefined> {
    const { clock } = this.#world
    for (const acquit of this.#acquittals) acquit(clock.now())
    try {
      await this.takeRedo()
      return undefined
    } catch (error) {
      return asMurmurationError(error, 'ERR_OUTPUT')
    }
  }

  #condemn(peer: PeerRef, reason: string): void {
    const { sink, quarantine, clock, startedMs, emit } = this.#world
    this.#acquittals.push(quarantine.condemn(peer.id, reason))
    emit({ event: 'quarantined', peer, reason, forMs: undefined, atMs: clock.now() - startedMs })
    if (this.#isEarlier) return
    const withdrawing = sink.withdraw(this.liars.list())
    withdrawing.catch(() => {}) // met by takeRedo
    this.#withdrawals.push(withdrawing)
  }
}
