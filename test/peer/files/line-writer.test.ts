import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { LineWriter } from '../../../src/peer/files/line-writer.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it('appends lines in the order in which they were given, however many come at once', async () => {
  const file = join(await temporaryFolder(), 'lines')
  const writer = new LineWriter((text) => appendFile(file, text))
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`)
  await Promise.all(lines.map((line) => writer.append(line)))
  await writer.append('last')
  expect(await readFile(file, 'utf8')).toBe(`${[...lines, 'last'].join('\n')}\n`)
})

it('tells everybody whose line was not written, writes none of them later, and begins anew on a line of its own', async () => {
  const file = join(await temporaryFolder(), 'missing', 'lines')
  const writer = new LineWriter((text) => appendFile(file, text))
  const failed = await Promise.allSettled([writer.append('a'), writer.append('b')])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await mkdir(dirname(file))
  await writer.append('c')
  await writer.append('d')
  expect(await readFile(file, 'utf8')).toBe('\nc\nd\n')
})
