/** What a liar did is withdrawn: from the folder, from the journal, and for every run that continues the job. */

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checksum } from '../../../src/base/checksum.ts'
import { jobId, peerId, taskId } from '../../../src/base/ids.ts'
import { MIN_COMPACTED_JOURNAL_BYTES } from '../../../src/base/limits.ts'
import type { PlannedTask, TaskResult } from '../../../src/peer/coordinator/job.ts'
import { RESULTS_FILE } from '../../../src/peer/coordinator/plan.ts'
import { type OutputWorld, systemOutput } from '../../../src/peer/files/file-system.ts'
import { reconcile } from '../../../src/peer/files/reconcile.ts'
import { reconcileResults } from '../../../src/peer/files/results-file.ts'
import { journalFile } from '../../../src/peer/files/state-folder.ts'
import type { PeerRef } from '../../../src/peer/job-events.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const JOB = jobId('0123456789abcdef0123456789abcdef')
const LIAR: PeerRef = { id: peerId('12D3KooWliar'), name: 'liar' }
const HONEST: PeerRef = { id: peerId('12D3KooWhonest'), name: 'honest' }
const OTHER: PeerRef = { id: peerId('12D3KooWother'), name: 'other' }

const recipe = { pipeline: 'edges', seed: 1, pixelVersion: 'test', format: 'keep', quality: 90, keepMetadata: false }

async function world(isData: boolean, count = 6) {
  const input = await temporaryFolder()
  const out = await temporaryFolder()
  const names = Array.from({ length: count }, (_, index) => `${index}.png`)
  await Promise.all(names.map((name) => writeFile(join(input, name), name)))
  const tasks: PlannedTask[] = names.map((path, index) => {
    const output = isData ? RESULTS_FILE : path
    return { id: taskId(index), path, source: join(input, path), output, seed: 1n }
  })
  const plan = (disk?: OutputWorld) =>
    (isData ? reconcileResults : reconcile)(tasks, { out, recipe, overwrite: false }, disk)
  const resultOf = async (index: number, peer: PeerRef, verifiedBy?: PeerRef[]): Promise<TaskResult> => {
    const task = tasks[index]
    if (!task) throw new Error(`there is no task ${index}`)
    const source = await readFile(task.source)
    const bytes = Buffer.from(isData ? JSON.stringify({ by: peer.name }) : `${task.path} by ${peer.name}`)
    return {
      kind: 'result',
      task: {
        ...task,
        body: { sizeBytes: source.length, digest: checksum(source), widthPx: 1, heightPx: 1 },
        frames: 1,
        modifiedMs: 0,
        held: () => undefined,
        take: async () => source,
        release: () => {},
      },
      attempt: 0,
      peer,
      bytes,
      widthPx: 1,
      heightPx: 1,
      digest: checksum(bytes),
      pixelDigest: checksum(bytes),
      stages: { queueMs: 0, delayMs: 0, decodeMs: 0, processMs: 0, encodeMs: 0 },
      times: { waitMs: 0, sendMs: 0, receiveMs: 0, responseMs: 0, enteredAtMs: 0 },
      ...(verifiedBy && { verifiedBy }),
    }
  }
  /** Paths and makers of what stands there. */
  const standing = async (): Promise<string[]> => {
    if (!isData) {
      const found = await Promise.all(names.map((name) => readFile(join(out, name), 'utf8').catch(() => '')))
      return found.filter(Boolean)
    }
    const text = await readFile(join(out, RESULTS_FILE), 'utf8').catch(() => '')
    const lines = text.split('\n').filter(Boolean)
    return lines
      .map((line) => JSON.parse(line))
      .map(({ path, data }) => `${path} by ${data.by}`)
      .sort()
  }
  return { out, plan, resultOf, standing }
}

