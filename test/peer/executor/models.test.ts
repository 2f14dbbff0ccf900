/** Tasks whose pipeline names a model: it is there before they get a slot, and let go when they end. */

import { expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { type PeerId, peerId } from '../../../src/base/ids.ts'
import type { HeldModel } from '../../../src/peer/models/model-cache.ts'
import { settle } from '../../support/virtual-clock.ts'
import { attachByHand, attemptOf, bodyOf, LARGE_BYTES, setUpExecutor } from './hand-coordinator.ts'

interface Wish {
  readonly from: PeerId
  released: number
  give(): void
  fail(): void
}

/** An executor that runs `edges` and, with a model that comes when the test says so, `dnn`. */
function setUp(slots = 1) {
  const wishes: Wish[] = []
  const bench = setUpExecutor(
    { slots },
    {
      knowsPipeline: () => true,
      models: {
        obtain(pipeline, from) {
          if (pipeline !== 'dnn') return undefined
          const { promise, resolve, reject } = Promise.withResolvers<HeldModel>()
          const wish: Wish = {
            from,
            released: 0,
            give: () => resolve({ path: '/models/net', release: () => void wish.released++ }),
            fail: () => reject(new MurmurationError('ERR_MODEL_FETCH', 'the model could not be fetched: no')),
          }
          wishes.push(wish)
          return promise
        },
      },
    },
  )
  return { ...bench, wishes }
}

it('a task whose model is on its way takes no slot from those of others', async () => {
  const { executor, runner, wishes } = setUp()
  const alpha = attachByHand(executor, 'alpha')
  const beta = attachByHand(executor, 'beta')
  alpha.offer(1, { pipeline: 'dnn' })
  await settle()
  expect(alpha.answer(1)).toBe('accept')
  expect(wishes.map(({ from }) => from)).toEqual([peerId('alpha')])
  beta.offer(2)
  await settle()
  expect(runner.started.map(({ task }) => [task.pipeline, task.modelFile])).toEqual([['edges', undefined]])
  runner.started[0]?.finish()
  wishes[0]?.give()
  await settle()
  expect(runner.started.map(({ task }) => [task.pipeline, task.modelFile])).toEqual([
    ['edges', undefined],
    ['dnn', '/models/net'],
  ])
  expect(wishes[0]?.released).toBe(0)
  runner.started[1]?.finish()
  await settle()
  expect(alpha.answer(1)).toBe('result')
  expect(wishes[0]?.released).toBe(1)
})

it('a task whose model does not come fails so that it is tried elsewhere, and the next one is tried here', async () => {
  const { executor, runner, wishes } = setUp()
  const alpha = attachByHand(executor, 'alpha')
  alpha.offer(1, { pipeline: 'dnn' })
  await settle()
  wishes[0]?.fail()
  await settle()
  expect(alpha.answer(1)).toBe('failed ERR_MODEL_FETCH')
  expect(alpha.of('failed')[0]?.message).toBe('the model could not be fetched: no')
  alpha.offer(2, { pipeline: 'dnn' })
  await settle()
  wishes[1]?.give()
  await settle()
  expect(runner.started).toHaveLength(1)
  expect(executor.read()).toMatchObject({ running: 1, parked: 0 })
})

it('a model that comes before the body waits for it', async () => {
  const { executor, runner, wishes } = setUp()
  const alpha = attachByHand(executor, 'alpha')
  const body = bodyOf(LARGE_BYTES)
  const offer = alpha.offerLarge(1, body, { pipeline: 'dnn' })
  await settle()
  wishes[0]?.give()
  await settle()
  expect(runner.started).toEqual([])
  await alpha.channel.sendBody(offer, body)
  await settle()
  expect(runner.started[0]?.task.modelFile).toBe('/models/net')
})

it('lets go of the model of a task that ends early, also when the model comes only then', async () => {
  const { executor, runner, wishes } = setUp(2)
  const alpha = attachByHand(executor, 'alpha')
  for (const task of [1, 2, 3]) alpha.offer(task, { pipeline: 'dnn' })
  await settle()
  // the first while it waits, the second while it runs, the third by the end of its stream
  alpha.cancel(attemptOf(1))
  await settle()
  for (const wish of wishes) wish.give()
  await settle()
  expect(runner.started).toHaveLength(2)
  expect(wishes.map(({ released }) => released)).toEqual([1, 0, 0])
  alpha.cancel(attemptOf(2))
  await settle()
  expect(wishes.map(({ released }) => released)).toEqual([1, 0, 0])
  runner.started[0]?.finish()
  await settle()
  expect(wishes.map(({ released }) => released)).toEqual([1, 1, 0])
  alpha.channel.close()
  await settle()
  runner.started[1]?.finish()
  await settle()
  expect(wishes.map(({ released }) => released)).toEqual([1, 1, 1])
  expect(executor.read()).toMatchObject({ running: 0, parked: 0 })
})

it('hands a task whose model is on its way back when it leaves', async () => {
  const { executor, wishes, clock } = setUp()
  const alpha = attachByHand(executor, 'alpha')
  alpha.offer(1, { pipeline: 'dnn' })
  await settle()
  const drained = executor.drain(1000)
  await clock.advance(0)
  await drained
  expect(alpha.answer(1)).toBe('refuse DRAINING')
  wishes[0]?.give()
  await settle()
  expect(wishes[0]?.released).toBe(1)
})
