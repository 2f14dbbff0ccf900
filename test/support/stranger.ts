/** Programs that speak libp2p and are no members: they would like to hear everything, and try all doors. */

import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { type Identify, identify } from '@libp2p/identify'
import type { ConnectionEncrypter, Libp2p, MessageStream, PeerId, PrivateKey, ServiceMap } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { type ByteStream, byteStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import { expect } from 'vitest'
import { peerId } from '../../src/base/ids.ts'
import { type AdmissionComponents, admittedProtocol } from '../../src/peer/admission/admit.ts'
import type { AdmissionRole } from '../../src/peer/admission/proof.ts'
import type { ClusterNode } from '../../src/peer/node/cluster-node.ts'
import { encodeLoadReport } from '../../src/protocol/load-report-codec.ts'
import { HELLO_PROTOCOL, JOB_TOPIC, LOAD_TOPIC, TASK_PROTOCOL } from '../../src/protocol/messages.ts'
import { eventually } from './eventually.ts'
import { loadReport } from './load-reports.ts'
import { atEnd } from './temporary-folder.ts'

interface StrangerServices extends ServiceMap {
  readonly identify: Identify
  readonly pubsub: GossipSub
}

export type Stranger = Libp2p<StrangerServices>
type Encrypters = NonNullable<Libp2pOptions['connectionEncrypters']>

export async function startStranger(
  connectionEncrypters: Encrypters,
  options: { readonly privateKey?: PrivateKey; readonly listen?: readonly string[] } = {},
): Promise<Stranger> {
  const stranger = await createLibp2p<StrangerServices>({
    privateKey: options.privateKey ?? (await generateKeyPair('Ed25519')),
    addresses: { listen: [...(options.listen ?? [])] },
    transports: [tcp()],
    connectionEncrypters,
    streamMuxers: [yamux()],
    connectionManager: { reconnectRetries: 0 },
    services: { identify: identify(), pubsub: gossipsub({ allowPublishToZeroTopicPeers: true }) },
  })
  for (const topic of [LOAD_TOPIC, JOB_TOPIC]) stranger.services.pubsub.subscribe(topic)
  atEnd(async () => stranger.stop())
  return stranger
}

/** One proof as the stranger makes it: the connection is encrypted, and its bytes are in the stranger's hand. */
export interface AtTheDoor {
  readonly bytes: ByteStream<MessageStream>
  readonly role: AdmissionRole
  readonly self: PeerId
  readonly remote: PeerId
}

/** TLS under the name of the protocol; `prove` plays the proof, and then the stranger goes on as if it were admitted. */
export function impostor(prove: (door: AtTheDoor) => Promise<void>): Encrypters[number] {
  const inner = tls()
  return (components: Parameters<typeof inner>[0] & AdmissionComponents): ConnectionEncrypter => {
    const encrypter = inner(components)
    const secure = (role: AdmissionRole) => async (connection: MessageStream, options?: object) => {
      const secured = await (role === 'initiator'
        ? encrypter.secureOutbound(connection, options)
        : encrypter.secureInbound(connection, options))
      const bytes = byteStream(secured.connection)
      await prove({ bytes, role, self: components.peerId, remote: secured.remotePeer })
      return { ...secured, connection: bytes.unwrap() }
    }
    return {
      protocol: admittedProtocol(encrypter.protocol, true),
      secureOutbound: secure('initiator'),
      secureInbound: secure('responder'),
    }
  }
}

/** Dials `node`, tries every protocol and both topics, and expects to have got, and to be believed, nothing at all. */
export async function expectShutOut(stranger: Stranger, node: ClusterNode): Promise<void> {
  const told: string[] = []
  const ran: unknown[] = []
  node.handleTasks((channel) => ran.push(channel))
  stranger.addEventListener('peer:identify', ({ detail }) => told.push(`identify: ${detail.agentVersion}`))
  stranger.services.pubsub.addEventListener('subscription-change', () => told.push('a subscription'))
  stranger.services.pubsub.addEventListener('message', () => told.push('a message'))
  const address = multiaddr(node.addresses[0])
  const report = loadReport({ peer: peerId(stranger.peerId.toString()), name: 'stranger' })
  for (const protocol of [HELLO_PROTOCOL, TASK_PROTOCOL, '/ipfs/id/1.0.0', '/meshsub/1.1.0', '/ipfs/ping/1.0.0']) {
    const opened = stranger.dialProtocol(address, protocol, { signal: AbortSignal.timeout(8_000) })
    // Said while the door is being tried: whoever got in for a moment would be heard in it.
    await stranger.services.pubsub.publish(LOAD_TOPIC, encodeLoadReport(report)).catch(() => undefined)
    await expect(opened, protocol).rejects.toThrow()
  }
  await eventually(() => stranger.getConnections().length === 0)
  expect(told).toEqual([])
  expect(ran).toEqual([])
  expect(stranger.services.pubsub.getPeers()).toEqual([])
  expect(node.peers()).toEqual([])
  expect(node.connections()).toBe(0)
}
