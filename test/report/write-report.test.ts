import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { reportPage } from '../../src/report/page.ts'
import { refuseForeignReport, writeReport } from '../../src/report/write-report.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { report } from './report-fixture.ts'

test('a report replaces a report, and leaves nothing beside it', async () => {
  const file = join(await temporaryFolder(), 'report.html')
  await refuseForeignReport(file, 'report.html')
  await writeReport(file, reportPage(report()))
  await refuseForeignReport(file, 'report.html')
  await writeReport(file, 'second')
  expect(readFileSync(file, 'utf8')).toBe('second')
  expect(readdirSync(join(file, '..'))).toEqual(['report.html'])
})

test('a file that is no report is refused by its name', async () => {
  const file = join(await temporaryFolder(), 'thesis.html')
  writeFileSync(file, '<!doctype html><title>My thesis</title>')
  const refusal = refuseForeignReport(file, 'thesis.html')
  await expect(refusal).rejects.toMatchObject({ code: 'ERR_EXISTS', message: expect.stringContaining('"thesis.html"') })
})

test('a folder that cannot be made is a sentence', async () => {
  const folder = await temporaryFolder()
  writeFileSync(join(folder, 'file'), '')
  await expect(writeReport(join(folder, 'file', 'report.html'), '')).rejects.toMatchObject({ code: 'ERR_WRITE' })
})
