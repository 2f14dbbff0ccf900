/**
 * Brings a result to its coordinator: in the RESULT frame where it is small, as chunks behind it where not. The slot goes to the
 * next task before that begins; what is being sent counts on, so that a coordinator which fetches nothing gets no further tasks
 * accepted (`canHoldMore` in lifecycle.ts).
 */

import type { Clock } from '../../base/clock.ts'
import { asMurmurationError, type MurmurationError } from '../../base/errors.ts'
import type { ImageResult } from '../../cv/image-runner.ts'
import type { FreshLoad } from '../../protocol/messages.ts'
import { type Attempt, type CoordinatorLink, pixelsOf, refOf } from './attempt.ts'
import type { Statistics } from './statistics.ts'
import type { StrategyTable } from './strategy-totals.ts'
import { isInline, resultFrame } from './work.ts'
import type { Workload } from './workload.ts'

export interface DeliveryWorld {
  readonly clock: Clock
  readonly workload: Workload
  readonly statistics: Statistics
  readonly strategies: StrategyTable
  freshLoad(link: CoordinatorLink): FreshLoad
  /** A line for the executor's log. */
  record(attempt: Attempt, outcome: string, elapsedMs: number): void
  /** An image was done here. */
  onFinished?(attempt: Attempt, result: ImageResult): void
  /** A task of this coordinator occupied a slot for so long. */
  served(link: CoordinatorLink, serviceMs: number): void
  closeLink(link: CoordinatorLink, error: MurmurationError): void
}

export interface DeliverySteps {
  /** The result is told, or is about to be. */
  end(attempt: Attempt): void
  /** Others may move on. */
  pump(): void
}

/** Returns what takes the result of an attempt that ran. */
export function createDelivery(
  world: DeliveryWorld,
  { end, pump }: DeliverySteps,
): (attempt: Attempt, result: ImageResult) => void {
  const { clock, workload, statistics } = world

  function deliver(attempt: Attempt, result: ImageResult): void {
    const { link, offer, delayMs } = attempt
    const workMs = result.decodeMs + result.processMs + result.encodeMs
    statistics.completed(workMs, pixelsOf(attempt))
    world.strategies.add(offer.strategy, delayMs + workMs)
    world.record(attempt, 'done', delayMs + workMs)
    world.onFinished?.(attempt, result)
    world.served(link, clock.now() - attempt.inSlotAtMs)
    if (isInline(result.bytes)) {
      end(attempt)
    } else {
      if (link.usage.sending === 0) link.lastSentAtMs = clock.now()
      attempt.resultBytes = result.bytes.byteLength
      workload.move(attempt, 'sending')
    }
    // its slot goes on first: telling takes longer than that
    pump()
    link.channel.send(resultFrame(attempt, result, world.freshLoad(link)))
    if (attempt.state === 'sending') void sendChunks(attempt, result.bytes) // never rejects
  }

  async function sendChunks(attempt: Attempt, bytes: Uint8Array): Promise<void> {
    const { link } = attempt
    const abort = new AbortController()
    attempt.sendAbort = abort
    link.resultAlarm.arm()
    const onChunk = (): void => {
      link.lastSentAtMs = clock.now()
    }
    try {
      await link.channel.sendBody(refOf(attempt), bytes, { signal: abort.signal, onChunk })
    } catch (error) {
      // cancelled, or the channel closed: then its end is being dealt with already
      if (attempt.state === 'sending') world.closeLink(link, asMurmurationError(error, 'ERR_PEER_LOST'))
      return
    }
    if (attempt.state !== 'sending') return
    onChunk()
    end(attempt)
    pump()
  }

  return deliver
}
