import { createHash } from 'node:crypto'
import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checksum } from '../../../src/base/checksum.ts'
import { jobId, peerId, taskId } from '../../../src/base/ids.ts'
import { MIN_COMPACTED_JOURNAL_BYTES } from '../../../src/base/limits.ts'
import type { PlannedTask, PreparedTask, TaskResult } from '../../../src/peer/coordinator/job.ts'
import { type FileSystem, systemOutput } from '../../../src/peer/files/file-system.ts'
import { readJournal } from '../../../src/peer/files/journal.ts'
import { type OpenOutputFolder, openOutputFolder } from '../../../src/peer/files/output-folder.ts'
import { reconcile } from '../../../src/peer/files/reconcile.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'

const recipe = { pipeline: 'edges', seed: 1, pixelVersion: 'test', format: 'keep', quality: 90, keepMetadata: false }

/** Input files `0.png`, `1.png`, … and the tasks of a job over them. */
async function job(count: number) {
  const input = await realpath(await temporaryFolder())
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
    body: { sizeBytes: input.length, digest: checksum(input), widthPx: 1, heightPx: 1 },
    frames: 1,
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
    widthPx: 1,
    heightPx: 1,
    digest: checksum(bytes),
    pixelDigest: checksum(bytes),
    stages: { queueMs: 0, delayMs: 0, decodeMs: 0, processMs: 0, encodeMs: 0 },
    times: { waitMs: 0, sendMs: 0, receiveMs: 0, responseMs: 0, enteredAtMs: 0 },
  }
}

const JOB = jobId('a job')

async function openFor(out: string, job = JOB): Promise<OpenOutputFolder> {
  const folder = await openOutputFolder(out, recipe, job)
  atEnd(() => folder.close())
  return folder
}

async function runFirst(out: string, tasks: readonly PlannedTask[], count: number): Promise<void> {
  const folder = await openFor(out)
  for (const task of tasks.slice(0, count)) await folder.save(resultOf(task))
  await folder.close()
}

function first(tasks: readonly PlannedTask[]): PlannedTask {
  const [task] = tasks
  if (!task) throw new Error('no task')
  return task
}

const stateOf = (out: string): string => join(out, '.murmuration')
const journalOf = (out: string): string => join(stateOf(out), 'journal.ndjson')

/** A lock that another process left, or holds. */
async function writeLock(out: string, holder: object): Promise<void> {
  await mkdir(stateOf(out), { recursive: true })
  await writeFile(join(stateOf(out), 'lock'), JSON.stringify({ host: hostname(), job: 'old', started: 0, ...holder }))
}

const todoOf = async (out: string, tasks: readonly PlannedTask[], change = {}) =>
  (await reconcile(tasks, { out, recipe: { ...recipe, ...change }, overwrite: false })).todo.map((task) => task.path)

