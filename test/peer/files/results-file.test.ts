import { createHash } from 'node:crypto'
import { appendFile, mkdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { jobId, peerId, taskId } from '../../../src/base/ids.ts'
import type { PlannedTask, PreparedTask, TaskResult } from '../../../src/peer/coordinator/job.ts'
import type { Reconciled } from '../../../src/peer/files/reconcile.ts'
import { reconcileResults } from '../../../src/peer/files/results-file.ts'
import { journalFile } from '../../../src/peer/files/state-folder.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'

const recipe = { pipeline: 'stats', seed: 1, pixelVersion: 'test', format: 'ndjson', quality: 0, keepMetadata: false }
const JOB = jobId('0123456789abcdef0123456789abcdef')
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

/** Input files `0.png`, `1.png`, … and the tasks of a job over them. */
async function job(count: number) {
  const input = await temporaryFolder()
  const out = join(await temporaryFolder(), 'out')
  const tasks: PlannedTask[] = []
  for (let index = 0; index < count; index++) {
    const path = `"${index}" ü\n.png`
    const source = join(input, `${index}.png`)
    await writeFile(source, `image ${index}`)
    await utimes(source, 1_000, 1_000)
    tasks.push({ id: taskId(index), path, source, output: 'results.ndjson', seed: 0n })
  }
  return { out, tasks }
}

function resultOf(task: PlannedTask, text = `{"found": ${task.id}}`): TaskResult {
  const input = Buffer.from(`image ${task.id}`)
  const bytes = Buffer.from(text)
  const prepared: PreparedTask = {
    ...task,
    body: { sizeBytes: input.length, digest: sha256(input), widthPx: 9, heightPx: 9 },
    frames: 1,
    modifiedMs: 1_000_000,
    held: () => undefined,
    take: async () => input,
    release: () => {},
  }
  return {
    kind: 'result',
    task: prepared,
    attempt: 0,
    peer: { id: peerId('id'), name: 'somebody' },
    bytes,
    widthPx: 3,
    heightPx: 2,
    digest: sha256(bytes),
    pixelDigest: sha256(bytes),
    stages: { queueMs: 0, delayMs: 0, decodeMs: 0, processMs: 0, encodeMs: 0 },
    times: { waitMs: 0, sendMs: 0, receiveMs: 0, responseMs: 0, enteredAtMs: 0 },
  }
}

const plan = (out: string, tasks: readonly PlannedTask[], change = {}, overwrite = false): Promise<Reconciled> =>
  reconcileResults(tasks, { out, recipe: { ...recipe, ...change }, overwrite })

/** Does what is to do, as a job does: at most `count` of it, all at once. Gives the paths it did. */
async function run(out: string, tasks: readonly PlannedTask[], options: { count?: number; change?: object } = {}) {
  const { todo, open } = await plan(out, tasks, options.change)
  const sink = await open(JOB)
  const some = todo.slice(0, options.count)
  await Promise.all(some.map((task) => sink.save(resultOf(task))))
  await sink.close()
  return some.map(({ id }) => Number(id))
}

const file = (out: string): string => join(out, 'results.ndjson')
const linesOf = async (out: string): Promise<unknown[]> =>
  (await readFile(file(out), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line))

const lineOf = ({ path, id }: PlannedTask) => ({ path, width: 3, height: 2, data: { found: Number(id) } })

describe('results.ndjson', () => {
  it('has one line per image, in the order in which they are saved', async () => {
    const { out, tasks } = await job(3)
    const sink = await (await plan(out, tasks)).open(JOB)
    atEnd(() => sink.close())
    for (const task of tasks.toReversed()) await sink.save(resultOf(task))
    expect(await linesOf(out)).toEqual(tasks.toReversed().map(lineOf))
    expect(await readFile(file(out), 'utf8')).toMatch(/^\{"path":".*\}\n$/s)
  })

  it('continues a job: lines that are there stay, and the others come behind them', async () => {
    const { out, tasks } = await job(5)
    expect(await run(out, tasks, { count: 3 })).toEqual([0, 1, 2])
    expect(await run(out, tasks)).toEqual([3, 4])
    expect(await run(out, tasks)).toEqual([])
    expect(await linesOf(out)).toEqual(tasks.map(lineOf))
  })

  it('does without a line that was torn, and the one that came before its journal line', async () => {
    const { out, tasks } = await job(4)
    await run(out, tasks, { count: 3 })
    const journal = (await readFile(journalFile(out), 'utf8')).trimEnd().split('\n')
    await writeFile(journalFile(out), journal.slice(0, 2).join('\n'))
    await appendFile(file(out), '{"path":"half')
    expect(await run(out, tasks)).toEqual([2, 3])
    expect(await linesOf(out)).toEqual(tasks.map(lineOf))
  })

  it('does an image again whose line is gone or was changed, wherever it stood', async () => {
    const { out, tasks } = await job(3)
    await run(out, tasks)
    await writeFile(file(out), (await readFile(file(out), 'utf8')).replace('"found":1', '"found":7'))
    expect(await run(out, tasks)).toEqual([1])
    expect(await linesOf(out)).toEqual([0, 2, 1].flatMap((index) => tasks.slice(index, index + 1)).map(lineOf))
    await truncate(file(out), 10)
    expect(await run(out, tasks)).toEqual([0, 1, 2])
    expect(await linesOf(out)).toHaveLength(3)
  })

  it('says which folder cannot be read', async () => {
    const { out, tasks } = await job(1)
    await mkdir(journalFile(out), { recursive: true })
    const refusal = { code: 'ERR_OUTPUT', message: expect.stringContaining(`output folder "${out}" cannot be read`) }
    await expect(plan(out, tasks)).rejects.toMatchObject(refusal)
  })

  it('replaces the line of an image by that of another pipeline, and leaves other images alone', async () => {
    const { out, tasks } = await job(4)
    await run(out, tasks)
    expect(await run(out, tasks.slice(1, 3), { change: { pipeline: 'qr' } })).toEqual([1, 2])
    expect(await linesOf(out)).toHaveLength(4)
    expect(await run(out, tasks)).toEqual([1, 2])
    expect(new Set((await linesOf(out)).map((line) => JSON.stringify(line)))).toEqual(
      new Set(tasks.map((task) => JSON.stringify(lineOf(task)))),
    )
  })

  it('does an image again that changed', async () => {
    const { out, tasks } = await job(2)
    await run(out, tasks)
    for (const { source } of tasks.slice(1)) await writeFile(source, 'image X')
    expect(await run(out, tasks)).toEqual([1])
    expect(await linesOf(out)).toHaveLength(2)
  })

  it('of somebody else is left alone, unless it may be replaced', async () => {
    const { out, tasks } = await job(1)
    await run(join(out, 'first'), tasks)
    const other = join(out, 'first', '..')
    await writeFile(file(other), 'mine\n')
    await expect(plan(other, tasks)).rejects.toMatchObject({ code: 'ERR_EXISTS' })
    const { open } = await plan(other, tasks, {}, true)
    const sink = await open(JOB)
    atEnd(() => sink.close())
    for (const task of tasks) await sink.save(resultOf(task))
    expect(await linesOf(other)).toEqual(tasks.map(lineOf))
  })

  it.each([
    ['no JSON', '{"a":', 'ERR_MALFORMED'],
    ['two lines', '1\n2', 'ERR_MALFORMED'],
    ['a depth that no parser goes', '['.repeat(4_000_000), 'ERR_MALFORMED'],
    ['more than the limit', `"${'a'.repeat(8 * 1024 * 1024)}"`, 'ERR_LIMIT'],
  ])('takes %s from no peer', async (_what, text, code) => {
    const { out, tasks } = await job(1)
    const sink = await (await plan(out, tasks)).open(JOB)
    atEnd(() => sink.close())
    for (const task of tasks) await expect(sink.save(resultOf(task, text))).rejects.toMatchObject({ code })
    await expect(readFile(file(out), 'utf8')).rejects.toThrow('ENOENT')
  })

  it('keeps a result of many lines on one', async () => {
    const { out, tasks } = await job(1)
    const sink = await (await plan(out, tasks)).open(JOB)
    atEnd(() => sink.close())
    for (const task of tasks) await sink.save(resultOf(task, '{\n "found" : [ 1,\n 2 ]\n}\n'))
    expect(await linesOf(out)).toMatchObject([{ data: { found: [1, 2] } }])
  })
})
