/** File names that would like to be something else: paths, terminal commands, devices. They stay names. */

import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCommand } from '../support/peer-process.ts'
import { SAMPLE_FOLDER } from '../support/sample-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const NAMES: readonly string[] = [
  'CON.png',
  'aux.txt',
  'nul',
  '\x1b[2J\x1b[31mred.png',
  'two\nlines\r.png',
  'bell\x07 and \x9b31m.png',
  'gnp.\u202eexe.png',
  'paragraph\u2029.png',
  'x\\..\\..\\y.png',
  '%2e%2e%2fx.png',
  '-rf.png',
  '--out=x.png',
  '$(touch pwned).png',
  "'; touch pwned; '.png",
  'trailing dot.png.',
  'trailing space.png ',
  `${'x'.repeat(251)}.png`,
  `${'é'.repeat(125)}.png`,
]

/** Everything that a terminal would take for more than text. */
const UNSAFE = /[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u

async function setUp() {
  const root = await temporaryFolder()
  const photos = join(root, 'deep', 'photos')
  await mkdir(photos, { recursive: true })
  const out = join(root, 'deep', 'out')
  const at = ['--out', out, '--data-dir', join(root, 'data'), '--log-file', join(root, 'log'), '--no-mdns']
  const submit = (...args: readonly string[]) =>
    runCommand(['submit', ...args, '--local', '--wait', '0', '--op', 'grayscale', ...at], { cwd: photos })
  return { root, photos, out, submit }
}

/** What the program itself puts into an output folder. */
const OWN_NAMES = ['.murmuration', 'logs', 'summary.json']

const listed = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => !OWN_NAMES.includes(name)).sort()

it('images of every name are done, each under its own name in the output folder, and shown escaped', async () => {
  const { root, photos, out, submit } = await setUp()
  for (const name of NAMES) await copyFile(join(SAMPLE_FOLDER, 'coffee.png'), join(photos, name))
  await writeFile(join(photos, 'broken\x1b]0;title\x07.png'), 'no image')
  for (const json of [[], ['--json']]) {
    const { code, stdout, stderr } = await submit(photos, '--overwrite', ...json)
    expect(code, stderr).toBe(1)
    expect(UNSAFE.exec(stdout + stderr)).toBeNull()
    expect(stdout + stderr).toContain(
      json.length > 0 ? 'broken\\u001b]0;title\\u0007.png' : 'broken\\x1b]0;title\\x07.png',
    )
  }
  expect(await listed(out)).toEqual([...NAMES].sort())
  expect(await listed(join(root, 'deep'))).toEqual(['out', 'photos'])
  expect(await listed(root)).toEqual(['data', 'deep', 'log'])
  expect(existsSync(join(photos, 'pwned'))).toBe(false)
  expect(UNSAFE.exec(await readFile(join(root, 'log'), 'utf8'))).toBeNull()
})

it('a name that becomes too long with its suffix is the failure of that image', async () => {
  const { photos, out, submit } = await setUp()
  const long = `${'x'.repeat(251)}.png`
  for (const name of ['fine.png', long]) await copyFile(join(SAMPLE_FOLDER, 'coffee.png'), join(photos, name))
  const { code, stderr } = await submit(photos, '--suffix', '_more')
  expect(code).toBe(1)
  expect(stderr).toContain('xxx.png')
  expect(await listed(out)).toEqual(['fine_more.png'])
})

it.each([
  [['.', '--include', '../other/*.png']],
  [['./*/../../other/*.png']],
  [['.', '--include', '**/../../other/*']],
])('a pattern that reaches out of its folder is refused before anything is written: %j', async (args) => {
  const { root, photos, out, submit } = await setUp()
  await mkdir(join(photos, 'sub'))
  await mkdir(join(root, 'deep', 'other'))
  await copyFile(join(SAMPLE_FOLDER, 'coffee.png'), join(root, 'deep', 'other', 'c.png'))
  const before = await readFile(join(root, 'deep', 'other', 'c.png'))
  const { code, stderr } = await submit(...args, '--overwrite')
  expect([code, stderr]).toEqual([2, expect.stringContaining('reaches out of')])
  expect(await readFile(join(root, 'deep', 'other', 'c.png'))).toEqual(before)
  expect(existsSync(out)).toBe(false)
})

it.each(['summary.json', 'Logs'])(
  'an image that would take the place of what is kept there is refused: %s',
  async (name) => {
    const { photos, out, submit } = await setUp()
    await copyFile(join(SAMPLE_FOLDER, 'coffee.png'), join(photos, name))
    const { code, stderr } = await submit(photos)
    expect([code, stderr]).toEqual([2, expect.stringContaining('keeps for itself')])
    expect(existsSync(out)).toBe(false)
  },
)

it('names that differ only by case are refused by name where they would be one', async () => {
  const { photos, out, submit } = await setUp()
  for (const name of ['Photo.png', 'photo.PNG']) await copyFile(join(SAMPLE_FOLDER, 'coffee.png'), join(photos, name))
  const { code, stderr } = await submit(photos)
  expect([code, stderr]).toEqual([2, expect.stringContaining('would both be written to')])
  expect(existsSync(out)).toBe(false)
})
