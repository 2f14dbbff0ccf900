/** Real nodes whose key is changed while they run: who has the new file stays, who has only the old key goes. */

import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import { peerId } from '../../../src/base/ids.ts'
import { DEFAULT_KEY_OVERLAP_MS } from '../../../src/base/limits.ts'
import { keyFingerprint } from '../../../src/peer/identity/cluster-key.ts'
import { formatInvitation, parseInvitation } from '../../../src/peer/identity/invitation.ts'
import { joinCluster } from '../../../src/peer/identity/join-cluster.ts'
import { loadKeys, loadOrCreateKeys } from '../../../src/peer/identity/key-file.ts'
import { retirePreviousKey, rotateClusterKey } from '../../../src/peer/identity/rotate-key.ts'
import type { ClusterNode } from '../../../src/peer/node/cluster-node.ts'
import { encodeLoadReport } from '../../../src/protocol/load-report-codec.ts'
import { LOAD_TOPIC, TASK_PROTOCOL } from '../../../src/protocol/messages.ts'
import { startTestNode } from '../../support/cluster-nodes.ts'
import { eventually } from '../../support/eventually.ts'
import { loadReport } from '../../support/load-reports.ts'
import { startMemberByHand } from '../../support/member-by-hand.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { createVirtualClock, passUntil, type VirtualClock } from '../../support/virtual-clock.ts'

const isAlive = (node: ClusterNode, name: string): boolean =>
  node.peers().some((peer) => peer.name === name && peer.state === 'alive')

/** Two peers of one machine, and the key file that they watch. */
async function setUp(clock?: VirtualClock) {
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  const { current: old } = await loadOrCreateKeys(keyFile)
  const one = await startTestNode({ keyFile, name: 'one', ...(clock && { clock }) })
  const two = await startTestNode({ keyFile, name: 'two', bootstrap: one.addresses })
  await eventually(async () => {
    await clock?.advance(10)
    return one.knows() === 1 && two.knows() === 1
  })
  return { keyFile, old, one, two }
}

/** Another machine with a copy of the key, connected to `node`. */
async function startElsewhere(keyFile: string, node: ClusterNode, name: string) {
  const copy = join(await temporaryFolder(), 'cluster.key')
  await copyFile(keyFile, copy)
  const elsewhere = await startTestNode({ keyFile: copy, name, bootstrap: node.addresses })
  await eventually(() => isAlive(node, name) && elsewhere.knows() > 0)
  return { copy, elsewhere }
}

it('--now: a stolen machine loses its connections, and gets in nowhere from then on', async () => {
  const { keyFile, old, one, two } = await setUp()
  const thief = await startMemberByHand(old)
  const doors = [one, two].map((node) => multiaddr(node.addresses[0]))
  await Promise.all(doors.map((door) => thief.dial(door)))
  const own = peerId(thief.peerId.toString())
  thief.services.pubsub.subscribe(LOAD_TOPIC)
  await eventually(() => thief.services.pubsub.getSubscribers(LOAD_TOPIC).length === 2)
  const say = (sequence: number, name: string) =>
    thief.services.pubsub.publish(LOAD_TOPIC, encodeLoadReport(loadReport({ peer: own, sequence, name })))
  await say(1, 'stolen')
  await eventually(() => isAlive(one, 'stolen') && isAlive(two, 'stolen'))
  const tasks: unknown[] = []
  for (const node of [one, two]) node.handleTasks((channel) => tasks.push(channel))

  await rotateClusterKey(keyFile, 0, Date.now())

  await eventually(() => thief.getConnections().length === 0)
  for (const door of doors) {
    await expect(thief.dialProtocol(door, TASK_PROTOCOL, { signal: AbortSignal.timeout(30_000) })).rejects.toThrow()
  }
  await say(2, 'still there').catch(() => undefined)
  // The two find one another again with the new key: everything said meanwhile has had its time.
  await eventually(() => one.connections() === 1 && two.connections() === 1)
  for (const node of [one, two]) expect(node.peers().map(({ name }) => name)).not.toContain('still there')
  expect(tasks).toEqual([])
  // Their tasks go there no more either: it cannot be reached.
  await expect(one.open(own, { signal: AbortSignal.timeout(30_000) })).rejects.toMatchObject({
    name: 'MurmurationError',
  })
})

it('with an overlap nobody loses a connection; the other machine gets the new key by invitation, and stays', async () => {
  const { keyFile, one } = await setUp()
  const { copy, elsewhere } = await startElsewhere(keyFile, one, 'attic')
  const late = await startElsewhere(keyFile, one, 'late')
  const opened = elsewhere.connections()
  const { current } = await rotateClusterKey(keyFile, DEFAULT_KEY_OVERLAP_MS, Date.now())
  // Somebody who has only the old key still gets in: the file was read, and both are accepted.
  const { elsewhere: newcomer } = await startElsewhere(late.copy, one, 'newcomer')
  expect(elsewhere.connections()).toBeGreaterThanOrEqual(opened)

  const keys = await loadKeys(keyFile)
  const line = formatInvitation({ addresses: one.addresses, key: current, replaced: keys?.replaced ?? [] })
  await joinCluster(parseInvitation(line), { dataDir: await temporaryFolder(), keyFile: copy })
  await retirePreviousKey(keyFile)

  await eventually(() => isAlive(elsewhere, 'one') && elsewhere.connections() > 0)
  for (const outside of [late.elsewhere, newcomer]) {
    await eventually(() => outside.dialProblems().some(({ code }) => code === 'ERR_WRONG_KEY'))
  }
})

it('closes what the old key opened when its time is over', async () => {
  const clock = createVirtualClock()
  const { keyFile, old, one } = await setUp(clock)
  const member = await startMemberByHand(old)
  const { current } = await rotateClusterKey(keyFile, 5_000, clock.wallTime())
  await eventually(() => one.keyFingerprint === keyFingerprint(current))
  await member.dial(multiaddr(one.addresses[0]))
  expect(member.getConnections()).toHaveLength(1)
  await passUntil(clock, () => member.getConnections().length === 0)
})
