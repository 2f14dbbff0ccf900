import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const EXAMPLE = join(import.meta.dirname, '../../examples/library.ts')

it('a program that is no module can load the library, too', async () => {
  const main = JSON.stringify(join(import.meta.dirname, '../../dist/index.js'))
  const { stdout } = await promisify(execFile)(process.execPath, ['-p', `typeof require(${main}).startPeer`])
  expect(stdout.trim()).toBe('function')
})

it('the example program of the README processes a folder', async () => {
  const folder = await temporaryFolder()
  await makeSmallImages(join(folder, 'in'), 3)
  // its own data folder on every system: it must not meet the user's cluster
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, LOCALAPPDATA: folder, APPDATA: folder }
  const run = promisify(execFile)(process.execPath, [EXAMPLE, join(folder, 'in'), join(folder, 'out')], { env })
  const { stdout, stderr } = await run
  expect(stderr).toBe('')
  expect(stdout).toContain('3 of 3 images, exit code 0')
  expect(stdout.match(/^image-00\d\.\w+ by \S+ in \d+ ms$/gm)).toHaveLength(3)
  expect(readdirSync(join(folder, 'out')).filter((name) => name.startsWith('image-'))).toHaveLength(3)
})
