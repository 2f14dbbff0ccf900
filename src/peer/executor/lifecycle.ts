/**
 * The life of an attempt: parked -> receiving -> ready -> sleeping -> running -> sending -> ended. Here is what waits and whose
 * turn it is: two fair queues, the park before ACCEPT and the ready line before a slot, both taking one task of each
 * coordinator in turn. What happens on the way is in intake.ts (parked to ready), work.ts (running), delivery.ts (sending) and
 * attempt-endings.ts. `pump` moves on whatever can move; it is called after everything that frees a place.
 */

import { MAX_ADAPTIVE_CREDIT_TASKS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { ImageRunner } from '../../cv/image-runner.ts'
import type { OfferFrame } from '../../protocol/messages.ts'
import { canAccept, type WindowBasis } from './admission-window.ts'
import { type Attempt, attemptKey, type CoordinatorLink, createAttempt, pixelsOf } from './attempt.ts'
import { createEndings, type Endings, type EndingsWorld } from './attempt-endings.ts'
import { createDelivery, type DeliveryWorld } from './delivery.ts'
import { createFairQueue } from './fair-queue.ts'
import { createIntake, type Intake, type IntakeWorld } from './intake.ts'
import { workOn } from './work.ts'

const log = createLog('executor')

export interface LifecycleWorld extends IntakeWorld, DeliveryWorld, EndingsWorld {
  readonly runner: ImageRunner
  /** Ends what runs when the executor closes. */
  readonly signal: AbortSignal
  window(): WindowBasis
}

export interface Lifecycle extends Pick<Intake, 'takeChunk' | 'giveUpBodies'>, Pick<Endings, 'drop' | 'handBack'> {
  park(link: CoordinatorLink, offer: OfferFrame): void
  parkedOf(link: CoordinatorLink): number
  /** Accepts and starts what can be accepted and started. */
  pump(): void
}

export function createLifecycle(world: LifecycleWorld): Lifecycle {
  const { clock, workload } = world
  const park = createFairQueue<CoordinatorLink, Attempt>()
  const ready = createFairQueue<CoordinatorLink, Attempt>()
  const endings = createEndings(world, { park, ready })
  const intake = createIntake(world, {
    hasFreeSlot,
    onReady: (attempt) => ready.push(attempt.link, attempt),
    onFailed: endings.fail,
    onChange: pump,
  })
  const deliver = createDelivery(world, { end: endings.end, pump })
  let isPumping = false

  function pump(): void {
    if (isPumping) return
    isPumping = true
    try {
      while (startNext() || acceptNext()) {
        // each step may make room for the other
      }
    } finally {
      isPumping = false
    }
  }

  function acceptNext(): boolean {
    const next = park.peek(canHoldMore)
    if (!next) return false
    const size = { sizeBytes: next.offer.sizeBytes, pixels: pixelsOf(next) }
    if (!canAccept(size, workload.totals, world.window())) return false
    park.take(canHoldMore)
    intake.accept(next)
    return true
  }

  function hasFreeSlot(): boolean {
    return workload.totals.running < world.window().slots
  }

  function startNext(): boolean {
    if (!hasFreeSlot()) return false
    const attempt = ready.take()
    if (!attempt) return false
    attempt.inSlotAtMs = clock.now()
    if (attempt.delayMs > 0) {
      workload.move(attempt, 'sleeping')
      attempt.sleepTimer = clock.setTimer(attempt.delayMs, () => {
        attempt.sleepTimer = undefined
        void run(attempt) // never rejects
      })
    } else {
      void run(attempt) // never rejects
    }
    return true
  }

  async function run(attempt: Attempt): Promise<void> {
    log('%s runs: %s', attempt.key, attempt.offer.pipeline)
    workload.move(attempt, 'running')
    const outcome = await workOn(world.runner, attempt, { maxPixels: world.window().maxPixels, signal: world.signal })
    if (attempt.isThrownAway) endings.end(attempt)
    else if (outcome.kind === 'failed') endings.fail(attempt, outcome.failure)
    else deliver(attempt, outcome.result)
    pump()
  }

  return {
    park(link, offer) {
      const key = attemptKey(offer)
      const attempt = createAttempt(link, offer, key, clock.now())
      link.held.set(key, attempt)
      workload.add(attempt)
      park.push(link, attempt)
      pump()
    },
    parkedOf: (link) => park.sizeOf(link),
    takeChunk: intake.takeChunk,
    giveUpBodies: intake.giveUpBodies,
    drop: endings.drop,
    handBack: endings.handBack,
    pump,
  }
}

/** No coordinator has more accepted than its credit: who does not fetch results gets no further ones made. */
const canHoldMore = ({ usage, credit }: CoordinatorLink): boolean =>
  usage.waiting + usage.running + usage.sending < Math.max(MAX_ADAPTIVE_CREDIT_TASKS, credit?.tasks ?? 0)
