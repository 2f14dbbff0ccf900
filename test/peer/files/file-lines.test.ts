import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileLines } from '../../../src/peer/files/file-lines.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function linesOf(content: string): Promise<[text: string, start: number, end: number][]> {
  const file = join(await temporaryFolder(), 'lines')
  await writeFile(file, content)
  const lines: [string, number, number][] = []
  for await (const { bytes, start, end } of fileLines(file)) lines.push([bytes.toString(), start, end])
  return lines
}

it('gives each line and where it stands, and nothing of a line without an end', async () => {
  expect(await linesOf('one\n\nthrée\r\u2028\nhalf')).toEqual([
    ['one', 0, 4],
    ['', 4, 5],
    ['thr\u00e9e\r\u2028', 5, 16],
  ])
})

it('gives lines that are longer than what is read at once', async () => {
  const long = 'x'.repeat(200_000)
  expect(await linesOf(`${long}\ny\n${long}${long}\n`)).toEqual([
    [long, 0, 200_001],
    ['y', 200_001, 200_003],
    [long + long, 200_003, 600_004],
  ])
})

it('gives nothing of an empty file', async () => {
  expect(await linesOf('')).toEqual([])
})
