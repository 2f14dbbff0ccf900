/**
 * Random scripts against an executor: offers, bodies, cancels, pauses, closed streams, finished and failed tasks, in any
 * order. Whatever the order, the bounds hold at every step, and in the end every attempt is answered or was dropped.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACCEPTED_PER_SLOT } from '../../../src/base/limits.ts'
import type { ExecutorFrame, OfferFrame } from '../../../src/protocol/messages.ts'
import {
  attachByHand,
  bodyOf,
  type HandCoordinator,
  LARGE_BYTES,
  setUpExecutor,
  workerCrash,
} from './hand-coordinator.ts'

const LARGE = bodyOf(LARGE_BYTES)

const stepOf = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('offer' as const), who: fc.nat(2), isLarge: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('body' as const), pick: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('finish' as const), pick: fc.nat(), isLarge: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail' as const), pick: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('close' as const), who: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), durationMs: fc.integer({ min: 1, max: 4000 }) }),
  },
)
type Step = typeof stepOf extends fc.Arbitrary<infer Value> ? Value : never

interface Offered {
  readonly who: HandCoordinator
  readonly offer: OfferFrame
  readonly isLarge: boolean
  isBodySent: boolean
  isCancelled: boolean
  /** Answers that came before the CANCEL was taken: none may follow. */
  answersAtCancel: number | undefined
}

const isAnswer = (frame: ExecutorFrame): frame is Extract<ExecutorFrame, { kind: 'refuse' | 'failed' | 'result' }> =>
  frame.kind === 'refuse' || frame.kind === 'failed' || frame.kind === 'result'

async function play(slots: number, load: number, steps: readonly Step[]): Promise<void> {
  const { executor, clock, runner } = setUpExecutor({ slots, load, delayMs: 500 })
  const coordinators = [0, 1, 2].map((index) => attachByHand(executor, `peer ${index}`, () => index * 20))
  const offered: Offered[] = []
  const unfinished = new Set<number>()
  const endOne = (pick: number, end: (index: number) => void): void => {
    runner.started.forEach((_, index) => void (index >= seen && unfinished.add(index)))
    seen = runner.started.length
    const index = [...unfinished][pick % Math.max(1, unfinished.size)]
    if (index === undefined) return
    unfinished.delete(index)
    end(index)
  }
  let seen = 0

  function takeStep(step: Step): void {
    switch (step.kind) {
      case 'offer': {
        const who = coordinators[step.who]
        if (!who) return
        const change = { mode: offered.length % 2 === 0 ? 'execute' : 'delayed-execute' } as const
        const offer = step.isLarge ? who.offerLarge(offered.length, LARGE, change) : who.offer(offered.length, change)
        offered.push({
          who,
          offer,
          isLarge: step.isLarge,
          isBodySent: false,
          isCancelled: false,
          answersAtCancel: undefined,
        })
        return
      }
      case 'body': {
        const wanting = offered.filter((entry) => entry.isLarge && !entry.isBodySent && wasAccepted(entry))
        const entry = wanting[step.pick % Math.max(1, wanting.length)]
        if (!entry) return
        entry.isBodySent = true
        entry.who.channel.sendBody(entry.offer, LARGE).catch(() => {}) // the script may close the stream first
        return
      }
      case 'cancel': {
        const entry = offered[step.pick % Math.max(1, offered.length)]
        if (!entry) return
        entry.isCancelled = true
        entry.who.cancel(entry.offer)
        return
      }
      case 'finish':
        endOne(step.pick, (index) => runner.started[index]?.finish(step.isLarge ? { bytes: LARGE } : {}))
        return
      case 'fail':
        endOne(step.pick, (index) => runner.started[index]?.fail(workerCrash()))
        return
      case 'close':
        coordinators[step.who]?.channel.close()
        return
      case 'pause':
        executor.pause()
        return
      case 'resume':
        executor.resume()
    }
  }

  const wasAccepted = ({ who, offer }: Offered): boolean => who.of('accept').some(({ task }) => task === offer.task)
  const answersOf = ({ who, offer }: Offered) =>
    who.frames.filter((frame) => isAnswer(frame) && frame.task === offer.task)
  const isGone = ({ who, isCancelled }: Offered): boolean => isCancelled || who.closed !== undefined

  const sent = (kind: ExecutorFrame['kind']): number => coordinators.flatMap((who) => who.of(kind)).length

  function checkBounds(): void {
    expect(executor.read().running).toBeLessThanOrEqual(slots)
    expect(runner.active).toBeLessThanOrEqual(slots)
    const credits = coordinators.flatMap((who) => who.of('credit')).map(({ tasks }) => tasks)
    const open = offered.filter((entry) => wasAccepted(entry) && !isGone(entry) && answersOf(entry).length === 0)
    expect(open.length).toBeLessThanOrEqual(Math.max(ACCEPTED_PER_SLOT * slots, ...credits))
  }

  for (const step of steps) {
    takeStep(step)
    await clock.advance(step.kind === 'wait' ? step.durationMs : 0)
    for (const entry of offered) if (entry.isCancelled) entry.answersAtCancel ??= answersOf(entry).length
    checkBounds()
  }

  // let everything end: what has a body under way gets it or its deadline, every task finishes
  executor.resume()
  runner.finishAfter(clock, 5)
  for (let index = seen; index < runner.started.length; index++) unfinished.add(index)
  for (const index of unfinished) runner.started[index]?.finish()
  await clock.advance(300_000)

  const { running, parked, counts } = executor.read()
  expect([running, parked]).toEqual([0, 0])
  for (const entry of offered) {
    if (entry.who.closed) continue
    const answers = answersOf(entry)
    expect(answers).toHaveLength(entry.answersAtCancel ?? 1)
  }
  if (coordinators.every(({ closed }) => !closed)) {
    const unanswered = offered.filter((entry) => wasAccepted(entry) && answersOf(entry).length === 0)
    expect(counts).toMatchObject({
      accepted: sent('accept'),
      refused: sent('refuse'),
      failed: sent('failed'),
      completed: sent('result'),
    })
    expect(counts.accepted).toBe(counts.completed + counts.failed + unanswered.length)
  }
  await executor.close()
}

describe('an executor, whatever coordinators do', () => {
  it('keeps its bounds, answers every attempt once, and ends empty', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom(0, 0.3),
        fc.array(stepOf, { minLength: 20, maxLength: 100 }),
        play,
      ),
      { numRuns: 150 },
    )
  })
})
