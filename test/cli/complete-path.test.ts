import { mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { completePath, withHome } from '../../src/cli/complete-path.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function folderWith(...names: readonly string[]): Promise<string> {
  const folder = await temporaryFolder()
  for (const name of names) {
    if (name.endsWith('/')) await mkdir(join(folder, name), { recursive: true })
    else await writeFile(join(folder, name), '')
  }
  return folder
}

describe('completing a path', () => {
  it('adds a slash behind the only folder that fits, and nothing behind a file', async () => {
    const folder = await folderWith('photos/', 'notes.txt')
    expect(await completePath('ph', folder)).toEqual({ text: 'photos/', candidates: [] })
    expect(await completePath('no', folder)).toEqual({ text: 'notes.txt', candidates: [] })
  })

  it('adds what all names have in common and lists them', async () => {
    const folder = await folderWith('summer-2025/', 'summer-2026/', 'winter/')
    expect(await completePath('s', folder)).toEqual({
      text: 'summer-202',
      candidates: ['summer-2025/', 'summer-2026/'],
    })
  })

  it('goes into folders, and to absolute ones', async () => {
    const folder = await folderWith('a/', 'a/inner/')
    expect((await completePath('a/i', folder)).text).toBe('a/inner/')
    expect((await completePath(`${folder}/a/i`, '/')).text).toBe(`${folder}/a/inner/`)
  })

  it('offers hidden names only when their dot is typed, and nothing where nothing can be read', async () => {
    const folder = await folderWith('.git/', 'b/')
    expect(await completePath('', folder)).toEqual({ text: 'b/', candidates: [] })
    expect((await completePath('.', folder)).text).toBe('.git/')
    expect(await completePath('missing/x', folder)).toEqual({ text: 'missing/x', candidates: [] })
  })

  it("knows the user's own folder", () => {
    expect(withHome('~/photos')).toBe(join(homedir(), 'photos'))
    expect(withHome('photos/~')).toBe('photos/~')
  })
})
