/** Commands of a user without a home: no passwd entry and no HOME, as in a container with a bare uid. */

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { peerCommand } from '../support/peer-process.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** What libuv says then. */
const HOMELESS = `data:text/javascript,import os from 'node:os'; os.homedir = () => { throw new Error('ENOENT') }`

function runHomeless(...args: readonly string[]): Promise<{ readonly exitCode: unknown; readonly stderr: string }> {
  return new Promise((resolve) => {
    const words = ['--import', HOMELESS, ...peerCommand(args)]
    execFile(process.execPath, words, { timeout: 60_000 }, (error, _, stderr) =>
      resolve({ exitCode: error === null ? 0 : error.code, stderr }),
    )
  })
}

it('run a peer with --data-dir, and say without what to give', async () => {
  const folder = await temporaryFolder()
  await makeSmallImages(join(folder, 'in'), 1)
  const words = ['submit', join(folder, 'in'), '--out', join(folder, 'out'), '--wait', '0', '--no-mdns']
  const unnamed = await runHomeless(...words)
  expect(unnamed.exitCode).toBe(2)
  expect(unnamed.stderr).toContain(
    'the data folder is expected in the home of its user, who has none here\n  Name a folder with --data-dir',
  )
  expect(await runHomeless(...words, '--data-dir', join(folder, 'data'))).toMatchObject({ exitCode: 0 })
  expect(existsSync(join(folder, 'data', 'cluster.key'))).toBe(true)
})
