import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findInputFiles } from '../../../src/peer/files/input-files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const PHOTO = 'data/images/clock_motion.png'

async function folderWith(...names: string[]): Promise<string> {
  const folder = await temporaryFolder()
  for (const name of names) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await copyFile(PHOTO, join(folder, name))
  }
  return folder
}

const options = (out = '/nowhere', more = {}) => ({ include: [], exclude: [], out, ...more })
const paths = (found: readonly { readonly path: string }[]) => found.map((file) => file.path).sort()

describe('finding the files of a job', () => {
  it('walks folders and names files relative to them', async () => {
    const folder = await folderWith('a.png', 'b/c.JPG', 'b/d/e.tiff')
    expect(paths(await findInputFiles([folder], options()))).toEqual(['a.png', 'b/c.JPG', 'b/d/e.tiff'])
  })

  it('leaves out hidden files, symbolic links and what is no image', async () => {
    const folder = await folderWith('a.png', '.hidden.png', '.cache/x.png')
    await symlink(join(folder, 'a.png'), join(folder, 'link.png'))
    await writeFile(join(folder, 'notes.txt'), 'hello')
    expect(paths(await findInputFiles([folder], options()))).toEqual(['a.png'])
  })

  it('knows an image by its content where the name does not tell', async () => {
    const folder = await folderWith('photo.dat', 'noextension')
    expect(paths(await findInputFiles([folder], options()))).toEqual(['noextension', 'photo.dat'])
  })

  it('keeps a broken file with an image’s name: it is listed as failed, not forgotten', async () => {
    const folder = await folderWith('a.png')
    await writeFile(join(folder, 'broken.jpg'), 'no image')
    expect(paths(await findInputFiles([folder], options()))).toEqual(['a.png', 'broken.jpg'])
  })

  it('leaves out the output folder inside the input', async () => {
    const folder = await folderWith('a.png', 'out (1)/b.png', 'outside/c.png')
    const found = await findInputFiles([folder], options(join(folder, 'out (1)')))
    expect(paths(found)).toEqual(['a.png', 'outside/c.png'])
  })

  it('refuses the input folder as output folder', async () => {
    const folder = await folderWith('a.png')
    await expect(findInputFiles([folder], options(folder))).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
  })

  it('expands a glob relative to its fixed part', async () => {
    const folder = await folderWith('b/a.png', 'b/c.jpg', 'b/sub/d.png')
    expect(paths(await findInputFiles([`${folder}/b/*.png`], options()))).toEqual(['a.png'])
    expect(paths(await findInputFiles([`${folder}/b/**/*.png`], options()))).toEqual(['a.png', 'sub/d.png'])
  })

  it('takes a file whose name looks like a glob as the file', async () => {
    const folder = await folderWith('a[1].png', 'a1.png')
    expect(paths(await findInputFiles([join(folder, 'a[1].png')], options()))).toEqual(['a[1].png'])
  })

  it('includes and excludes by globs', async () => {
    const folder = await folderWith('a.png', 'b.jpg', 'x/c.png')
    const found = await findInputFiles([folder], options('/nowhere', { include: ['**/*.png'], exclude: ['x/**'] }))
    expect(paths(found)).toEqual(['a.png'])
  })

  it.each([
    ['missing', 'does not exist'],
    ['missing/*.png', 'nothing matches'],
  ])('says that %s %s', async (path, sentence) => {
    const folder = await temporaryFolder()
    await expect(findInputFiles([join(folder, path)], options())).rejects.toThrow(sentence)
  })

  it('says that a folder holds no image', async () => {
    const folder = await temporaryFolder()
    await expect(findInputFiles([folder], options())).rejects.toThrow(/expected images in ".*", found none/)
  })
})
