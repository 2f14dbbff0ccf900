import { describe, expect, it, onTestFinished } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import type { PlannedTask, TaskFailure } from '../../../src/peer/coordinator/job.ts'
import type { PlanSettings } from '../../../src/peer/coordinator/plan.ts'
import type { SortedTasks } from '../../../src/peer/files/watched-output.ts'
import type { JobEvent } from '../../../src/peer/job-events.ts'
import type { FileVersion, WatchBatch } from '../../../src/peer/watch/folder-watch.ts'
import { WatchedPlan } from '../../../src/peer/watch/watched-plan.ts'
import { done as doneEvent, failed as failedEvent } from '../../support/sample-events.ts'
import { settle } from '../../support/virtual-clock.ts'

const SETTINGS: PlanSettings = { kind: 'image', seed: 1, format: 'keep', suffix: '' }

interface Options {
  readonly settings?: PlanSettings
  /** Default: everything is to do. */
  readonly sort?: (tasks: readonly PlannedTask[]) => Promise<SortedTasks>
}

/** A plan over batches that the test hands in, and what came out of it. */
function world({ settings = SETTINGS, sort }: Options = {}) {
  const versions = new Map<string, FileVersion>()
  const batches: WatchBatch[] = []
  let wake = Promise.withResolvers<void>()
  let isWatching = true
  const again: string[] = []
  const plan = new WatchedPlan({
    folders: {
      async *batches() {
        while (isWatching) {
          const batch = batches.shift()
          if (batch) yield batch
          else await wake.promise
        }
      },
      settleAgain: ({ source }) => void again.push(source),
      forget: () => {},
    },
    output: { sort: sort ?? (async (todo) => ({ todo, alreadyDone: [], refused: [] })) },
    settings,
    version: async (source) => versions.get(source),
  })
  let clock = 0
  const hand = (complete: readonly string[], gone: readonly string[] = []): void => {
    clock++
    for (const path of complete) versions.set(`/in/${path}`, { sizeBytes: 1, modifiedMs: clock })
    for (const path of gone) versions.delete(`/in/${path}`)
    const version = { sizeBytes: 1, modifiedMs: clock }
    batches.push({
      complete: complete.map((path) => ({ path, source: `/in/${path}`, version })),
      gone: gone.map((path) => `/in/${path}`),
    })
    wake.resolve()
    wake = Promise.withResolvers()
  }
  const items: (PlannedTask | TaskFailure)[] = []
  const told: JobEvent[] = []
  let ended: { readonly error?: unknown } | undefined
  /** How many the job takes; more are pulled as this grows. */
  let allowed = Number.POSITIVE_INFINITY
  let allow = Promise.withResolvers<void>()
  const open = (): void => {
    void (async () => {
      try {
        for await (const item of plan.open((event) => void told.push(event))) {
          items.push(item)
          while (items.length >= allowed) await allow.promise
        }
        ended = {}
      } catch (error) {
        ended = { error }
      }
    })()
  }
  const end = (): void => {
    isWatching = false
    plan.end()
    wake.resolve()
  }
  onTestFinished(end)
  const pathOf = (item: PlannedTask | TaskFailure): string =>
    'kind' in item ? `${item.task.path}: ${item.code}` : item.path
  return {
    ...{ plan, hand, open, end, told, versions, again, items },
    ended: () => ended,
    handedOn: () => items.map(pathOf),
    takeAtMost(count: number): void {
      allowed = count
      allow.resolve()
      allow = Promise.withResolvers()
    },
    done: (path: string) => plan.observe(doneEvent('alpha', { path, source: `/in/${path}` })),
    failed: (path: string) => plan.observe(failedEvent({ path, source: `/in/${path}` })),
  }
}

async function begun(options?: Options, there: readonly string[] = []) {
  const made = world(options)
  made.hand(there)
  await made.plan.begin()
  made.open()
  await settle()
  return made
}

