/**
 * The coordinator of a race as a process of its own, through the package's own API: a peer that waits for so many executors, or, where
 * there are none, does all of the work itself in so many slots. For each line `{ input, output, pipeline, quality }` on standard input
 * it submits a folder and prints one line when the job has ended.
 */

import { createInterface } from 'node:readline'
import { startPeer } from '../../dist/index.js'

const [dataDir = '', executors = '2', ownSlots = '0'] = process.argv.slice(2)

const slots = Number(ownSlots)
const isAlone = slots > 0
const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', executor: isAlone && { slots } })
if (!(await peer.waitForExecutors(Number(executors), 20_000))) throw new Error(`${executors} executors were expected`)
console.log(JSON.stringify({ event: 'ready' }))

for await (const line of createInterface({ input: process.stdin })) {
  const { input, output, pipeline, quality } = JSON.parse(line)
  const { summary } = peer.submit(input, { out: output, pipeline, quality, local: isAlone ? 'always' : 'never' })
  const { done, failed, reason } = await summary
  console.log(JSON.stringify({ done, failed, reason }))
}
process.exit(0)
