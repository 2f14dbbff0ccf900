/** A member over real sockets that opens streams and says nothing, or says it very slowly: others do not feel it. */

import { join } from 'node:path'
import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { it } from 'vitest'
import { MAX_COORDINATORS, MAX_HELLO_STREAMS, MAX_STREAMS_PER_COORDINATOR } from '../../src/base/limits.ts'
import { loadOrCreateKeys } from '../../src/peer/identity/key-file.ts'
import { createCoordinatorStreamChannel } from '../../src/peer/stream-channel.ts'
import { HELLO_PROTOCOL, TASK_PROTOCOL } from '../../src/protocol/messages.ts'
import { playCoordinator, setUpExecutor } from '../peer/executor/hand-coordinator.ts'
import { startTestNode } from '../support/cluster-nodes.ts'
import { eventually, PATIENCE_MS } from '../support/eventually.ts'
import { createFastClock } from '../support/fast-clock.ts'
import { startMemberByHand } from '../support/member-by-hand.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function setUp() {
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  const { current } = await loadOrCreateKeys(keyFile)
  // Deadlines of the node pass ten times faster, those of libp2p do not.
  const node = await startTestNode({ keyFile, clock: createFastClock(10) })
  const { executor, runner, clock } = setUpExecutor()
  node.handleTasks((channel, from) => executor.attach(channel, from))
  const joinAsMember = async () => {
    const member = await startMemberByHand(current)
    const connection = await member.dial(multiaddr(node.addresses[0]))
    const open = (protocol: string): Promise<Stream | undefined> =>
      connection.newStream(protocol, { signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => undefined)
    return { open, connection }
  }
  return { node, runner, clock, joinAsMember }
}

const isOpen = (stream: Stream | undefined): boolean => stream?.status === 'open'

it('silent hello streams are closed, and there are only few at once', async () => {
  const { joinAsMember } = await setUp()
  const { open } = await joinAsMember()
  const streams = await Promise.all(Array.from({ length: 20 }, () => open(HELLO_PROTOCOL)))
  // One of them drips a byte now and then.
  streams.find(isOpen)?.send(Uint8Array.of(0x7f))
  await eventually(() => streams.filter(isOpen).length <= MAX_HELLO_STREAMS)
  await eventually(() => streams.filter(isOpen).length === 0)
})

it('a flood of silent task streams leaves places for others, who get their work done', async () => {
  const { joinAsMember, runner, clock } = await setUp()
  const mallory = await joinAsMember()
  const flood = await Promise.all(Array.from({ length: 2 * MAX_COORDINATORS }, () => mallory.open(TASK_PROTOCOL)))
  await eventually(() => flood.filter(isOpen).length === MAX_STREAMS_PER_COORDINATOR)
  const honest = await joinAsMember()
  const stream = await honest.open(TASK_PROTOCOL)
  if (!stream) throw new Error('no stream for the honest one')
  const coordinator = playCoordinator(createCoordinatorStreamChannel(stream))
  await eventually(() => coordinator.of('credit').length === 1)
  coordinator.offer(1)
  await eventually(async () => {
    await clock.advance(1)
    return runner.started.length === 1
  })
  runner.started[0]?.finish()
  await eventually(() => coordinator.of('result').length === 1)
})