describe('an output folder', () => {
  it('has whole files under their final names only', async () => {
    const { out, tasks } = await job(3)
    await runFirst(out, tasks, 3)
    expect(await readdir(join(out, 'sub'))).toEqual(['0.png', '1.png', '2.png'])
    expect(await readFile(join(out, 'sub/1.png'), 'utf8')).toBe('result 1')
    expect(await readdir(stateOf(out))).toEqual(['journal.ndjson'])
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
    ['keepMetadata', { keepMetadata: true }],
  ])('does everything again with another %s', async (_, change) => {
    const { out, tasks } = await job(2)
    await runFirst(out, tasks, 2)
    expect(await todoOf(out, tasks, change)).toEqual(['0.png', '1.png'])
  })

  it('reads lines of before metadata could be kept as of jobs that kept none', async () => {
    const { out, tasks } = await job(2)
    await runFirst(out, tasks, 2)
    const lines = await readFile(journalOf(out), 'utf8')
    await writeFile(journalOf(out), lines.replaceAll('"keepMetadata":false,', ''))
    expect(await todoOf(out, tasks)).toEqual([])
    expect(await todoOf(out, tasks, { keepMetadata: true })).toEqual(['0.png', '1.png'])
  })

  it('knows what a journal of before, whose digests were SHA-256, explains, and does it again', async () => {
    const { out, tasks } = await job(3)
    const folder = await openFor(out)
    for (const task of tasks) {
      const result = resultOf(task)
      await folder.save({ ...result, digest: createHash('sha256').update(result.bytes).digest() })
    }
    await folder.close()
    const today = { pixelVersion: 'other' }
    expect(await todoOf(out, tasks, today)).toEqual(['0.png', '1.png', '2.png'])
    await writeFile(join(out, 'sub/1.png'), 'RESULT 1')
    await expect(todoOf(out, tasks, today)).rejects.toMatchObject({ code: 'ERR_EXISTS' })
  })

  it('does an image again whose content changed, not one that was only touched', async () => {
    const { out, tasks } = await job(3)
    await runFirst(out, tasks, 3)
    await utimes(tasks[0]?.source ?? '', 2_000, 2_000)
    await writeFile(tasks[1]?.source ?? '', 'IMAGE 1')
    expect(await todoOf(out, tasks)).toEqual(['1.png'])
  })

  it('does an image again whose output is gone', async () => {
    const { out, tasks } = await job(2)
    await runFirst(out, tasks, 2)
    await rm(join(out, 'sub/0.png'))
    expect(await todoOf(out, tasks)).toEqual(['0.png'])
  })

  it.each([
    ['has another size', 'cut', {}],
    ['has the same size, and would be done again', 'RESULT 0', { quality: 50 }],
  ])('never overwrites an output that was changed since and %s', async (_, content, change) => {
    const { out, tasks } = await job(2)
    await runFirst(out, tasks, 2)
    await writeFile(join(out, 'sub/0.png'), content)
    await expect(todoOf(out, tasks, change)).rejects.toMatchObject({
      code: 'ERR_EXISTS',
      message: expect.stringContaining('"sub/0.png" in'),
    })
    expect((await reconcile(tasks, { out, recipe: { ...recipe, ...change }, overwrite: true })).todo[0]?.id).toBe(0)
  })

  it('tolerates a torn last journal line and writes on behind it', async () => {
    const { out, tasks } = await job(3)
    await runFirst(out, tasks, 2)
    const journal = journalOf(out)
    await appendFile(journal, '{"output":"sub/2.png","inp')
    expect(await todoOf(out, tasks)).toEqual(['2.png'])
    await runFirst(out, tasks.slice(2), 1)
    expect((await readJournal(journal)).entries.size).toBe(3)
  })

  it('names the peer of each result in its journal', async () => {
    const { out, tasks } = await job(1)
    await runFirst(out, tasks, 1)
    const { entries } = await readJournal(journalOf(out))
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

  it('never writes over a source, also behind a symbolic link', async () => {
    const { tasks } = await job(1)
    const task = first(tasks)
    const link = join(await temporaryFolder(), 'link')
    await symlink(dirname(task.source), link)
    const inPlace = [{ ...task, output: '0.png' }]
    for (const out of [dirname(task.source), link]) {
      await expect(reconcile(inPlace, { out, recipe, overwrite: true })).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
    }
  })

  it('that cannot be made is refused with a sentence', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'file'), '')
    await expect(openOutputFolder(join(folder, 'file/out'), recipe, JOB)).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
  })

  it('of which a part cannot be written fails that image only', async () => {
    const { out, tasks } = await job(1)
    const folder = await openFor(out)
    await writeFile(join(out, 'sub'), 'a file where a folder should be')
    await chmod(join(out, 'sub'), 0o400)
    await expect(folder.save(resultOf(first(tasks)))).rejects.toMatchObject({ code: 'ERR_WRITE' })
    expect(await readdir(join(stateOf(out), 'partial', JOB))).toEqual([])
  })

  it('is continued after a kill between the journal line and the output’s name', async () => {
    const { out, tasks } = await job(1)
    await runFirst(out, tasks, 1)
    const line = await readFile(journalOf(out), 'utf8')
    await rm(join(out, 'sub/0.png'))
    await writeFile(journalOf(out), line + line)
    expect(await todoOf(out, tasks)).toEqual(['0.png'])
  })

  it.runIf(process.platform === 'linux')(
    'is continued after the disk was full: no output without its line',
    async () => {
      const { out, tasks } = await job(2)
      const folder = await openFor(out)
      await symlink('/dev/full', journalOf(out))
      await expect(folder.save(resultOf(first(tasks)))).rejects.toMatchObject({
        code: 'ERR_OUTPUT',
        message: 'output "sub/0.png" cannot be written: the disk is full',
      })
      await rm(journalOf(out))
      expect(await readdir(join(out, 'sub'))).toEqual([])
      for (const task of tasks.slice(1)) await folder.save(resultOf(task))
      expect(await todoOf(out, tasks)).toEqual(['0.png'])
    },
  )
})

