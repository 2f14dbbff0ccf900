import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createExecutorLog, type ExecutorLogOptions } from '../../../src/peer/executor/executor-log.ts'
import { createVirtualClock, type VirtualClock } from '../../support/virtual-clock.ts'
import { attachByHand, JOB, setUpExecutor, workerCrash } from './hand-coordinator.ts'

let directory: string
let clock: VirtualClock

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'executor-log-'))
  clock = createVirtualClock()
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const read = (name: string) => readFile(join(directory, name), 'utf8')
const open = (options: ExecutorLogOptions = {}) => createExecutorLog(directory, { clock, ...options })
const entry = (task: string, change = {}) => ({
  coordinator: 'alice',
  task,
  strategy: 'balanced',
  outcome: 'done',
  elapsedMs: 12.345,
  ...change,
})

describe('the log of an executor', () => {
  it('has a line per task that ended there, of one word each field', async () => {
    const log = open()
    log.record(entry('job/1/0'))
    log.record(entry('job/2/0', { outcome: 'failed:ERR_OPERATION', strategy: 'two words\nand a line' }))
    await log.flush()
    expect(await read('executor.log')).toBe(
      '2023-11-14T22:13:21.000Z alice job/1/0 balanced done 12.3\n' +
        '2023-11-14T22:13:21.000Z alice job/2/0 two_words_and_a_line failed:ERR_OPERATION 12.3\n',
    )
  })

  it('writes by itself within a second', async () => {
    const log = open()
    log.record(entry('job/1/0'))
    await clock.advance(1_000)
    await log.flush()
    expect(await read('executor.log')).toContain('job/1/0')
  })

  it('is appended to by the next life of the peer, which goes on with the totals', async () => {
    const first = open()
    first.strategies.add('balanced', 100)
    first.strategies.add('balanced', 50)
    first.strategies.add('random', 7)
    first.record(entry('job/1/0'))
    await first.flush()
    const second = open()
    second.strategies.add('random', 3)
    second.record(entry('job/2/0'))
    await second.flush()
    expect((await read('executor.log')).split('\n')).toHaveLength(3)
    expect(JSON.parse(await read('totals.json'))).toEqual({
      balanced: { tasks: 2, totalMs: 150, meanMs: 75 },
      random: { tasks: 2, totalMs: 10, meanMs: 5 },
    })
  })

  it('moves on to a new file at its bound and keeps one old one', async () => {
    const log = open({ maxLogBytes: 150 })
    for (const task of ['job/1/0', 'job/2/0', 'job/3/0', 'job/4/0', 'job/5/0']) {
      log.record(entry(task))
      await log.flush()
    }
    expect(await read('executor.log.1')).toMatch(/job\/3\/0.*\n.*job\/4\/0.*\n$/)
    expect(await read('executor.log')).toMatch(/^\S+ alice job\/5\/0 balanced done 12.3\n$/)
  })

  it('counts the bytes of an earlier life towards that bound', async () => {
    const first = open({ maxLogBytes: 150 })
    first.record(entry('job/1/0'))
    first.record(entry('job/2/0'))
    await first.flush()
    const second = open({ maxLogBytes: 150 })
    second.record(entry('job/3/0'))
    await second.flush()
    expect(await read('executor.log.1')).toContain('job/1/0')
    expect(await read('executor.log')).toContain('job/3/0')
  })

  it('leaves lines out when the disk is slower than the tasks, and says how many', async () => {
    const log = open({ maxBufferBytes: 130 })
    for (let task = 0; task < 5; task++) log.record(entry(`job/${task}/0`))
    await log.flush()
    expect(await read('executor.log')).toMatch(/job\/0.*\n.*job\/1.*\n\S+ 3 lines were left out\n$/)
  })

  it('begins anew when its totals are no totals', async () => {
    await writeFile(join(directory, 'totals.json'), '{"balanced": {"tasks": 3, "totalMs"')
    expect(open().strategies.read()).toEqual([])
    await writeFile(
      join(directory, 'totals.json'),
      '{"a":null,"b":{"tasks":-1,"totalMs":1},"c":{"tasks":1,"totalMs":2}}',
    )
    expect(open().strategies.read()).toEqual([{ strategy: 'c', tasks: 1, totalMs: 2 }])
  })

  it('loses lines, and nothing else, where nothing can be written', async () => {
    const file = join(directory, 'a file')
    await writeFile(file, '')
    const log = createExecutorLog(file, { clock })
    log.strategies.add('balanced', 1)
    log.record(entry('job/1/0'))
    await log.flush()
    expect(log.strategies.read()).toEqual([{ strategy: 'balanced', tasks: 1, totalMs: 1 }])
  })
})

describe('an executor with a log', () => {
  it('writes what it finished, failed, refused and dropped, and reports totals of earlier lives', async () => {
    const earlier = open()
    earlier.strategies.add('balanced', 96)
    await earlier.flush()
    const bench = setUpExecutor({}, { log: open() })
    const alice = attachByHand(bench.executor, 'alice')
    for (const task of [1, 2, 3]) alice.offer(task)
    alice.offer(4, { pipeline: 'teleport' })
    await bench.clock.advance(20)
    bench.runner.started[0]?.finish()
    bench.runner.started[1]?.fail(workerCrash())
    await bench.clock.advance(0)
    expect(bench.executor.read().strategies).toEqual([{ strategy: 'balanced', tasks: 2, totalMs: 100 }])
    await bench.executor.close()
    const lines = (await read('executor.log')).trim().split('\n')
    expect(lines.map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      `alice ${JOB}/4/0 balanced refused:UNKNOWN_OPERATION 0.0`,
      `alice ${JOB}/1/0 balanced done 4.0`,
      `alice ${JOB}/2/0 balanced failed:ERR_WORKER_CRASHED 20.0`,
      `alice ${JOB}/3/0 balanced cancelled 0.0`,
    ])
    expect(JSON.parse(await read('totals.json'))).toEqual({ balanced: { tasks: 2, totalMs: 100, meanMs: 50 } })
  })
})
