/** A peer whose executor answers every task with the bytes it got: what is left is everything but images. */

import { createHash } from 'node:crypto'
import { startPeer } from '../dist/peer/start-peer.js'
import type { ImageRunner } from '../src/cv/image-runner.ts'

const [dataDir = '', slots = '1'] = process.argv.slice(2)

const echo: ImageRunner = {
  async run({ bytes }) {
    const digest = createHash('sha256').update(bytes).digest()
    const pixelDigest = digest.subarray(0, 16)
    return { bytes, digest, pixelDigest, widthPx: 1, heightPx: 1, decodeMs: 0, processMs: 0, encodeMs: 0 }
  },
  async close() {},
}

await startPeer(
  { dataDir, listen: '/ip4/127.0.0.1/tcp/0', executor: { slots: Number(slots), load: 0 } },
  { runner: echo },
)
console.log(JSON.stringify({ event: 'ready' }))
// timers of the peer do not keep a process alive by themselves
setInterval(() => {}, 1_000_000)