describe('a plan that grows', () => {
  it('counts what is there already in silence, and tells what comes', async () => {
    const { plan, hand, told, handedOn } = await begun({}, ['a.jpg', 'b.jpg'])
    expect(plan.total).toBe(2)
    expect(told).toEqual([])
    hand(['sub/c.jpg'])
    await settle()
    expect(handedOn()).toEqual(['a.jpg', 'b.jpg', 'sub/c.jpg'])
    expect(told).toEqual([{ event: 'found', path: 'sub/c.jpg', total: 3, alreadyDone: 0, afterFailure: false }])
  })

  it('counts what an earlier run did, and hands on the rest', async () => {
    const { plan, hand, told, handedOn } = await begun({
      sort: async (tasks) => ({
        todo: tasks.filter(({ path }) => !path.startsWith('old')),
        alreadyDone: tasks.filter(({ path }) => path.startsWith('old')),
        refused: [],
      }),
    })
    hand(['new.jpg', 'old.jpg'])
    await settle()
    expect(handedOn()).toEqual(['new.jpg'])
    expect([plan.total, plan.alreadyDone]).toEqual([2, 1])
    hand(['old.jpg'])
    await settle()
    expect(told).toHaveLength(2)
  })

  it('an image that is overwritten is one more image', async () => {
    const { hand, told, done, handedOn } = await begun({}, ['a.jpg'])
    done('a.jpg')
    hand(['a.jpg'])
    await settle()
    expect(handedOn()).toEqual(['a.jpg', 'a.jpg'])
    expect(told).toEqual([{ event: 'found', path: 'a.jpg', total: 2, alreadyDone: 0, afterFailure: false }])
  })

  it('an image that failed and changes is the same image once more', async () => {
    const { hand, told, failed, handedOn } = await begun({}, ['a.jpg'])
    failed('a.jpg')
    hand(['a.jpg'])
    await settle()
    expect(handedOn()).toEqual(['a.jpg', 'a.jpg'])
    expect(told).toEqual([{ event: 'found', path: 'a.jpg', total: 1, alreadyDone: 0, afterFailure: true }])
  })

  it('an image that failed and goes away counts no more, also where it went before it failed', async () => {
    const { plan, hand, told, failed, done } = await begun({}, ['a.jpg', 'b.jpg', 'c.jpg'])
    failed('a.jpg')
    hand([], ['a.jpg', 'b.jpg', 'c.jpg'])
    await settle()
    failed('b.jpg')
    done('c.jpg')
    await settle()
    expect(told).toEqual([
      { event: 'gone', path: 'a.jpg', total: 2, afterFailure: true },
      { event: 'gone', path: 'b.jpg', total: 1, afterFailure: true },
    ])
    expect(plan.total).toBe(1)
  })

  it('an image that changes while it is out waits until that has ended', async () => {
    const { hand, done, handedOn } = await begun({}, ['a.jpg'])
    hand(['a.jpg'])
    await settle()
    expect(handedOn()).toEqual(['a.jpg'])
    done('a.jpg')
    await settle()
    expect(handedOn()).toEqual(['a.jpg', 'a.jpg'])
  })

  it('an image that changes before its turn waits until it is complete again, and counts once', async () => {
    const { plan, hand, takeAtMost, versions, again, handedOn } = await begun()
    takeAtMost(1)
    hand(['a.jpg', 'b.jpg'])
    await settle()
    versions.set('/in/b.jpg', { sizeBytes: 2, modifiedMs: 99 })
    takeAtMost(Number.POSITIVE_INFINITY)
    await settle()
    expect(handedOn()).toEqual(['a.jpg'])
    expect(again).toEqual(['/in/b.jpg'])
    hand(['b.jpg'])
    await settle()
    expect(handedOn()).toEqual(['a.jpg', 'b.jpg'])
    expect(plan.total).toBe(2)
  })

  it('an image that goes before its turn does not count', async () => {
    const { hand, takeAtMost, told, versions, handedOn } = await begun()
    takeAtMost(1)
    hand(['a.jpg', 'b.jpg', 'c.jpg'])
    await settle()
    hand([], ['b.jpg'])
    await settle()
    versions.delete('/in/c.jpg')
    takeAtMost(Number.POSITIVE_INFINITY)
    await settle()
    expect(handedOn()).toEqual(['a.jpg'])
    expect(told.slice(3)).toEqual([
      { event: 'gone', path: 'b.jpg', total: 2, afterFailure: false },
      { event: 'gone', path: 'c.jpg', total: 1, afterFailure: false },
    ])
  })

  it('two inputs of one output: the later one fails by name, and may come when the first is gone', async () => {
    const { hand, done, failed, handedOn, items } = await begun({ settings: { ...SETTINGS, format: 'png' } })
    hand(['a.jpg'])
    hand(['A.webp', 'b.jpg'])
    await settle()
    expect(handedOn()).toEqual(['a.jpg', 'A.webp: ERR_COLLISION', 'b.jpg'])
    expect(items[1]).toMatchObject({ message: '"a.jpg" and "A.webp" would both be written to "A.png"' })
    failed('A.webp')
    done('a.jpg')
    hand([], ['a.jpg'])
    hand(['A.webp'])
    await settle()
    expect(handedOn().at(-1)).toBe('A.webp')
  })

  it('an image that no job takes fails by name and nothing else', async () => {
    const { hand, handedOn, items, end, ended, failed, done } = await begun({
      settings: { ...SETTINGS, suffix: '.json' },
    })
    hand(['../up.jpg', 'b.jpg', 'logs', 'summary'])
    hand(['c.jpg'])
    await settle()
    expect(handedOn()).toEqual(['../up.jpg: ERR_INPUT', 'summary: ERR_COLLISION', 'b.jpg', 'logs', 'c.jpg'])
    expect(items[1]).toMatchObject({ message: expect.stringContaining('"summary" would be written to "summary.json"') })
    for (const path of ['../up.jpg', 'summary']) failed(path)
    for (const path of ['b.jpg', 'logs', 'c.jpg']) done(path)
    end()
    await settle()
    expect(ended()).toEqual({})
  })

  it('an output of somebody else fails its image and nothing else', async () => {
    const { hand, handedOn } = await begun({
      sort: async ([first, ...todo]) => ({
        ...{ todo, alreadyDone: [] },
        refused: first ? [{ task: first, error: new MurmurationError('ERR_EXISTS', 'it is not ours') }] : [],
      }),
    })
    hand(['a.jpg', 'b.jpg'])
    await settle()
    expect(handedOn()).toEqual(['a.jpg: ERR_EXISTS', 'b.jpg'])
  })
})

