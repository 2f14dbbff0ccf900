/** A peer that answers each line on its standard input with whom it heard, and how long ago. */

import { createInterface } from 'node:readline'
import { startPeer } from '../dist/peer/start-peer.js'

const [dataDir = '', name = ''] = process.argv.slice(2)

const peer = await startPeer({ dataDir, name, listen: '/ip4/127.0.0.1/tcp/0', executor: { load: 0 } })
console.log(JSON.stringify({ event: 'ready' }))
for await (const _ of createInterface({ input: process.stdin })) {
  const heard = peer
    .snapshot()
    .peers.map(({ name, role, state, lastSeenMsAgo }) => ({ name, role, state, lastSeenMsAgo }))
  console.log(JSON.stringify({ event: 'heard', heard }))
}
await peer.stop({ atOnce: true })
