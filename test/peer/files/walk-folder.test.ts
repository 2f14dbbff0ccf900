import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { walkFolder } from '../../../src/peer/files/walk-folder.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function folderWith(...names: readonly string[]): Promise<string> {
  const root = await temporaryFolder()
  for (const name of names) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), 'x')
  }
  return root
}

async function walkChanged(root: string, changed: readonly string[], patterns = ['**/*']) {
  const listed: string[] = []
  const found = await walkFolder(root, patterns, {
    ...{ exclude: ['skip/**'], out: join(root, 'out') },
    changed: new Set(changed.map((path) => join(root, path))),
    onFolder: (folder) => void listed.push(folder.slice(root.length)),
  })
  return { found: found.map(({ path }) => path).sort(), listed: listed.sort() }
}

describe('a walk through what changed', () => {
  it('finds a file without listing any folder', async () => {
    const root = await folderWith('a.jpg', 'b.jpg', 'deep/er/c.jpg', 'deep/d.jpg')
    expect(await walkChanged(root, ['b.jpg', 'deep/er/c.jpg'])).toEqual({
      found: ['b.jpg', 'deep/er/c.jpg'],
      listed: [],
    })
  })

  it('lists a folder that changed with all below it, and no other', async () => {
    const root = await folderWith('a.jpg', 'deep/d.jpg', 'deep/er/c.jpg', 'other/e.jpg')
    expect(await walkChanged(root, ['deep'])).toEqual({
      found: ['deep/d.jpg', 'deep/er/c.jpg'],
      listed: ['/deep', '/deep/er'],
    })
    expect((await walkChanged(root, [''])).found).toHaveLength(4)
  })

  it('holds to the rules of every walk: globs, hidden files, links, the output tree', async () => {
    const root = await folderWith('.hidden/a.jpg', '.b.jpg', 'skip/c.jpg', 'out/d.jpg', 'holiday/e.jpg', 'f.jpg')
    await symlink(join(root, 'f.jpg'), join(root, 'link.jpg'))
    const everything = ['.hidden/a.jpg', '.b.jpg', 'skip/c.jpg', 'out/d.jpg', 'holiday/e.jpg', 'f.jpg', 'link.jpg']
    expect((await walkChanged(root, everything)).found).toEqual(['f.jpg', 'holiday/e.jpg'])
    expect((await walkChanged(root, everything, ['holiday/**'])).found).toEqual(['holiday/e.jpg'])
    expect(await walkChanged(root, ['f.jpg'], ['holiday/**'])).toEqual({ found: [], listed: [] })
  })

  it('refuses patterns that reach out of the folder, or gives what they find to whoever refuses it', async () => {
    const root = await folderWith('in/a.jpg', 'b.jpg')
    const options = { exclude: [], out: join(root, 'out') }
    await expect(walkFolder(join(root, 'in'), ['../*.jpg'], options)).rejects.toMatchObject({ code: 'ERR_INPUT' })
    const found = await walkFolder(join(root, 'in'), ['../*.jpg'], { ...options, mayReachOut: true })
    expect(found.map(({ path }) => path)).toEqual(['../b.jpg'])
  })

  it('does not miss what is gone, or lies elsewhere', async () => {
    const root = await folderWith('a.jpg')
    expect((await walkChanged(root, ['gone.jpg', 'gone/too.jpg', '../a.jpg'])).found).toEqual([])
  })
})
