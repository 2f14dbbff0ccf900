/** How long a job of 10,000 finished images takes to find that nothing is left, and one that has one left to do it. */

import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import sharp from 'sharp'
import { startPeer } from '../dist/peer/start-peer.js'
import { report } from './measure.ts'

export async function continueFinished(count = 10_000): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'murmuration-continue-'))
  const input = join(folder, 'images')
  const out = join(folder, 'out')
  const image = join(folder, 'image.png')
  const peer = await startPeer({
    dataDir: join(folder, 'data'),
    listen: '/ip4/127.0.0.1/tcp/0',
    insecure: true,
    executor: { slots: 2 },
  })
  const run = async (): Promise<{ seconds: number; done: number }> => {
    const startedMs = performance.now()
    const { done } = await peer.submit(input, { out, pipeline: 'grayscale', local: 'always' }).summary
    return { seconds: (performance.now() - startedMs) / 1000, done }
  }
  try {
    await mkdir(input)
    await sharp({ create: { width: 16, height: 16, channels: 3, background: 'teal' } }).toFile(image)
    for (let index = 0; index < count; index++) await copyFile(image, join(input, `${index}.png`))
    await run()
    const nothing = await run()
    await rm(join(out, '7.png'))
    const one = await run()
    if (nothing.done !== 0 || one.done !== 1)
      throw new Error(`expected 0 and 1 images, got ${nothing.done} and ${one.done}`)
    report(`continue a job of ${count} finished images`, `${nothing.seconds.toFixed(2)} s`, 'aim 2')
    report('… of which one is missing', `${one.seconds.toFixed(2)} s`, 'aim 2')
  } finally {
    await peer.stop({ atOnce: true })
    await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) await continueFinished()