describe('the end of a plan that grows', () => {
  it('comes when the outcomes of what is out are known', async () => {
    const { end, ended, done } = await begun({}, ['a.jpg'])
    end()
    await settle()
    expect(ended()).toBeUndefined()
    done('a.jpg')
    await settle()
    expect(ended()).toEqual({})
  })

  it('is an interruption when images are left, and those are not begun', async () => {
    const { takeAtMost, hand, end, ended, done, handedOn } = await begun()
    takeAtMost(1)
    hand(['a.jpg', 'b.jpg'])
    await settle()
    end()
    takeAtMost(Number.POSITIVE_INFINITY)
    done('a.jpg')
    await settle()
    expect(ended()?.error).toMatchObject({ code: 'ERR_INTERRUPTED' })
    expect(handedOn()).toEqual(['a.jpg'])
  })

  it('is an interruption when an image that was out had changed', async () => {
    const { hand, end, ended, done } = await begun({}, ['a.jpg'])
    hand(['a.jpg'])
    await settle()
    end()
    done('a.jpg')
    await settle()
    expect(ended()?.error).toMatchObject({ code: 'ERR_INTERRUPTED' })
  })

  it('is an interruption when it comes before what is there was looked at', async () => {
    const { plan, open, end, ended } = world()
    end()
    await plan.begin()
    open()
    await settle()
    expect(ended()?.error).toMatchObject({ code: 'ERR_INTERRUPTED' })
  })

  it('is what planning met', async () => {
    let isBroken = false
    const { hand, ended } = await begun({
      sort: async (todo) => {
        if (isBroken) throw new MurmurationError('ERR_OUTPUT', 'the disk is full')
        return { todo, alreadyDone: [], refused: [] }
      },
    })
    isBroken = true
    hand(['a.jpg'])
    await settle()
    expect(ended()?.error).toMatchObject({ code: 'ERR_OUTPUT' })
  })

  it('comes at once where the first look fails', async () => {
    const sort = (): Promise<SortedTasks> => Promise.reject(new MurmurationError('ERR_OUTPUT', 'the disk is full'))
    const { plan, hand } = world({ sort })
    hand(['a.jpg'])
    await expect(plan.begin()).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
  })
})
