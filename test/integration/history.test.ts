/** Jobs of commands that have ended are listed by one that starts later: the history is files, nobody has to run. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { JobsDetail, JobsEntry } from '../../src/cli/jobs-json.ts'
import { BY_PEERS, runCommand, startPeerProcess } from '../support/peer-process.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

it('peer jobs lists what submit and compare did, and says how to try again what failed', async () => {
  const dataDir = await temporaryFolder()
  const folder = await temporaryFolder()
  const images = join(folder, 'images')
  await makeSmallImages(images, 4)
  await writeFile(join(images, 'bad.jpg'), 'no image')
  await startPeerProcess(dataDir, '--name', 'worker', '--slots', '1')
  const common = ['--data-dir', dataDir]
  const submit = ['submit', 'images', '--out', 'out', '--op', 'grayscale | edges', ...BY_PEERS, ...common]
  expect(await runCommand(submit, { cwd: folder })).toMatchObject({ code: 1 })
  const compare = ['compare', 'images', '--strategies', 'random,balanced', '--out', 'compared', ...BY_PEERS, ...common]
  expect(await runCommand(compare, { cwd: folder })).toMatchObject({ code: 1 })

  const list: { jobs: JobsEntry[] } = JSON.parse((await runCommand(['jobs', '--json', ...common])).stdout)
  expect(list.jobs.map(({ strategy, done, failed, out }) => ({ strategy, done, failed, out }))).toEqual([
    { strategy: 'balanced', done: 4, failed: 1, out: join(folder, 'compared/balanced') },
    { strategy: 'random', done: 4, failed: 1, out: join(folder, 'compared/random') },
    { strategy: 'balanced', done: 4, failed: 1, out: join(folder, 'out') },
  ])
  const id = list.jobs.at(-1)?.id ?? ''
  const { job }: { job: JobsDetail } = JSON.parse(
    (await runCommand(['jobs', id.slice(0, 12), '--json', ...common])).stdout,
  )
  expect(job).toMatchObject({ id, peers: [{ name: 'worker', done: 4 }], failures: [{ path: 'bad.jpg' }] })
  expect(job.continueWith).toBe(
    `peer submit ${images} --out ${join(folder, 'out')} --op 'grayscale | edges' --wait 600000 --no-local`,
  )
  const again = [images, '--out', join(folder, 'out'), '--op', 'grayscale | edges', ...BY_PEERS, '--json', ...common]
  const { code, stdout } = await runCommand(['submit', ...again])
  expect(code).toBe(1)
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ alreadyDone: 4, done: 0, failed: 1 })
  expect((await runCommand(['jobs', 'ffff', ...common])).code).toBe(2)
})
