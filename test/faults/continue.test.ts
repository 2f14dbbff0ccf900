/** A coordinator that is killed: the same command goes on, does again only what was in flight, and the pixels are the same. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createRandom, randomIndex } from '../../src/base/random.ts'
import { eventually } from '../support/eventually.ts'
import {
  BY_PEERS,
  commandWithSignal,
  runCommand,
  type SignalAtOutput,
  startPeerProcess,
} from '../support/peer-process.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const IMAGES = 60
/** What may be in flight: a credit of two slots and one, each perhaps saved without having been told. */
const IN_FLIGHT = 4

const outputs = async (out: string): Promise<string[]> =>
  (await readdir(out).catch(() => [])).filter((name) => name.startsWith('image-')).sort()

const contents = async (out: string): Promise<Buffer[]> =>
  Promise.all((await outputs(out)).map((name) => readFile(join(out, name))))

const eventsOf = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))

function spawnSubmit(args: readonly string[], at: SignalAtOutput): ChildProcess {
  const child = spawn(process.execPath, commandWithSignal(args, at), { stdio: ['ignore', 'ignore', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

it('goes on after SIGKILL at any point, with the pixels of an undisturbed run', async () => {
  const dataDir = await temporaryFolder()
  const images = join(await temporaryFolder(), 'images')
  await makeSmallImages(images, IMAGES)
  await startPeerProcess(dataDir, '--load', '1', '--delay', '30ms', '--slots', '2')
  const calm = join(await temporaryFolder(), 'out')
  const killed = join(await temporaryFolder(), 'out')
  const args = (out: string): string[] => {
    return ['submit', images, '--random', '--op', 'noise', '--out', out, '--data-dir', dataDir, '--json', ...BY_PEERS]
  }
  expect((await runCommand(args(calm))).code).toBe(0)

  const random = createRandom(Date.now())
  let doneBefore = 0
  for (let kills = 0; kills < 4; kills++) {
    const output = 1 + randomIndex(random, 12)
    const signal = kills === 0 ? 'SIGSTOP' : 'SIGKILL'
    const when = kills === 0 || random.next() < 0.5 ? 'after' : 'before'
    const child = spawnSubmit(args(killed), { output, when, signal })
    const exited = once(child, 'exit')
    if (kills === 0) {
      // it is alive, and cannot end
      await eventually(async () => (await outputs(killed)).length >= output)
      const second = await runCommand(args(killed))
      expect(second.code).toBe(2)
      expect(second.stderr).toContain(`is in use by another job (pid ${child.pid})`)
      child.kill('SIGKILL')
    }
    expect(await exited).toEqual([null, 'SIGKILL'])
    const outputsBefore = doneBefore
    doneBefore = (await outputs(killed)).length
    expect(doneBefore).toBeGreaterThanOrEqual(outputsBefore + output - (when === 'before' ? 1 : 0))
    expect(doneBefore).toBeLessThan(IMAGES)
    // the line that was being written when the machine stopped
    await appendFile(join(killed, '.murmuration', 'journal.ndjson'), '{"output":"image-0')
  }

  const { code, stdout } = await runCommand(args(killed))
  expect(code).toBe(0)
  const events = eventsOf(stdout)
  expect(events.find(({ event }) => event === 'planned')).toMatchObject({ total: IMAGES, alreadyDone: doneBefore })
  expect(events.filter(({ event }) => event === 'accepted').length).toBeLessThanOrEqual(IMAGES - doneBefore + IN_FLIGHT)
  expect(await outputs(killed)).toEqual(await outputs(calm))
  expect(await contents(killed)).toEqual(await contents(calm))
})
