/**
 * Event loop delay of an executor's main thread while its workers process 12-megapixel photos: image work must not be there.
 * The peer runs in this process, with as many slots as the machine has cores; a second process submits.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import sharp from 'sharp'
import { startPeer } from '../dist/peer/start-peer.js'
import { MAIN, report, withPeers } from './measure.ts'

const PHOTO = join(import.meta.dirname, '../data/images/retina.jpg')
const COUNT = 16

export async function eventLoop(): Promise<void> {
  await withPeers(async ({ folder }) => {
    const input = join(folder, 'photos')
    mkdirSync(input)
    const photo = await sharp(PHOTO).resize(4000, 3000, { fit: 'fill' }).jpeg().toBuffer()
    for (let index = 0; index < COUNT; index++) await sharp(photo).toFile(join(input, `${index}.jpg`))
    const peer = await startPeer({ dataDir: folder, listen: '/ip4/127.0.0.1/tcp/0' })
    try {
      const delay = monitorEventLoopDelay({ resolution: 5 })
      delay.enable()
      const args = ['submit', input, '--op', 'gray', '--no-local', '--data-dir', folder, '--out', join(folder, 'out')]
      const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
      const [code] = await once(child, 'exit')
      delay.disable()
      if (code !== 0) throw new Error(`submit ended with ${code}`)
      // the histogram holds the whole interval between two looks; the delay is what exceeds the resolution
      const p99 = delay.percentile(99) / 1e6 - 5
      report(`event loop delay, p99, while ${COUNT} photos of 12 MP run`, `${p99.toFixed(1)} ms`, 'aim 50')
      report('event loop delay, longest', `${(delay.max / 1e6 - 5).toFixed(1)} ms`)
    } finally {
      await peer.stop({ atOnce: true })
    }
  })
}

if (import.meta.main) await eventLoop()
