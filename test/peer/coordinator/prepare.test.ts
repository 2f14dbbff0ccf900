import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { taskId } from '../../../src/base/ids.ts'
import { ByteBudget } from '../../../src/peer/coordinator/byte-budget.ts'
import type { PlannedTask, PreparedTask, TaskFailure } from '../../../src/peer/coordinator/job.ts'
import type { SourceReader } from '../../../src/peer/coordinator/ports.ts'
import { prepare } from '../../../src/peer/coordinator/prepare.ts'
import { settle } from '../../support/virtual-clock.ts'

const tasks = (count: number): PlannedTask[] =>
  Array.from({ length: count }, (_, index) => ({
    id: taskId(index),
    path: `${index}.png`,
    source: `${index}`,
    output: `${index}.png`,
    seed: BigInt(index),
  }))

function memoryReader(sizeOf: (index: number) => number): SourceReader & { readonly reads: string[] } {
  const reads: string[] = []
  return {
    reads,
    stat: async (source) => ({ sizeBytes: sizeOf(Number(source)), modifiedMs: 1 }),
    read: async (source) => {
      reads.push(source)
      return new Uint8Array(sizeOf(Number(source)))
    },
    measure: async () => ({ widthPx: 10, heightPx: 10 }),
  }
}

function start(reader: SourceReader, count: number, { limitBytes = 1_000_000, readAhead = 2 } = {}) {
  const budget = new ByteBudget(limitBytes)
  const abort = new AbortController()
  const prepared = prepare({ reader, budget, signal: abort.signal, readAhead })(tasks(count))
  return { budget, abort, prepared }
}

async function nextTask(prepared: AsyncGenerator<PreparedTask | TaskFailure>): Promise<PreparedTask> {
  const { value } = await prepared.next()
  if (!value || 'kind' in value) throw new Error('expected a prepared task')
  return value
}

describe('preparing tasks', () => {
  it('keeps their order', async () => {
    const { prepared } = start(
      memoryReader(() => 10),
      5,
    )
    const paths: string[] = []
    for await (const item of prepared) if (!('kind' in item)) paths.push(item.path)
    expect(paths).toEqual(['0.png', '1.png', '2.png', '3.png', '4.png'])
  })

  it('reads no more than its bound ahead of a reader that takes its time', async () => {
    const reader = memoryReader(() => 10)
    const { prepared } = start(reader, 1_000, { readAhead: 3 })
    for (let taken = 1; taken <= 20; taken++) {
      await nextTask(prepared)
      await settle()
      expect(reader.reads.length).toBeLessThanOrEqual(taken + 3)
    }
    await prepared.return(undefined)
  })

  it('never holds more bytes than the budget', async () => {
    const { prepared, budget } = start(
      memoryReader(() => 100),
      10,
      { limitBytes: 250, readAhead: 5 },
    )
    let most = 0
    for await (const item of prepared) {
      most = Math.max(most, budget.heldBytes)
      if (!('kind' in item)) item.release()
    }
    expect(most).toBe(200)
    expect(budget.heldBytes).toBe(0)
  })

  it('reads a file larger than the whole budget alone', async () => {
    const { prepared } = start(
      memoryReader((index) => (index === 0 ? 5_000 : 10)),
      2,
      { limitBytes: 1_000 },
    )
    const first = await nextTask(prepared)
    expect(first.body.sizeBytes).toBe(5_000)
    first.release()
    expect((await nextTask(prepared)).path).toBe('1.png')
  })

  it('turns an empty, a missing and an undecodable file into failures', async () => {
    const reader = memoryReader((index) => (index === 0 ? 0 : 10))
    const { prepared } = start(
      {
        ...reader,
        read: async (source, sizeBytes) => {
          if (source === '1') throw new MurmurationError('ERR_READ', 'gone')
          return reader.read(source, sizeBytes)
        },
        measure: async () => {
          throw new MurmurationError('ERR_NOT_AN_IMAGE', 'no image')
        },
      },
      3,
    )
    const codes: string[] = []
    for await (const item of prepared) if ('kind' in item) codes.push(item.code)
    expect(codes).toEqual(['ERR_NOT_AN_IMAGE', 'ERR_READ', 'ERR_NOT_AN_IMAGE'])
  })

  it('reads a body again after it was let go, and notices that the file changed', async () => {
    let fill = 1
    const base = memoryReader(() => 10)
    const { prepared, budget } = start({ ...base, read: async () => new Uint8Array(10).fill(fill) }, 1)
    const task = await nextTask(prepared)
    task.release()
    expect(budget.heldBytes).toBe(0)
    expect(await task.take()).toHaveLength(10)
    task.release()
    fill = 2
    await expect(task.take()).rejects.toMatchObject({ code: 'ERR_READ' })
    expect(budget.heldBytes).toBe(0)
  })

  it('reads a body again although read-ahead holds the whole budget', async () => {
    const { prepared } = start(
      memoryReader(() => 40),
      5,
      { limitBytes: 100 },
    )
    const first = await nextTask(prepared)
    const second = await nextTask(prepared)
    first.release()
    second.release()
    await settle() // the next two are read into the room that this made
    expect(await first.take()).toHaveLength(40)
    expect(await second.take()).toHaveLength(40)
  })

  it('stops waiting for the budget when the job ends', async () => {
    const { prepared, abort } = start(
      memoryReader(() => 100),
      3,
      { limitBytes: 100 },
    )
    await prepared.next()
    const second = prepared.next()
    await settle()
    abort.abort(new MurmurationError('ERR_INTERRUPTED', 'stop'))
    await expect(second).rejects.toMatchObject({ code: 'ERR_INTERRUPTED' })
  })
})
