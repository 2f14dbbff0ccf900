import { join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { jobId, peerId } from '../../../src/base/ids.ts'
import { REPORT_IDLE_MS } from '../../../src/base/limits.ts'
import { loadOrCreateKeys } from '../../../src/peer/identity/key-file.ts'
import type { ClusterLibp2p } from '../../../src/peer/node/cluster-libp2p.ts'
import type { ClusterNode } from '../../../src/peer/node/cluster-node.ts'
import { readOneMessage, writeOneMessage } from '../../../src/peer/stream-message.ts'
import { decodeHello, encodeHello } from '../../../src/protocol/hello-codec.ts'
import { encodeJobProgress } from '../../../src/protocol/job-progress-codec.ts'
import { encodeLoadReport } from '../../../src/protocol/load-report-codec.ts'
import {
  HELLO_PROTOCOL,
  JOB_TOPIC,
  type JobProgress,
  LOAD_TOPIC,
  type LoadReport,
} from '../../../src/protocol/messages.ts'
import { createLoad, startTestNode } from '../../support/cluster-nodes.ts'
import { eventually } from '../../support/eventually.ts'
import { loadReport } from '../../support/load-reports.ts'
import { startMemberByHand } from '../../support/member-by-hand.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { createVirtualClock, passUntil } from '../../support/virtual-clock.ts'

const stateOf = (node: ClusterNode, name: string) => node.peers().find((peer) => peer.name === name)?.state

it('tells changes of load within moments', async () => {
  const dataDir = await temporaryFolder()
  const load = createLoad()
  const clock = createVirtualClock()
  const one = await startTestNode({ dataDir, load, clock })
  const two = await startTestNode({ dataDir, clock })
  // hellos of both, even over two connections, are four: then gossip has come through
  await passUntil(clock, () => two.figures().reportsHeard > 4)
  load.change({ running: 2, parked: 3, loadProbability: 0.5, isPaused: true })
  // less than the pause between two reports of one who has nothing to tell
  await clock.advance(REPORT_IDLE_MS / 5)
  await eventually(() => two.executors()[0]?.outstanding === 5)
  expect(two.peers()[0]).toMatchObject({ id: one.id, running: 2, queued: 3, load: 0.5, isPaused: true })
})

it('lists whoever says goodbye as left, at once', async () => {
  const dataDir = await temporaryFolder()
  const stays = await startTestNode({ dataDir, name: 'stays' })
  const goes = await startTestNode({ dataDir, name: 'goes' })
  await eventually(() => stays.knows() === 1 && goes.knows() === 1)
  await goes.leave()
  // nothing but a farewell makes it so: silence ends in another state
  await eventually(() => stateOf(stays, 'goes') === 'left')
  expect(stays.executors()).toEqual([])
})

it('lists whoever ends without a word as dead, after its silence and a ping that fails', async () => {
  const dataDir = await temporaryFolder()
  const clock = createVirtualClock()
  const stays = await startTestNode({ dataDir, name: 'stays', clock })
  const dies = await startTestNode({ dataDir, name: 'dies', clock })
  await passUntil(clock, () => stays.knows() === 1 && dies.knows() === 1)
  await dies.stop()
  const states = new Set<string | undefined>()
  stays.onChange(() => states.add(stateOf(stays, 'dies')))
  await eventually(() => stays.connections() === 0)
  expect(stateOf(stays, 'dies')).toBe('alive')
  await passUntil(clock, () => stateOf(stays, 'dies') === 'dead')
  expect(states).toContain('suspect')
  expect(stays.peers()[0]?.lastSeenMsAgo).toBeGreaterThan(15_000)
})

it('shows jobs of everybody, and stopped ones of coordinators that are gone', async () => {
  const dataDir = await temporaryFolder()
  const coordinator = await startTestNode({ dataDir, name: 'boss', role: 'observer' })
  const executor = await startTestNode({ dataDir, name: 'worker' })
  await eventually(() => coordinator.executors().length === 1 && executor.knows() === 1)
  coordinator.announceJob(progressOf(coordinator.id, { done: 5, elapsedMs: 1_000 }))
  await eventually(() => executor.jobs().length === 1)
  for (const node of [coordinator, executor]) {
    expect(node.jobs()[0]).toMatchObject({ coordinatorName: 'boss', state: 'running', done: 5, imagesPerSecond: 5 })
  }
  await coordinator.leave()
  await eventually(() => executor.jobs()[0]?.state === 'stopped')
})

it('never takes an observer, or an executor with other pixels, for a candidate', async () => {
  const dataDir = await temporaryFolder()
  const node = await startTestNode({ dataDir })
  await startTestNode({ dataDir, role: 'observer' })
  await startTestNode({ dataDir, pixelVersion: 'pixels-2' })
  await startTestNode({ dataDir, operationsHash: 'operations-2' })
  await startTestNode({ dataDir, name: 'like-me' })
  await eventually(() => node.knows() === 4)
  expect(node.executors().map(({ name }) => name)).toEqual(['like-me'])
})

describe('a member that speaks for another', () => {
  /** A member whose messages are written by hand, connected to `node`. */
  async function startForger(node: ClusterNode, keyFile: string): Promise<ClusterLibp2p> {
    const forger = await startMemberByHand((await loadOrCreateKeys(keyFile)).current)
    await forger.dial(multiaddr(node.addresses[0]))
    forger.services.pubsub.subscribe(LOAD_TOPIC)
    await eventually(() => forger.services.pubsub.getSubscribers(LOAD_TOPIC).length === 1)
    await eventually(() => forger.services.pubsub.getSubscribers(JOB_TOPIC).length === 1)
    return forger
  }

  async function setUp() {
    const keyFile = join(await temporaryFolder(), 'cluster.key')
    const node = await startTestNode({ keyFile, name: 'node' })
    const victim = await startTestNode({ keyFile, name: 'victim', bootstrap: node.addresses })
    await eventually(() => node.knows() === 1 && victim.knows() === 1)
    const forger = await startForger(node, keyFile)
    const own = peerId(forger.peerId.toString())
    const say = (report: LoadReport) => forger.services.pubsub.publish(LOAD_TOPIC, encodeLoadReport(report))
    return { node, victim, forger, own, say }
  }

  it('is not believed, and not passed on; its own word is', async () => {
    const { node, victim, own, say } = await setUp()
    await say(loadReport({ peer: victim.id, incarnation: 99, name: 'forged', isLeaving: true }))
    await say(loadReport({ peer: own, name: 'honest' }))
    await eventually(() => stateOf(node, 'honest') === 'alive' && stateOf(victim, 'honest') === 'alive')
    expect(node.peers().map(({ name, state }) => `${name} ${state}`)).toEqual(['honest alive', 'victim alive'])
  })

  it('names no job of another coordinator', async () => {
    const { node, victim, forger, own } = await setUp()
    const say = (job: JobProgress) => forger.services.pubsub.publish(JOB_TOPIC, encodeJobProgress(job))
    await say(progressOf(victim.id, { job: jobId('f'.repeat(32)) }))
    await say(progressOf(own))
    await eventually(() => node.jobs().length > 0)
    expect(node.jobs().map(({ coordinator }) => coordinator)).toEqual([own])
  })

  it('is not believed in a hello either, and bytes that are no message harm nobody', async () => {
    const { node, victim, forger, own, say } = await setUp()
    const [connection] = forger.getConnections()
    if (!connection) throw new Error('not connected')
    const signal = AbortSignal.timeout(30_000)
    const forged = loadReport({ peer: victim.id, incarnation: 99, name: 'forged' })
    const stream = await connection.newStream(HELLO_PROTOCOL, { signal })
    const answer = readOneMessage(stream, { maxBytes: 100_000, signal })
    await writeOneMessage(stream, encodeHello({ own: forged, heard: [] }), { signal })
    expect(decodeHello(await answer).own.name).toBe('node')
    const garbage = await connection.newStream(HELLO_PROTOCOL, { signal })
    await writeOneMessage(garbage, new Uint8Array(50).fill(255), { signal })
    await forger.services.pubsub.publish(LOAD_TOPIC, new Uint8Array(50).fill(255))
    await say(loadReport({ peer: own, name: 'honest' }))
    await eventually(() => stateOf(node, 'honest') === 'alive')
    expect(node.peers().map(({ name }) => name)).toEqual(['honest', 'victim'])
  })
})

const progressOf = (coordinator: JobProgress['coordinator'], part: Partial<JobProgress> = {}): JobProgress => ({
  job: jobId('0123456789abcdef'.repeat(2)),
  coordinator,
  coordinatorName: 'boss',
  sequence: 1,
  pipeline: 'edges',
  strategy: 'balanced',
  state: 'running',
  total: 100,
  done: 0,
  failed: 0,
  elapsedMs: 0,
  alreadyDone: 0,
  ...part,
})
