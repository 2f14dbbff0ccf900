/** Large bodies over a link that takes seconds for each: a lease asks for signs of life, not for speed. */

import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { createRandom } from '../../src/base/random.ts'
import { startFaultProxy } from '../support/fault-proxy.ts'
import { makeNoise } from '../support/noise-images.ts'
import { BY_PEERS, runCommand, startPeerWith } from '../support/peer-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const BYTES_PER_SECOND = 5_000_000
/** 3 bytes a pixel, 20 MB. */
const SIDE_PX = 2_600
const MIN_BODY_BYTES = 20_000_000
const IMAGES = 3

it('results of 20 MB over a link of 5 MB/s cost no lease', async () => {
  const proxy = await startFaultProxy('named', createRandom(1), { bytesPerSecond: BYTES_PER_SECOND })
  onTestFinished(() => proxy.close())
  const dataDir = await temporaryFolder()
  const root = await temporaryFolder()
  await mkdir(join(root, 'images'))
  for (let index = 0; index < IMAGES; index++) await makeNoise(join(root, 'images', `${index}.png`), SIDE_PX)
  // two slots: both results wait for the same link, and each takes twice as long
  await startPeerWith({ dataDir, args: ['--slots', '2'], proxyPort: proxy.port })
  const out = join(root, 'out')
  const args = ['submit', join(root, 'images'), '--op', 'flip', '--out', out, '--data-dir', dataDir]
  const beganMs = performance.now()
  const { code, stdout, stderr } = await runCommand([...args, ...BY_PEERS, '--json'], {
    proxyPort: proxy.port,
  })
  const tookMs = performance.now() - beganMs
  expect(code, stderr).toBe(0)
  const sizes = await Promise.all(Array.from({ length: IMAGES }, (_, index) => stat(join(out, `${index}.png`))))
  for (const { size } of sizes) expect(size).toBeGreaterThan(MIN_BODY_BYTES)
  // the link was in between, and it was the link that they waited for
  const resultBytes = sizes.reduce((sum, { size }) => sum + size, 0)
  expect(proxy.passedBytes).toBeGreaterThan(resultBytes)
  expect(tookMs).toBeGreaterThan((resultBytes * 1_000) / BYTES_PER_SECOND)
  const events = stdout
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line))
  expect(events.filter(({ event }) => event === 'lost' || event === 'retried')).toEqual([])
  expect(JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))).toMatchObject({ done: IMAGES, retries: 0 })
  console.info(`${IMAGES} results of ${Math.round(resultBytes / IMAGES / 1e6)} MB in ${Math.round(tookMs / 1000)} s`)
})
