import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type JobId, jobId } from '../../src/base/ids.ts'
import { MAX_SHOWN_HISTORY } from '../../src/base/limits.ts'
import { type FinishedJob, historyFileName, writeHistory } from '../../src/peer/files/job-history.ts'
import { createOwnHistory } from '../../src/peer/own-history.ts'
import { finishedJob, summary } from '../support/sample-events.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const idOf = (index: number): JobId => jobId(index.toString(16).padStart(32, '0'))

const jobOf = (index: number): FinishedJob =>
  finishedJob({
    summary: summary({ job: idOf(index), startedAt: new Date(1_700_000_000_000 + index * 1_000).toISOString() }),
  })

it('shows what was written before, what ended here, and what other peers of the user wrote meanwhile', async () => {
  const folder = join(await temporaryFolder(), 'jobs')
  await writeHistory(folder, jobOf(1))
  const history = createOwnHistory(folder, createVirtualClock())
  expect(await history.refresh()).toEqual([])
  expect(await history.add(jobOf(3))).toEqual([])
  await writeHistory(folder, jobOf(2))
  await history.refresh()
  expect(history.list()).toEqual([jobOf(3), jobOf(2), jobOf(1)])
  expect(history.find(idOf(2))).toEqual(jobOf(2))
  expect(history.find(idOf(9))).toBeUndefined()
  expect(await readdir(folder)).toHaveLength(3)
})

it('tells of a file that is none once, not at every look', async () => {
  const folder = join(await temporaryFolder(), 'jobs')
  await mkdir(folder)
  await writeFile(join(folder, historyFileName(jobOf(1))), '{')
  const history = createOwnHistory(folder, createVirtualClock())
  expect(await history.refresh()).toHaveLength(1)
  expect(await history.refresh()).toEqual([])
})

it('shows at most MAX_SHOWN_HISTORY, the newest', async () => {
  const history = createOwnHistory(join(await temporaryFolder(), 'jobs'), createVirtualClock())
  for (let index = 0; index < MAX_SHOWN_HISTORY + 5; index++) await history.add(jobOf(index))
  expect(history.list()).toHaveLength(MAX_SHOWN_HISTORY)
  expect(history.list()[0]).toEqual(jobOf(MAX_SHOWN_HISTORY + 4))
})

it('shows a job that could not be written down, and says why', async () => {
  const file = join(await temporaryFolder(), 'jobs')
  await writeFile(file, 'in the way')
  const history = createOwnHistory(file, createVirtualClock())
  const [notice, ...more] = await history.add(jobOf(1))
  expect(notice).toContain('the job was not written down in ')
  expect(more).toEqual([])
  expect(history.list()).toEqual([jobOf(1)])
})
