/** Jobs that do not go to their end at once: Ctrl-C, peers that refuse everything, and what continues. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { peerCommand, runCommand, startPeerProcess } from '../support/peer-process.ts'
import { runSideBySide, whenTestEnds } from '../support/side-by-side.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

runSideBySide()

const outputs = async (out: string): Promise<string[]> =>
  (await readdir(out).catch(() => [])).filter((name) => name.startsWith('image-'))

it.concurrent('Ctrl-C ends a job with 130, and the same command continues it', async () => {
  const dataDir = await temporaryFolder()
  const folder = join(await temporaryFolder(), 'images')
  const out = join(await temporaryFolder(), 'out')
  await makeSmallImages(folder, 20)
  await startPeerProcess(dataDir, '--load', '1', '--delay', '150ms', '--slots', '1')
  const args = ['submit', folder, '--random', '--out', out, '--data-dir', dataDir, '--json', '--no-local']

  const child = spawn(process.execPath, peerCommand(args), { stdio: ['ignore', 'ignore', 'inherit'] })
  whenTestEnds(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  await vi.waitFor(async () => expect((await outputs(out)).length).toBeGreaterThan(3), { timeout: 30_000 })
  child.kill('SIGINT')
  expect(await exited).toEqual([130, null])

  const doneBefore = (await outputs(out)).length
  expect(doneBefore).toBeLessThan(20)
  const { code, stdout } = await runCommand(args)
  const events = stdout
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  expect(events.find(({ event }) => event === 'planned')).toMatchObject({ total: 20, alreadyDone: doneBefore })
  expect(events.at(-1)).toMatchObject({ event: 'summary', outcome: 'done', done: 20 - doneBefore, exitCode: 0 })
  expect(code).toBe(0)
  expect(await outputs(out)).toHaveLength(20)
})

it.concurrent('peers that refuse everything end the job by --give-up with exit code 3 and their refusals', async () => {
  const dataDir = await temporaryFolder()
  const folder = join(await temporaryFolder(), 'images')
  const out = join(await temporaryFolder(), 'out')
  await makeSmallImages(folder, 3)
  await Promise.all(['one', 'two'].map((name) => startPeerProcess(dataDir, '--name', name, '--load', '1.0')))
  const args = ['submit', folder, '--balanced', '--out', out, '--data-dir', dataDir, '--no-local', '--give-up', '1s']
  const { code, stderr } = await runCommand(args)
  expect(code).toBe(3)
  expect(stderr).toMatch(/nothing was accepted anywhere for 1 s; refusals by peer: (one|two): \d+, (one|two): \d+/)
})

it.concurrent('no peer and --no-local end with exit code 3 after --wait', async () => {
  const folder = join(await temporaryFolder(), 'images')
  await makeSmallImages(folder, 1)
  const out = join(await temporaryFolder(), 'out')
  const args = ['submit', folder, '--out', out, '--data-dir', await temporaryFolder(), '--no-local', '--wait', '300ms']
  const { code, stderr } = await runCommand(args)
  expect(code).toBe(3)
  expect(stderr).toContain('no peer to run tasks was found within 0.3 s')
})
