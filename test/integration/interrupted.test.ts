/** Jobs that do not go to their end at once: Ctrl-C, peers that refuse everything, and what continues. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { BY_PEERS, commandWithSignal, runCommand, startPeerProcess, startPeerWith } from '../support/peer-process.ts'
import { runSideBySide, whenTestEnds } from '../support/side-by-side.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

runSideBySide()

/** Runs `peer start`; resolves when it has met another peer. */
async function startAcquainted(dataDir: string, ...args: readonly string[]): Promise<void> {
  const met = Promise.withResolvers<void>()
  await startPeerWith({ dataDir, args, onEvent: ({ event }) => event === 'joined' && met.resolve() })
  await met.promise
}

const outputs = async (out: string): Promise<string[]> =>
  (await readdir(out).catch(() => [])).filter((name) => name.startsWith('image-'))

it.concurrent('Ctrl-C ends a job with 130, and the same command continues it', async () => {
  const dataDir = await temporaryFolder()
  const folder = join(await temporaryFolder(), 'images')
  const out = join(await temporaryFolder(), 'out')
  await makeSmallImages(folder, 20)
  await startPeerProcess(dataDir, '--load', '1', '--delay', '150ms', '--slots', '1')
  const args = ['submit', folder, '--random', '--out', out, '--data-dir', dataDir, '--json', ...BY_PEERS]

  const interrupted = commandWithSignal(args, { output: 4, when: 'after', signal: 'SIGINT' })
  const child = spawn(process.execPath, interrupted, { stdio: ['ignore', 'ignore', 'inherit'] })
  whenTestEnds(() => void child.kill('SIGKILL'))
  expect(await once(child, 'exit')).toEqual([130, null])

  const doneBefore = (await outputs(out)).length
  expect(doneBefore).toBeGreaterThan(3)
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
  // they know each other: whoever meets one hears of both
  await Promise.all(['one', 'two'].map((name) => startAcquainted(dataDir, '--name', name, '--load', '1.0')))
  const args = ['submit', folder, '--balanced', '--out', out, '--data-dir', dataDir, ...BY_PEERS, '--give-up', '1s']
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
