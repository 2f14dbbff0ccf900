import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { MAX_DURATION_MS, MAX_MESSAGE_BYTES, MAX_STRATEGIES } from '../../../src/base/limits.ts'
import { failureForStrangers } from '../../../src/peer/executor/failure-for-strangers.ts'
import { createStatistics, nextServiceMs } from '../../../src/peer/executor/statistics.ts'
import { createStrategyTable } from '../../../src/peer/executor/strategy-totals.ts'
import { createStrayBodies } from '../../../src/peer/executor/stray-bodies.ts'

describe('milliseconds per megapixel', () => {
  it('weigh a photo more than a thumbnail', () => {
    const statistics = createStatistics()
    expect(statistics.msPerMegapixel).toBe(0)
    statistics.completed(1000, 10_000_000)
    statistics.completed(10, 10_000)
    expect(statistics.msPerMegapixel).toBeGreaterThan(95)
    expect(statistics.msPerMegapixel).toBeLessThan(110)
  })

  it('follow a change of work within some twenty tasks', () => {
    const statistics = createStatistics()
    for (let task = 0; task < 100; task++) statistics.completed(100, 1_000_000)
    for (let task = 0; task < 60; task++) statistics.completed(500, 1_000_000)
    expect(statistics.msPerMegapixel).toBeGreaterThan(470)
    expect(statistics.msPerMegapixel).toBeLessThan(500)
  })

  it('stay a figure that a frame can carry', () => {
    const statistics = createStatistics()
    statistics.completed(60_000, 1)
    expect(statistics.msPerMegapixel).toBe(MAX_DURATION_MS)
  })

  it('have a sister: the mean service time begins with the first task', () => {
    expect(nextServiceMs(undefined, 10)).toBe(10)
    expect(nextServiceMs(10, 20)).toBeCloseTo(12)
  })
})

describe('the table of strategies', () => {
  it('adds up tasks and time, and goes on from earlier totals', () => {
    const table = createStrategyTable([{ strategy: 'random', tasks: 2, totalMs: 50 }])
    const { version } = table
    table.add('random', 10)
    table.add('balanced', 7)
    expect(table.read()).toEqual([
      { strategy: 'random', tasks: 3, totalMs: 60 },
      { strategy: 'balanced', tasks: 1, totalMs: 7 },
    ])
    expect(table.version).toBeGreaterThan(version)
  })

  it('has a bound, beyond which strangers’ names are counted together', () => {
    const table = createStrategyTable()
    for (let name = 0; name < 1000; name++) table.add(`strategy-${name}`, 1)
    const totals = table.read()
    expect(totals).toHaveLength(MAX_STRATEGIES)
    expect(totals.at(-1)).toEqual({ strategy: 'other', tasks: 1000 - (MAX_STRATEGIES - 1), totalMs: 985 })
  })
})

describe('what a stranger reads about a failure', () => {
  const read = (sentence: string) => failureForStrangers(new MurmurationError('ERR_OPERATION', sentence)).message

  it('is the sentence of an error of ours, and nothing of any other error', () => {
    expect(failureForStrangers(new MurmurationError('ERR_NOT_AN_IMAGE', 'this is no image'))).toEqual({
      code: 'ERR_NOT_AN_IMAGE',
      message: 'this is no image',
    })
    for (const error of [new Error('secret'), 'secret', undefined, new MurmurationError('ERR_INTERNAL', 'secret')]) {
      expect(failureForStrangers(error)).toEqual({ code: 'ERR_INTERNAL', message: 'the task failed inside this peer' })
    }
  })

  it('holds no path and no stack', () => {
    expect(read('cannot open "/home/me/photos/a.jpg": gone')).toBe('cannot open "…": gone')
    expect(read('at file:///home/me/x.ts and C:\\Users\\me\\x.ts')).toBe('at … and …')
    expect(read('it broke\n    at run (/home/me/x.ts:1:2)')).toBe('it broke')
  })

  it('keeps what only looks like a path', () => {
    expect(read('image/png with 3/4 of its rows')).toBe('image/png with 3/4 of its rows')
    expect(read('operation "canny" expects low between 0 and 255, got 300')).toBe(
      'operation "canny" expects low between 0 and 255, got 300',
    )
  })

  it('is printable, never empty, and cut between characters', () => {
    expect(read('a\u0007b\u2028c')).toBe('a b c')
    expect(read('')).toBe('the task failed')
    const cut = read('é'.repeat(1000))
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(MAX_MESSAGE_BYTES)
    expect(cut).toMatch(/^é+$/)
  })
})

describe('stray bodies', () => {
  it('pass up to what was announced, and only what was expected', () => {
    const strays = createStrayBodies()
    strays.expect('a', 10)
    strays.expect('nothing left', 0)
    expect(strays.letPass('a', 4)).toBe(true)
    expect(strays.letPass('a', 7)).toBe(false)
    expect(strays.letPass('a', 6)).toBe(true)
    expect(strays.letPass('a', 1)).toBe(false)
    expect(strays.letPass('b', 1)).toBe(false)
    expect(strays.letPass('nothing left', 1)).toBe(false)
  })

  it('are forgotten oldest first', () => {
    const strays = createStrayBodies()
    for (let index = 0; index < 100; index++) strays.expect(String(index), 10)
    expect(strays.letPass('0', 1)).toBe(false)
    expect(strays.letPass('99', 1)).toBe(true)
  })
})
