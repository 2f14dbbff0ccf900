/**
 * How an attempt ends here: with its result told, with FAILED, handed back by a refusal, or dropped without a word, for after
 * CANCEL nothing is owed. A task that runs can't be interrupted: dropped or handed back, it keeps its slot to its end and is
 * thrown away then, so that `running` never says less than the workers do.
 */

import type { Clock } from '../../base/clock.ts'
import type { FreshLoad } from '../../protocol/messages.ts'
import { type Attempt, type CoordinatorLink, refOf } from './attempt.ts'
import type { Refusal } from './decide-offer.ts'
import type { WireFailure } from './failure-for-strangers.ts'
import type { FairQueue } from './fair-queue.ts'
import type { Statistics } from './statistics.ts'
import type { Workload } from './workload.ts'

export interface EndingsWorld {
  readonly clock: Clock
  readonly workload: Workload
  readonly statistics: Statistics
  freshLoad(link: CoordinatorLink): FreshLoad
  /** A line for the executor's log. */
  record(attempt: Attempt, outcome: string, elapsedMs: number): void
}

/** Where attempts wait for their turn. */
export interface WaitingLines {
  /** Before ACCEPT. */
  readonly park: FairQueue<CoordinatorLink, Attempt>
  /** Before a slot. */
  readonly ready: FairQueue<CoordinatorLink, Attempt>
}

export interface Endings {
  /** It is over, and its coordinator knows or need not know: all that it holds is let go. */
  end(attempt: Attempt): void
  /** Ends an accepted attempt with FAILED. */
  fail(attempt: Attempt, failure: WireFailure): void
  /** Lets go of an attempt without a word to its coordinator. */
  drop(attempt: Attempt): void
  /** Lets go of an attempt that is not finished, and tells its coordinator. */
  handBack(attempt: Attempt, refusal: Refusal): void
}

export function createEndings(world: EndingsWorld, lines: WaitingLines): Endings {
  const { clock, workload, statistics } = world

  function end(attempt: Attempt): void {
    const { link, key } = attempt
    workload.move(attempt, 'ended')
    // since it was thrown away its key may have been offered anew
    if (link.held.get(key) === attempt) link.held.delete(key)
    attempt.assembler = undefined
    attempt.body = undefined
    attempt.model?.then(
      (model) => model.release(),
      () => undefined,
    )
    attempt.model = undefined
  }

  function letGo(attempt: Attempt): void {
    const { link, state } = attempt
    if (state === 'running') {
      attempt.isThrownAway = true
      link.held.delete(attempt.key)
      return
    }
    if (state === 'parked') lines.park.remove(link, attempt)
    if (state === 'receiving') leaveReceiving(attempt)
    if (state === 'ready') lines.ready.remove(link, attempt)
    attempt.sleepTimer?.cancel()
    end(attempt)
    attempt.sendAbort?.abort()
  }

  return {
    end,
    fail(attempt, failure) {
      const { link, state, inSlotAtMs } = attempt
      if (state === 'receiving') leaveReceiving(attempt)
      statistics.failed()
      world.record(attempt, `failed:${failure.code}`, state === 'running' ? clock.now() - inSlotAtMs : 0)
      end(attempt)
      link.channel.send({ kind: 'failed', ...refOf(attempt), ...failure, load: world.freshLoad(link) })
    },
    drop(attempt) {
      if (isUnfinished(attempt)) {
        statistics.dropped()
        world.record(attempt, 'cancelled', 0)
      }
      letGo(attempt)
    },
    handBack(attempt, refusal) {
      const { link } = attempt
      if (isUnfinished(attempt)) statistics.dropped()
      statistics.refused()
      world.record(attempt, `refused:${refusal.reason}`, 0)
      letGo(attempt)
      link.channel.send({ kind: 'refuse', ...refOf(attempt), ...refusal, load: world.freshLoad(link) })
    },
  }
}

/** Accepted and without a result. */
const isUnfinished = ({ state }: Attempt): boolean =>
  state === 'receiving' || state === 'ready' || state === 'sleeping' || state === 'running'

/** The rest of its body is on its way and cannot be called back. */
function leaveReceiving(attempt: Attempt): void {
  const { link, offer, receivedBytes } = attempt
  link.receiving.delete(attempt)
  link.strays.expect(attempt.key, offer.sizeBytes - receivedBytes)
}
