import { readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { AppendedFile } from '../../../src/peer/files/appended-file.ts'
import { type FileSystem, systemFiles } from '../../../src/peer/files/file-system.ts'
import { LineWriter } from '../../../src/peer/files/line-writer.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** The real file system, which counts; texts of which `tears` says so are written by half. */
async function countedFile(tears: (text: string) => boolean = () => false) {
  const path = join(await temporaryFolder(), 'file')
  const counts = { opened: 0, closed: 0 }
  const files: Pick<FileSystem, 'openToAppend'> = {
    async openToAppend(wanted) {
      const handle = await systemFiles.openToAppend(wanted)
      counts.opened++
      return {
        async appendFile(text) {
          if (!tears(text)) return handle.appendFile(text)
          await handle.appendFile(text.slice(0, text.length / 2))
          throw Object.assign(new Error('full'), { code: 'ENOSPC' })
        },
        async close() {
          counts.closed++
          await handle.close()
        },
      }
    },
  }
  return { path, counts, file: new AppendedFile(path, files), text: () => readFile(path, 'utf8') }
}

it('is opened once for all texts, and not before the first', async () => {
  const { file, counts, text } = await countedFile()
  expect(counts).toEqual({ opened: 0, closed: 0 })
  for (const piece of ['a', 'b', 'c']) await file.append(piece)
  expect(counts).toEqual({ opened: 1, closed: 0 })
  expect(await text()).toBe('abc')
  await file.close()
  expect(counts).toEqual({ opened: 1, closed: 1 })
})

it('is opened anew after a text that failed, and lines that follow begin on a line of their own', async () => {
  let isFull = false
  const { file, counts, text } = await countedFile(() => isFull)
  const lines = new LineWriter((piece) => file.append(piece))
  await lines.append('first')
  isFull = true
  await expect(lines.append('torn')).rejects.toMatchObject({ code: 'ENOSPC' })
  expect(counts).toEqual({ opened: 1, closed: 1 })
  isFull = false
  await lines.append('last')
  expect(await text()).toBe('first\nto\nlast\n')
  await file.close()
  expect(counts).toEqual({ opened: 2, closed: 2 })
})

it('tries again to open what could not be opened', async () => {
  const path = join(await temporaryFolder(), 'missing', 'file')
  const file = new AppendedFile(path, systemFiles)
  await expect(file.append('a')).rejects.toMatchObject({ code: 'ENOENT' })
  await systemFiles.makeFolder(join(path, '..'))
  await file.append('b')
  await file.close()
  expect(await readFile(path, 'utf8')).toBe('b')
})

it('takes no text when it was closed', async () => {
  const { file, counts, text } = await countedFile()
  await file.append('a')
  await file.close()
  await expect(file.append('b')).rejects.toThrow('was closed')
  await file.close()
  expect(counts).toEqual({ opened: 1, closed: 1 })
  expect(await text()).toBe('a')
})

it('goes on into the same file when that gets another name', async () => {
  const { file, path } = await countedFile()
  await file.append('a')
  await rename(path, `${path}.moved`)
  await file.append('b')
  await file.close()
  expect(await readFile(`${path}.moved`, 'utf8')).toBe('ab')
})
