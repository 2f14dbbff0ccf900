import { chmod, copyFile, mkdir, realpath, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { diskFiles } from '../../../src/peer/files/disk-source.ts'
import { findInputFiles } from '../../../src/peer/files/input-files.ts'
import { SkippedFiles, skippedSentence } from '../../../src/peer/files/skipped-files.ts'
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

/** Until the end of the test: the superuser reads everything. */
function becomeNobody(): void {
  if (process.geteuid?.() !== 0) return
  process.seteuid?.(65534)
  onTestFinished(() => process.seteuid?.(0))
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

  it('tells what it left out that looks like a picture, by reason, and nothing of other files', async () => {
    const folder = await realpath(await folderWith('a.png', 'b/.hidden.jpg', '.cache/x.png', 'photo.heic'))
    for (const name of ['b/c.HEIC', 'b/d.cr3', 'e.bmp', 'notes.txt', '.DS_Store', '.env', '._a.png']) {
      await writeFile(join(folder, name), 'no image of ours')
    }
    await mkdir(join(folder, 'out'))
    await writeFile(join(folder, 'out', 'old.bmp'), 'an output')
    await symlink(join(folder, 'a.png'), join(folder, 'link.png'))
    await symlink(join(folder, 'b'), join(folder, 'b', 'loop'))
    await symlink(join(folder, 'notes.txt'), join(folder, 'notes'))
    const skipped = new SkippedFiles()
    const found = await findInputFiles([folder, join(folder, 'b')], options(join(folder, 'out'), { skipped }))
    // a PNG that calls itself HEIC is one of ours
    expect(paths(found)).toEqual(['a.png', 'photo.heic'])
    expect(skipped.counts()).toEqual({ unsupported: 3, link: 2, hidden: 1 })
    expect(skippedSentence(skipped.counts() ?? {}, skipped.extensions())).toBe(
      'skipped 3 files of formats that are not read (bmp, cr3, heic), 2 symbolic links, 1 hidden file',
    )
  })

  it('counts as left out only what its globs ask for, and takes a hidden file that is asked for', async () => {
    const folder = await folderWith('a.png', '.b.png', 'x/.c.png')
    await writeFile(join(folder, 'd.bmp'), 'no image of ours')
    await symlink(join(folder, 'a.png'), join(folder, 'x', 'link.png'))
    const countsFor = async (named: string, globs: object) => {
      const skipped = new SkippedFiles()
      const found = await findInputFiles([named], options('/nowhere', { ...globs, skipped }))
      return { found: paths(found), counts: skipped.counts() }
    }
    expect(await countsFor(folder, { include: ['*.png'] })).toEqual({ found: ['a.png'], counts: { hidden: 1 } })
    expect(await countsFor(folder, { exclude: ['x/**', '*.bmp'] })).toEqual({ found: ['a.png'], counts: { hidden: 1 } })
    const dotted = await countsFor(`${folder}/.*.png`, {})
    expect(dotted).toEqual({ found: ['.b.png'], counts: undefined })
  })

  it('says where there is nothing to do what it left out, and which globs leave it out', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'a.heic'), 'no image of ours')
    await expect(findInputFiles([folder], options('/nowhere', { skipped: new SkippedFiles() }))).rejects.toMatchObject({
      message: `expected images in "${folder}", found none (jpg png webp tif gif avif); skipped 1 file of a format that is not read (heic)`,
      facts: { help: expect.stringContaining('Convert') },
    })
    const photos = await folderWith('b/a.png')
    await expect(findInputFiles([photos], options('/nowhere', { include: ['*.png'] }))).rejects.toMatchObject({
      message: `expected images in "${photos}" with --include "*.png", found none`,
      facts: { help: expect.stringContaining('"**/*.jpg" all') },
    })
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

  it('refuses it also behind a symbolic link, on either side', async () => {
    const folder = await folderWith('a.png')
    const link = join(await temporaryFolder(), 'link')
    await symlink(folder, link)
    await expect(findInputFiles([folder], options(link))).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
    await expect(findInputFiles([link], options(folder))).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
  })

  it('leaves out the output folder behind a symbolic link, and of a glob', async () => {
    const folder = await folderWith('a.png', 'out/b.png', 'new/c.png')
    const link = join(await temporaryFolder(), 'link')
    await symlink(folder, link)
    expect(paths(await findInputFiles([folder], options(join(link, 'out'))))).toEqual(['a.png', 'new/c.png'])
    expect(paths(await findInputFiles([link], options(join(folder, 'out'))))).toEqual(['a.png', 'new/c.png'])
    expect(paths(await findInputFiles([`${folder}/**/*.png`], options(join(link, 'out'))))).toEqual([
      'a.png',
      'new/c.png',
    ])
  })

  it('counts a file that was named twice once, by whatever way', async () => {
    const folder = await folderWith('a.png', 'b.png')
    const link = join(await temporaryFolder(), 'link')
    await symlink(folder, link)
    const named = [join(folder, 'a.png'), join(folder, 'a.png'), folder, link, join(link, 'b.png')]
    expect(paths(await findInputFiles(named, options()))).toEqual(['a.png', 'b.png'])
  })

  it('names both sources where two have one relative path', async () => {
    const folder = await realpath(await folderWith('x/a.png', 'y/a.png'))
    await expect(findInputFiles([join(folder, 'x'), join(folder, 'y')], options())).rejects.toMatchObject({
      code: 'ERR_COLLISION',
      message: `"${folder}/x/a.png" and "${folder}/y/a.png" are both "a.png" in this job`,
    })
  })

  it.skipIf(process.platform === 'win32')('keeps what cannot be read: the job says why', async () => {
    const folder = await folderWith('a.png', 'sub/b.png', 'secret', 'left/c.png')
    await chmod(folder, 0o755)
    for (const name of ['sub', 'secret', 'left']) await chmod(join(folder, name), 0)
    becomeNobody()
    const found = await findInputFiles([folder], options('/nowhere', { exclude: ['left/**'] }))
    expect(paths(found)).toEqual(['a.png', 'secret', 'sub/'])
    const sourceOf = (path: string) => found.find((file) => file.path === path)?.source ?? ''
    await expect(diskFiles.stat(sourceOf('sub/'))).rejects.toMatchObject({
      code: 'ERR_READ',
      message: 'the folder cannot be read: permission denied',
    })
    await expect(diskFiles.read(sourceOf('secret'), 10)).rejects.toMatchObject({
      code: 'ERR_READ',
      message: 'the file cannot be read: permission denied',
    })
    await expect(findInputFiles([join(folder, 'sub')], options())).rejects.toMatchObject({
      code: 'ERR_INPUT',
      message: expect.stringContaining('cannot be read: permission denied'),
    })
  })

  it.runIf(process.platform === 'linux')('says of a name that is not UTF-8 that it is none', async () => {
    const folder = await folderWith('a.png')
    await writeFile(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9]), Buffer.from('.png')]), 'x')
    const found = await findInputFiles([folder], options())
    expect(paths(found)).toEqual(['a.png', 'caf\u{FFFD}.png'])
    await expect(diskFiles.stat(found.find((file) => file.path !== 'a.png')?.source ?? '')).rejects.toThrow(
      'the file cannot be read: its name is not valid UTF-8',
    )
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
