import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeFolder } from '../../../src/peer/files/make-folder.ts'

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'murmuration-make-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

describe('makeFolder', () => {
  it('makes what is missing above, also when several ask at once, and takes what is there', async () => {
    const folder = join(await temporaryFolder(), 'a', 'b', 'c')
    await Promise.all([makeFolder(folder), makeFolder(folder), makeFolder(join(folder, 'd'))])
    await makeFolder(folder)
    expect((await stat(join(folder, 'd'))).isDirectory()).toBe(true)
  })

  it('refuses where a file is in the way', async () => {
    const file = join(await temporaryFolder(), 'file')
    await writeFile(file, '')
    await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' })
    await expect(makeFolder(join(file, 'x', 'y'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  })

  it.runIf(process.platform === 'linux')('ends where no folder can be made although the parent exists', async () => {
    await expect(makeFolder('/proc/murmuration/x')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