describe('what saving an image asks of the disk', () => {
  /** The real disk, which notes what changes outputs and the journal. */
  function watchedDisk(out: string) {
    const asked: string[] = []
    const note = (what: string, path: string): void => void asked.push(`${what} ${relative(out, path)}`)
    const { files, process: writer } = systemOutput
    const counted: FileSystem = {
      ...files,
      unlink(path) {
        note('unlink', path)
        return files.unlink(path)
      },
      rename(from, to) {
        note('rename to', to)
        return files.rename(from, to)
      },
      async openToAppend(path) {
        const handle = await files.openToAppend(path)
        note('open', path)
        return {
          appendFile(text) {
            note('append to', path)
            return handle.appendFile(text)
          },
          close() {
            note('close', path)
            return handle.close()
          },
        }
      },
    }
    return { asked, world: { files: counted, process: writer } }
  }
  const JOURNAL = '.murmuration/journal.ndjson'

  async function runWatched(out: string, tasks: readonly PlannedTask[], change = {}): Promise<readonly string[]> {
    const { asked, world } = watchedDisk(out)
    const destination = { out, recipe: { ...recipe, ...change }, overwrite: false }
    const { todo, open } = await reconcile(tasks, destination, world)
    const folder = await open(JOB)
    asked.length = 0 // of the lock
    for (const task of todo) await folder.save(resultOf(task))
    await folder.close()
    return asked.filter((line) => !line.includes('lock'))
  }

  it('is no look for an earlier output where there was none, and the journal opened once and closed with the folder', async () => {
    const { out, tasks } = await job(2)
    expect(await runWatched(out, tasks)).toEqual([
      `open ${JOURNAL}`,
      ...[`append to ${JOURNAL}`, 'rename to sub/0.png'],
      ...[`append to ${JOURNAL}`, 'rename to sub/1.png'],
      `close ${JOURNAL}`,
    ])
  })

  it('is that an earlier output goes before the line that supersedes its own', async () => {
    const { out, tasks } = await job(2)
    await runFirst(out, tasks, 1)
    expect(await runWatched(out, tasks, { quality: 50 })).toEqual([
      ...['unlink sub/0.png', `open ${JOURNAL}`, `append to ${JOURNAL}`, 'rename to sub/0.png'],
      ...[`append to ${JOURNAL}`, 'rename to sub/1.png'],
      `close ${JOURNAL}`,
    ])
  })

  it('is no line in the journal of a folder that was closed', async () => {
    const { out, tasks } = await job(2)
    const folder = await openFor(out)
    await folder.save(resultOf(first(tasks)))
    await folder.close()
    const journal = await readFile(journalOf(out), 'utf8')
    await folder.noteFailure(first(tasks), { code: 'ERR_READ', message: 'too late' })
    expect(await readFile(journalOf(out), 'utf8')).toBe(journal)
  })
})

describe('the journal of an output folder', () => {
  const entry = (index: number, round: number) =>
    `${JSON.stringify({
      ...{
        output: `${index}.png`,
        input: `${index}.png`,
        inputBytes: 1,
        inputModifiedMs: 1,
        inputDigest: 'x'.repeat(32),
      },
      ...{ ...recipe, outputBytes: 1, outputDigest: 'x'.repeat(32), pixelDigest: 'x'.repeat(32) },
      ...{ peer: `round ${round}`, peerId: 'id', at: 'now' },
    })}\n`

  async function journalOfRounds(out: string, rounds: number): Promise<void> {
    const images = Math.ceil(MIN_COMPACTED_JOURNAL_BYTES / rounds / entry(0, 0).length) + 1
    await mkdir(stateOf(out), { recursive: true })
    const all = Array.from({ length: rounds * images }, (_, line) => entry(line % images, Math.floor(line / images)))
    await writeFile(journalOf(out), all.join(''))
  }

  it('drops superseded lines when they are more than half, and keeps the latest', async () => {
    const { out } = await job(0)
    await journalOfRounds(out, 3)
    const { entries: before } = await readJournal(journalOf(out))
    const { size } = await stat(journalOf(out))
    await runFirst(out, [], 0)
    expect((await stat(journalOf(out))).size * 3).toBe(size)
    const { entries: after } = await readJournal(journalOf(out))
    expect(after).toEqual(before)
    expect(after.get('0.png')?.peer).toBe('round 2')
  })

  it('is left alone when half of its lines count', async () => {
    const { out } = await job(0)
    await journalOfRounds(out, 2)
    const { ino } = await stat(journalOf(out))
    await runFirst(out, [], 0)
    expect((await stat(journalOf(out))).ino).toBe(ino)
  })
})

