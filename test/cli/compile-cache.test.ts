import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { peerCommand } from '../support/peer-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const run = promisify(execFile)

/** What `peer ops` says where the user's cache folder is in `home`; `flags` are Node's. */
async function ops(home: string, flags: readonly string[] = []): Promise<{ stdout: string; stderr: string }> {
  const { NODE_DISABLE_COMPILE_CACHE: _, ...inherited } = process.env
  const env = { ...inherited, HOME: home, LOCALAPPDATA: home, XDG_CACHE_HOME: join(home, 'cache') }
  return await run(process.execPath, [...flags, ...peerCommand(['ops'])], { env })
}

it('a command leaves its compiled modules in the user’s cache folder', async () => {
  const home = await temporaryFolder()
  await ops(home)
  const kept = readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(kept.length).toBeGreaterThan(10)
  for (const { parentPath } of kept) expect(parentPath).toContain(join('murmuration', 'compiled'))
})

it('a command runs without a cache folder as it does with one', async () => {
  const home = await temporaryFolder()
  writeFileSync(join(home, 'cache'), 'not a folder')
  const without = await ops(home)
  expect(without).toEqual(await ops(await temporaryFolder()))
  expect(without.stdout).toContain('gaussian')
})

it('a command runs for a user who has no home', async () => {
  const homeless = "import os from 'node:os'; os.homedir = () => { throw new Error('no home') }"
  const home = await temporaryFolder()
  const { stdout } = await ops(home, ['--import', `data:text/javascript,${encodeURIComponent(homeless)}`])
  expect(stdout).toContain('gaussian')
  expect(readdirSync(home)).toEqual([])
})
