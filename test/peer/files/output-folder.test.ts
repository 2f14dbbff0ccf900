import { createHash } from 'node:crypto'
import { appendFile, chmod, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { peerId, taskId } from '../../../src/base/ids.ts'
import type { PlannedTask, PreparedTask, TaskResult } from '../../../src/peer/coordinator/job.ts'
import { readJournal } from '../../../src/peer/files/journal.ts'
import { openOutputFolder, reconcile } from '../../../src/peer/files/output-folder.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const recipe = { pipeline: 'edges', seed: 1, pixelVersion: 'test', format: 'keep', quality: 90 }
const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest()

/** Input files `0.png`, `1.png`, … and the tasks of a job over them. */
async function job(count: number) {
  const input = await temporaryFolder()
  const out = join(await temporaryFolder(), 'out')
  const tasks: PlannedTask[] = []
  for (let index = 0; index < count; index++) {
    const path = `${index}.png`
    const source = join(input, path)
    await writeFile(source, `image ${index}`)
    await utimes(source, 1_000, 1_000)
    tasks.push({ id: taskId(index), path, source, output: `sub/${path}`, seed: 0n })
  }
  return { out, tasks }
}

function resultOf(task: PlannedTask, modifiedMs = 1_000_000): TaskResult {
  const input = Buffer.from(`image ${task.id}`)
  const bytes = Buffer.from(`result ${task.id}`)
  const prepared: PreparedTask = {
    ...task,
    body: { sizeBytes: input.length, digest: sha256(input), widthPx: 1, heightPx: 1 },
    modifiedMs,
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
    digest: sha256(bytes),
    pixelDigest: sha256(bytes),
    stages: { queueMs: 0, delayMs: 0, decodeMs: 0, processMs: 0, encodeMs: 0 },
    times: { waitMs: 0, sendMs: 0, receiveMs: 0, responseMs: 0, enteredAtMs: 0 },
  }
}

async function runFirst(out: string, tasks: readonly PlannedTask[], count: number): Promise<void> {
  const folder = await openOutputFolder(out, recipe)
  for (const task of tasks.slice(0, count)) await folder.save(resultOf(task))
}

const todoOf = async (out: string, tasks: readonly PlannedTask[], change = {}) =>
  (await reconcile(tasks, { out, recipe: { ...recipe, ...change }, overwrite: false })).todo.map((task) => task.path)

describe('an output folder', () => {
  it('has whole files under their final names only', async () => {
    const { out, tasks } = await job(3)
    await runFirst(out, tasks, 3)
    expect(await readdir(join(out, 'sub'))).toEqual(['0.png', '1.png', '2.png'])
    expect(await readFile(join(out, 'sub/1.png'), 'utf8')).toBe('result 1')
    expect(await readdir(join(out, '.murmuration/partial'))).toEqual([])
  })

  it('continues a job: what is done is left alone', async () => {
    const { out, tasks } = await job(5)
    await runFirst(out, tasks, 3)
    expect(await todoOf(out, tasks)).toEqual(['3.png', '4.png'])
  })

  it.each([
    ['pipeline', { pipeline: 'gray' }],
    ['seed', { seed: 2 }],
    ['pixelVersion', { pixelVersion: 'other' }],
    ['quality', { quality: 50 }],
    ['format', { format: 'png' }],
  ])('does everything again with another %s', async (_, change) => {
    const { out, tasks } = await job(2)
    await runFirst(out, tasks, 2)
    expect(await todoOf(out, tasks, change)).toEqual(['0.png', '1.png'])
  })

  it('does an image again whose content changed, not one that was only touched', async () => {
    const { out, tasks } = await job(3)
    await runFirst(out, tasks, 3)
    await utimes(tasks[0]?.source ?? '', 2_000, 2_000)
    await writeFile(tasks[1]?.source ?? '', 'IMAGE 1')
    expect(await todoOf(out, tasks)).toEqual(['1.png'])
  })

  it('does an image again whose output is gone or was cut', async () => {
    const { out, tasks } = await job(2)
    await runFirst(out, tasks, 2)
    await writeFile(join(out, 'sub/0.png'), 'cut')
    expect(await todoOf(out, tasks)).toEqual(['0.png'])
  })

  it('tolerates a torn last journal line and writes on behind it', async () => {
    const { out, tasks } = await job(3)
    await runFirst(out, tasks, 2)
    const journal = join(out, '.murmuration/journal.ndjson')
    await appendFile(journal, '{"output":"sub/2.png","inp')
    expect(await todoOf(out, tasks)).toEqual(['2.png'])
    await runFirst(out, tasks.slice(2), 1)
    expect((await readJournal(journal)).size).toBe(3)
  })

  it('names the peer of each result in its journal', async () => {
    const { out, tasks } = await job(1)
    await runFirst(out, tasks, 1)
    const entries = await readJournal(join(out, '.murmuration/journal.ndjson'))
    expect(entries.get('sub/0.png')).toMatchObject({ peer: 'somebody', peerId: 'id', input: '0.png' })
  })

  it('never overwrites a file that no journal line explains', async () => {
    const { out, tasks } = await job(2)
    await mkdir(join(out, 'sub'), { recursive: true })
    await writeFile(join(out, 'sub/1.png'), 'somebody else’s')
    await expect(reconcile(tasks, { out, recipe, overwrite: false })).rejects.toMatchObject({
      code: 'ERR_EXISTS',
      message: expect.stringContaining('"sub/1.png"'),
    })
    expect((await reconcile(tasks, { out, recipe, overwrite: true })).todo).toHaveLength(2)
  })

  it('never writes over a source', async () => {
    const { tasks } = await job(1)
    const [task] = tasks
    if (!task) throw new Error('no task')
    const out = task.source.replace(/\/0\.png$/, '')
    const inPlace = [{ ...task, output: '0.png' }]
    await expect(reconcile(inPlace, { out, recipe, overwrite: true })).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
  })

  it('that cannot be made is refused with a sentence', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    await expect(openOutputFolder(join(folder, 'file/out'), recipe)).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
  })

  it('of which a part cannot be written fails that image only', async () => {
    const { out, tasks } = await job(1)
    const folder = await openOutputFolder(out, recipe)
    await writeFile(join(out, 'sub'), 'a file where a folder should be')
    await chmod(join(out, 'sub'), 0o400)
    const [task] = tasks
    if (!task) throw new Error('no task')
    await expect(folder.save(resultOf(task))).rejects.toMatchObject({ code: 'ERR_WRITE' })
    expect(await readdir(join(out, '.murmuration/partial'))).toEqual([])
  })
})
