import { describe, expect, it } from 'vitest'
import { inParallel } from '../../src/base/in-parallel.ts'
import { settle } from '../support/virtual-clock.ts'

/** Tasks that are finished by hand, and how many were begun. */
function handTasks(count: number) {
  const waiting = Array.from({ length: count }, () => Promise.withResolvers<number>())
  let begun = 0
  const source = waiting.map((one) => () => {
    begun++
    return one.promise
  })
  return { source, finish: (index: number) => waiting[index]?.resolve(index), begun: () => begun }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('inParallel', () => {
  it('gives results in the order of the source where that is asked for', async () => {
    const tasks = handTasks(3)
    const all = collect(inParallel(tasks.source, { concurrency: 3, ordered: true }))
    await settle()
    for (const index of [2, 0, 1]) tasks.finish(index)
    expect(await all).toEqual([0, 1, 2])
  })

  it('gives results as they come where no order is asked for', async () => {
    const tasks = handTasks(3)
    const all = collect(inParallel(tasks.source, { concurrency: 3 }))
    for (const index of [2, 0, 1]) {
      await settle()
      tasks.finish(index)
    }
    expect(await all).toEqual([2, 0, 1])
  })

  it.each([
    ['at once', true, () => 0],
    ['at once', false, () => 0],
    // with these it-parallel 3.0.16 takes in the whole source: its reader pauses, and then finds nothing ready
    ['after unequal times', true, (index: number) => 1 + ((index * 7919) % 13)],
    ['after unequal times', false, (index: number) => 1 + ((index * 7919) % 13)],
  ])('begins no more than its bound where tasks end %s (ordered: %s)', async (_, ordered, turnsOf) => {
    let begun = 0
    const source = Iterator.from(Array(1000).keys()).map((index) => async () => {
      begun++
      for (let turn = 0; turn < turnsOf(index); turn++) await settle()
      return index
    })
    const results = inParallel(source, { concurrency: 4, ordered })
    for (let taken = 1; taken <= 40; taken++) {
      await results.next()
      await settle()
      expect(begun).toBeLessThanOrEqual(taken + 4)
    }
    await results.return(undefined)
  })

  it('works on while its reader is busy', async () => {
    const tasks = handTasks(3)
    const results = inParallel(tasks.source, { concurrency: 2, ordered: true })
    const first = results.next()
    await settle()
    expect(tasks.begun()).toBe(2)
    tasks.finish(0)
    await first
    await settle()
    expect(tasks.begun()).toBe(3)
    await results.return(undefined)
  })

  it('takes an async source, and ends it when the reader leaves', async () => {
    let isEnded = false
    async function* source() {
      try {
        for (let index = 0; ; index++) yield async () => index
      } finally {
        isEnded = true
      }
    }
    for await (const index of inParallel(source(), { concurrency: 2, ordered: true })) if (index === 5) break
    await settle()
    expect(isEnded).toBe(true)
  })

  it('throws what a task threw, in its turn', async () => {
    const source = [
      async () => 1,
      async () => {
        throw new Error('broken')
      },
    ]
    const results = inParallel(source, { concurrency: 2, ordered: true })
    expect(await results.next()).toEqual({ done: false, value: 1 })
    await expect(results.next()).rejects.toThrow('broken')
  })

  it('throws what its source threw', async () => {
    async function* source(): AsyncGenerator<() => Promise<number>> {
      yield async () => 1
      throw new Error('no more')
    }
    await expect(collect(inParallel(source(), { concurrency: 2 }))).rejects.toThrow('no more')
  })

  it('does not wait for a source that hangs when its reader leaves', async () => {
    async function* source(): AsyncGenerator<() => Promise<number>> {
      yield async () => 1
      await new Promise(() => {})
    }
    const results = inParallel(source(), { concurrency: 2 })
    await results.next()
    expect(await results.return(undefined)).toEqual({ done: true, value: undefined })
  })
})