describe('an output folder in use', () => {
  it('is refused to a second job, which leaves the first one’s partial files alone', async () => {
    const { out, tasks } = await job(1)
    const folder = await openFor(out)
    await writeFile(join(stateOf(out), 'partial', JOB, 'half'), 'of a result')
    await expect(openOutputFolder(out, recipe, jobId('another'))).rejects.toMatchObject({
      code: 'ERR_OUTPUT',
      message: `output folder "${out}" is in use by another job (pid ${process.pid})`,
      facts: { help: expect.stringContaining('Wait until that job has ended') },
    })
    expect(await readdir(join(stateOf(out), 'partial', JOB))).toEqual(['half'])
    await folder.save(resultOf(first(tasks)))
    await folder.close()
    await (await openFor(out, jobId('another'))).close()
  })

  it.each([
    ['of a process that ended', { pid: 2 ** 22 + 1 }],
    ['of an earlier process of our number', { pid: process.pid }],
  ])('is taken over by the lock %s, and its partial files go', async (_, holder) => {
    const { out } = await job(0)
    await writeLock(out, holder)
    await mkdir(join(stateOf(out), 'partial/old'), { recursive: true })
    await openFor(out)
    expect(await readdir(join(stateOf(out), 'partial'))).toEqual([JOB])
    expect(await readFile(join(stateOf(out), 'lock'), 'utf8')).toContain(JOB)
    expect((await readdir(stateOf(out))).sort()).toEqual(['lock', 'partial'])
  })

  it('is named as such to a second job that finds outputs without a line', async () => {
    const { out, tasks } = await job(1)
    await openFor(out)
    const output = join(out, tasks[0]?.output ?? '')
    await mkdir(dirname(output), { recursive: true })
    await writeFile(output, 'just being written')
    const planning = reconcile(tasks, { out, recipe, overwrite: false })
    await expect(planning).rejects.toThrow(`output folder "${out}" is in use by another job (pid ${process.pid})`)
  })

  it('is free again when its job is over, even if the disk kept the lock', async () => {
    const { out } = await job(0)
    await (await openOutputFolder(out, recipe, JOB)).close()
    await writeLock(out, { pid: process.pid, job: JOB, started: Date.now() })
    await openFor(out, jobId('another'))
  })

  it('is taken over by one of several that find a lock nobody holds any more', async () => {
    const { out } = await job(0)
    await writeLock(out, { pid: 2 ** 22 + 1 })
    const tries = Array.from({ length: 8 }, (_, index) => openFor(out, jobId(`job ${index}`)))
    const opened = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled')
    expect(opened).toHaveLength(1)
  })

  it('is taken over when its lock was left without content', async () => {
    const { out } = await job(0)
    await mkdir(stateOf(out), { recursive: true })
    await writeFile(join(stateOf(out), 'lock'), '')
    await expect(openOutputFolder(out, recipe, JOB)).rejects.toThrow('is in use by another job')
    await utimes(join(stateOf(out), 'lock'), 1_000, 1_000)
    await openFor(out)
  })

  it('is taken over when its lock was left half written before the clock was set back', async () => {
    const { out } = await job(0)
    await mkdir(stateOf(out), { recursive: true })
    const lock = join(stateOf(out), 'lock')
    await writeFile(lock, '{"pid":1')
    const inTenMinutes = Date.now() / 1000 + 600
    await utimes(lock, inTenMinutes, inTenMinutes)
    const folder = await openFor(out)
    await folder.close()
  })

  it('is refused while a process of another machine may hold it, with the way out', async () => {
    const { out } = await job(0)
    await writeLock(out, { pid: 1, host: 'elsewhere' })
    await expect(openOutputFolder(out, recipe, JOB)).rejects.toThrow(
      `(pid 1 on elsewhere; if it ended, remove "${join(stateOf(out), 'lock')}")`,
    )
  })
})