describe.each([
  ['images', false],
  ['data', true],
])('of %s', (_, isData) => {
  it('the outputs are gone, those of others and confirmed ones stay', async () => {
    const { plan, resultOf, standing } = await world(isData)
    const sink = await (await plan()).open(JOB)
    await sink.save(await resultOf(0, LIAR))
    await sink.save(await resultOf(1, HONEST))
    await sink.save(await resultOf(2, LIAR, [HONEST]))
    await sink.save(await resultOf(3, LIAR, []))
    const late = sink.save(await resultOf(4, LIAR)) // under way
    const withdrawn = await sink.withdraw([LIAR])
    await late
    expect(withdrawn.map(({ task, peer }) => [task.path, peer])).toEqual(
      [0, 3, 4].map((index) => [`${index}.png`, LIAR]),
    )
    expect(await standing()).toEqual(['1.png by honest', '2.png by liar'])
    await sink.save(await resultOf(0, HONEST))
    await sink.close()
    expect(await standing()).toEqual(['0.png by honest', '1.png by honest', '2.png by liar'])
  })

  it('it is an error where it cannot be seen whether they are there', async () => {
    const { out, plan, resultOf, standing } = await world(isData)
    let isFailing = false
    const stat = (path: string) =>
      isFailing && path === join(out, isData ? RESULTS_FILE : '0.png')
        ? Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }))
        : systemOutput.files.stat(path)
    const disk = { ...systemOutput, files: { ...systemOutput.files, stat } }
    const sink = await (await plan(disk)).open(JOB)
    await sink.save(await resultOf(0, LIAR))
    isFailing = true
    await expect(sink.withdraw([LIAR])).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
    await sink.close()
    // nor is it taken for the beginning of a job, whose lines would come behind those that are there
    await expect(plan(disk)).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
    isFailing = false
    const again = await (await plan(disk)).open(JOB)
    await again.save(await resultOf(0, HONEST))
    await again.close()
    expect(await standing()).toEqual(['0.png by honest'])
  })

  it('saves that come meanwhile wait and are kept', async () => {
    const { plan, resultOf, standing } = await world(isData)
    const sink = await (await plan()).open(JOB)
    await sink.save(await resultOf(0, LIAR))
    const withdrawing = sink.withdraw([LIAR])
    await Promise.all([sink.save(await resultOf(1, HONEST)), sink.save(await resultOf(2, OTHER)), withdrawing])
    await sink.close()
    expect(await standing()).toEqual(['1.png by honest', '2.png by other'])
  })

  it('a run that continues the job does them again, knows the liar, and overwrites nothing that needs asking', async () => {
    const { plan, resultOf, standing } = await world(isData)
    const first = await (await plan()).open(JOB)
    for (const index of [0, 1]) await first.save(await resultOf(index, LIAR))
    await first.save(await resultOf(2, HONEST))
    await first.close()

    const second = await plan()
    expect(second.alreadyDone).toHaveLength(3)
    const sink = await second.open(JOB)
    // of an earlier run
    expect((await sink.withdraw([LIAR])).map(({ task }) => task.path)).toEqual(['0.png', '1.png'])
    await sink.close()

    const third = await plan()
    expect([third.alreadyDone.map(({ path }) => path), third.liars]).toEqual([['2.png'], [LIAR]])
    const redo = await third.open(JOB)
    for (const index of [0, 1]) await redo.save(await resultOf(index, HONEST))
    await redo.close()
    expect((await plan()).alreadyDone).toHaveLength(3)
    expect(await standing()).toEqual([0, 1, 2].map((index) => `${index}.png by honest`))
  })

  it('what a second liar confirmed goes with it', async () => {
    const { plan, resultOf, standing } = await world(isData)
    const sink = await (await plan()).open(JOB)
    await sink.save(await resultOf(0, LIAR, [OTHER]))
    await sink.save(await resultOf(1, HONEST, [OTHER]))
    expect(await sink.withdraw([LIAR])).toEqual([])
    expect((await sink.withdraw([LIAR, OTHER])).map(({ task }) => task.path)).toEqual(['0.png'])
    await sink.close()
    expect(await standing()).toEqual(['1.png by honest'])
  })

  it('a journal that is written anew forgets neither what is void nor who lied, nor any image', async () => {
    const { out, plan, resultOf } = await world(isData)
    const sink = await (await plan()).open(JOB)
    for (const index of [0, 1, 2, 3]) await sink.save(await resultOf(index, index === 0 ? LIAR : HONEST))
    await sink.withdraw([LIAR])
    await sink.close()
    const journal = await readFile(journalFile(out), 'utf8')
    // superseded lines of an image that is done anew again and again
    const [, again = ''] = journal.split('\n')
    const times = Math.ceil(MIN_COMPACTED_JOURNAL_BYTES / again.length)
    await writeFile(journalFile(out), journal + `${again}\n`.repeat(times))
    await (await (await plan()).open(JOB)).close()
    expect((await readFile(journalFile(out), 'utf8')).length).toBeLessThan(10_000)
    const { alreadyDone, todo, liars } = await plan()
    expect(alreadyDone.map(({ path }) => path)).toEqual(['1.png', '2.png', '3.png'])
    expect([todo.length, liars]).toEqual([3, [LIAR]])
  })
})
