/** Real nodes against programs that speak libp2p and are no members: they never see a protocol, a topic or identify. */

import { connect } from 'node:net'
import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { type Identify, identify } from '@libp2p/identify'
import type { ConnectionEncrypter, Libp2p, ServiceMap } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import { expect, it } from 'vitest'
import { type AdmissionComponents, admit } from '../../../src/peer/admission/admit.ts'
import type { ClusterNode } from '../../../src/peer/node/cluster-node.ts'
import { HELLO_PROTOCOL, LOAD_TOPIC, TASK_PROTOCOL } from '../../../src/protocol/messages.ts'
import { startTestNode } from '../../support/cluster-nodes.ts'
import { eventually } from '../../support/eventually.ts'
import { atEnd } from '../../support/temporary-folder.ts'

interface StrangerServices extends ServiceMap {
  readonly identify: Identify
  readonly pubsub: GossipSub
}

type Encrypters = NonNullable<Libp2pOptions['connectionEncrypters']>

/** A libp2p program that would like to hear everything. */
async function startStranger(connectionEncrypters: Encrypters): Promise<Libp2p<StrangerServices>> {
  const stranger = await createLibp2p<StrangerServices>({
    transports: [tcp()],
    connectionEncrypters,
    streamMuxers: [yamux()],
    connectionManager: { reconnectRetries: 0 },
    services: { identify: identify(), pubsub: gossipsub({ allowPublishToZeroTopicPeers: true }) },
  })
  stranger.services.pubsub.subscribe(LOAD_TOPIC)
  atEnd(async () => stranger.stop())
  return stranger
}

/** Dials `node`, tries every protocol it may serve, and expects to have got nothing at all. */
async function expectShutOut(stranger: Libp2p<StrangerServices>, node: ClusterNode): Promise<void> {
  const told: string[] = []
  stranger.addEventListener('peer:identify', ({ detail }) => told.push(`identify: ${detail.agentVersion}`))
  stranger.services.pubsub.addEventListener('subscription-change', () => told.push('a subscription'))
  stranger.services.pubsub.addEventListener('message', () => told.push('a message'))
  const address = multiaddr(node.addresses[0])
  for (const protocol of [HELLO_PROTOCOL, TASK_PROTOCOL, '/ipfs/id/1.0.0', '/meshsub/1.1.0', '/ipfs/ping/1.0.0']) {
    const opened = stranger.dialProtocol(address, protocol, { signal: AbortSignal.timeout(8_000) })
    await expect(opened, protocol).rejects.toThrow()
  }
  await eventually(() => stranger.getConnections().length === 0)
  expect(told).toEqual([])
  expect(stranger.services.pubsub.getPeers()).toEqual([])
  expect(node.peers()).toEqual([])
}

it('does not even negotiate with a stock libp2p', async () => {
  const node = await startTestNode()
  const stranger = await startStranger([tls(), noise()])
  await expect(stranger.dial(multiaddr(node.addresses[0]))).rejects.toThrow('could not negotiate')
  await expectShutOut(stranger, node)
})

/** Knows the protocol's name, and goes on without any proof. */
const nameOnly = (inner: ReturnType<typeof tls>) => (components: Parameters<typeof inner>[0]) => {
  const encrypter = inner(components)
  return new Proxy<ConnectionEncrypter>(encrypter, {
    get: (target, property) => {
      if (property === 'protocol') return '/murmuration/tls/1.0.0'
      const value = Reflect.get(target, property)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

it('gives nothing to a stranger who knows the name of the protocol and no key', async () => {
  const node = await startTestNode()
  await expectShutOut(await startStranger([nameOnly(tls())]), node)
})

it.each(['tls', 'noise'] as const)('gives nothing to a member of another cluster over %s', async (name) => {
  const node = await startTestNode()
  const wrongKey = { keys: { accepted: () => [new Uint8Array(32).fill(9)] } }
  const encrypter: (components: Parameters<ReturnType<typeof tls>>[0] & AdmissionComponents) => ConnectionEncrypter =
    name === 'tls' ? admit(tls(), wrongKey) : admit(noise(), wrongKey)
  await expectShutOut(await startStranger([encrypter]), node)
})

it('gives nothing to one who speaks no protocol at all', async () => {
  const node = await startTestNode()
  const { host, port } = addressOf(node)
  const socket = connect({ host, port })
  atEnd(async () => socket.destroy())
  const heard: string[] = []
  socket.on('data', (bytes) => heard.push(bytes.toString('latin1')))
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000))
  await closed
  // At most the greeting of multistream-select, which says nothing about the cluster.
  expect(heard.join('').replace('\x13/multistream/1.0.0\n', '')).toBe('')
  expect(node.peers()).toEqual([])
})

it('names a wrong key to the person whose key it is, and tells it from "nobody there"', async () => {
  const there = await startTestNode()
  const silent = '/ip4/127.0.0.1/tcp/1'
  const here = await startTestNode({ bootstrap: [there.addresses[0] ?? '', silent] })
  await eventually(() => here.dialProblems().length === 2)
  const endpoint = there.addresses[0]?.replace(/\/p2p\/.*/, '')
  const problems = here.dialProblems().toSorted((a, b) => a.code.localeCompare(b.code))
  expect(problems).toEqual([
    {
      address: silent,
      code: 'ERR_UNREACHABLE',
      message: `${silent}: nobody listens there (connection refused)`,
    },
    {
      address: endpoint,
      code: 'ERR_WRONG_KEY',
      message: `the peer at ${endpoint} belongs to a cluster with another key`,
    },
  ])
  expect([...here.peers(), ...there.peers()]).toEqual([])
})

it('tells a peer without a key from one with another key', async () => {
  const open = await startTestNode({ insecure: true })
  const closed = await startTestNode({ bootstrap: open.addresses })
  await eventually(() => closed.dialProblems().length === 1)
  expect(closed.dialProblems()[0]).toMatchObject({
    code: 'ERR_UNREACHABLE',
    message: expect.stringContaining('started with --insecure'),
  })
})

it('lets peers without a key find one another', async () => {
  const one = await startTestNode({ insecure: true })
  const two = await startTestNode({ insecure: true, bootstrap: one.addresses })
  await eventually(() => one.knows() === 1 && two.knows() === 1)
})

function addressOf(node: ClusterNode): { host: string; port: number } {
  const [, host = '', port = ''] = /^\/ip4\/([^/]+)\/tcp\/(\d+)/.exec(node.addresses[0] ?? '') ?? []
  return { host, port: Number(port) }
}
