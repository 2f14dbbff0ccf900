import { appendFile, readdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { taskId } from '../../../src/base/ids.ts'
import { headersInThisProcess } from '../../../src/cv/index.ts'
import { ByteBudget } from '../../../src/peer/coordinator/byte-budget.ts'
import type { SourceReader } from '../../../src/peer/coordinator/ports.ts'
import { prepare } from '../../../src/peer/coordinator/prepare.ts'
import { diskSource } from '../../../src/peer/files/disk-source.ts'
import { readWhole } from '../../../src/peer/files/read-whole.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const newFile = async (content: string): Promise<string> => {
  const file = join(await temporaryFolder(), 'file')
  await writeFile(file, content)
  return file
}
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString()
const isLinux = process.platform === 'linux'

describe('reading a file whole', () => {
  it.each([
    ['all of it', '12345', 5, '12345'],
    ['fewer bytes of one that became shorter', '123', 5, '123'],
    ['one byte too many of one that became longer', '1234567', 5, '123456'],
    ['nothing of an empty one', '', 0, ''],
    ['what came into an empty one', '1', 0, '1'],
  ])('gives %s', async (_, content, sizeBytes, expected) => {
    expect(textOf(await readWhole(await newFile(content), sizeBytes))).toBe(expected)
  })

  it('gives bytes in memory of their own', async () => {
    const bytes = await readWhole(await newFile('12345'), 5)
    expect(bytes.byteOffset).toBe(0)
    expect(bytes.buffer.byteLength).toBe(6)
  })

  it('lets the file go, also where it cannot be read', async () => {
    const folder = await temporaryFolder()
    await expect(readWhole(folder, 5)).rejects.toMatchObject({ code: 'EISDIR' })
    const file = await newFile('12345')
    await readWhole(file, 5)
    expect(await openPaths()).not.toContain(folder)
    expect(await openPaths()).not.toContain(file)
  })
})

it('a source that grows between its size and its reading is a failure of its image', async () => {
  const file = await newFile('12345')
  const disk = diskSource(headersInThisProcess)
  const reader: SourceReader = {
    ...disk,
    async stat(source) {
      const facts = await disk.stat(source)
      await appendFile(source, '6')
      return facts
    },
  }
  const budget = new ByteBudget(100)
  const task = { id: taskId(0), path: 'file', source: file, output: 'file', seed: 0n }
  const prepared = prepare({ reader, budget, signal: new AbortController().signal, readAhead: 1 })([task])
  expect((await prepared.next()).value).toMatchObject({
    code: 'ERR_READ',
    message: 'the file changed while it was read',
  })
  expect(budget.heldBytes).toBe(0)
})

/** What this process has open, as far as the system tells. */
async function openPaths(): Promise<string[]> {
  if (!isLinux) return []
  const links = await readdir('/proc/self/fd')
  return Promise.all(links.map((link) => readlink(`/proc/self/fd/${link}`).catch(() => '')))
}
