/**
 * The libp2p object of a peer: which transports, encrypters, muxers and services, and which of their defaults would break
 * a cluster of many peers on one machine. It knows no protocol of ours.
 */

import { type GossipSub, gossipsub } from '@chainsafe/libp2p-gossipsub'
import { noise } from '@chainsafe/libp2p-noise'
import { identify } from '@libp2p/identify'
import type { Libp2p, PrivateKey, ServiceMap } from '@libp2p/interface'
import { mdns } from '@libp2p/mdns'
import { type Ping, ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { tls } from '@libp2p/tls'
import { createLibp2p } from 'libp2p'
import type { Clock } from '../../base/clock.ts'
import {
  ADMISSION_MS,
  DIAL_MS,
  GOSSIP_HEARTBEAT_MS,
  GOSSIP_MESH,
  MAX_CONCURRENT_DIALS,
  MAX_CONNECTIONS,
  MAX_GOSSIP_BYTES,
  MAX_GOSSIP_RPC_BYTES,
  MAX_GOSSIP_RPC_CONTROLS,
  MAX_GOSSIP_RPC_ENTRIES,
  MAX_GOSSIP_UNSENT_BYTES,
  MAX_INBOUND_CONNECTIONS_PER_SECOND,
  MAX_PING_STREAMS,
  MAX_UNPROVEN_CONNECTIONS,
} from '../../base/limits.ts'
import { JOB_TOPIC, LOAD_TOPIC } from '../../protocol/messages.ts'
import { type AdmissionKeys, admit, type FailedProof } from '../admission/admit.ts'
import type { Doorway } from '../admission/doorway.ts'
import { type ConnectionMonitor, connectionMonitor } from './connection-monitor.ts'
import { leanYamux } from './lean-yamux.ts'

export interface ClusterServices extends ServiceMap {
  readonly identify: unknown
  readonly connectionMonitor: ConnectionMonitor
  readonly ping: Ping
  readonly pubsub: GossipSub
}

export type ClusterLibp2p = Libp2p<ClusterServices>

export interface ClusterLibp2pOptions {
  readonly privateKey: PrivateKey
  /** Undefined: no proof of membership is asked for. */
  readonly keys: AdmissionKeys | undefined
  readonly doorway: Doorway
  readonly listen: readonly string[]
  readonly mdns: boolean
  readonly version: string
  readonly clock: Clock
  onProofFailed(failure: FailedProof): void
}

/** mDNS answers only to this name: other libp2p programs in the network are left alone. */
export const MDNS_SERVICE = '_murmuration._udp.local'

/** A libp2p object that is not started yet. */
export function createClusterLibp2p(options: ClusterLibp2pOptions): Promise<ClusterLibp2p> {
  const { keys, doorway, clock, onProofFailed } = options
  const admission = { keys, doorway, clock, onProofFailed }
  return createLibp2p<ClusterServices>({
    start: false,
    privateKey: options.privateKey,
    nodeInfo: { name: 'murmuration', version: options.version, userAgent: `murmuration/${options.version}` },
    addresses: { listen: [...options.listen] },
    // Frames are written whole, so nothing is gained by waiting for more bytes.
    transports: [tcp({ dialOpts: { noDelay: true }, listenOpts: { noDelay: true } })],
    // TLS first: nearly twice as fast as noise between two ends on one machine (FACTS 6).
    connectionEncrypters: [admit(tls(), admission), admit(noise(), admission)],
    streamMuxers: [leanYamux()],
    peerDiscovery: options.mdns ? [mdns({ serviceTag: MDNS_SERVICE })] : [],
    connectionGater: {
      denyInboundConnection(connection) {
        doorway.arrived(connection, hostOf(connection.remoteAddr))
        return false
      },
    },
    connectionManager: {
      maxConnections: MAX_CONNECTIONS,
      maxParallelDials: 2 * MAX_CONCURRENT_DIALS,
      dialTimeout: DIAL_MS,
      addressDialTimeout: DIAL_MS,
      // The default of 5 a second from one host refuses a flock that starts together (FACTS 9).
      inboundConnectionThreshold: MAX_INBOUND_CONNECTIONS_PER_SECOND,
      // Above what the doorway lets wait: that closes the longest waiting, this would refuse the newest.
      maxIncomingPendingConnections: 4 * MAX_UNPROVEN_CONNECTIONS,
      inboundUpgradeTimeout: 2 * ADMISSION_MS,
      // Connections are kept by our own dialer, which knows who is alive.
      reconnectRetries: 0,
    },
    // Ours instead: a peer whose machine is busy must not lose its connections for it.
    connectionMonitor: { enabled: false },
    services: {
      identify: identify(),
      connectionMonitor: connectionMonitor(clock),
      ping: ping({ maxInboundStreams: MAX_PING_STREAMS, maxOutboundStreams: MAX_PING_STREAMS }),
      pubsub: gossipsub({
        allowedTopics: [LOAD_TOPIC, JOB_TOPIC],
        allowPublishToZeroTopicPeers: true,
        emitSelf: false,
        fallbackToFloodsub: false,
        // One's own reports go to every connection at once: few of them, and soon known.
        floodPublish: true,
        doPX: false,
        heartbeatInterval: GOSSIP_HEARTBEAT_MS,
        D: GOSSIP_MESH.wanted,
        Dlo: GOSSIP_MESH.least,
        Dhi: GOSSIP_MESH.most,
        Dscore: GOSSIP_MESH.wanted / 2,
        // To say that a copy is not wanted costs as much as the copy.
        idontwantMinDataSize: MAX_GOSSIP_BYTES + 1,
        // Who sent which number is enough to know a copy: without it each copy's signature is checked again.
        fastMsgIdFn: ({ from, seqno }) => `${latin1(from)}/${latin1(seqno)}`,
        decodeRpcLimits: {
          maxSubscriptions: MAX_GOSSIP_RPC_CONTROLS,
          maxMessages: MAX_GOSSIP_RPC_ENTRIES,
          maxIhaveMessageIDs: MAX_GOSSIP_RPC_ENTRIES,
          maxIwantMessageIDs: MAX_GOSSIP_RPC_ENTRIES,
          maxIdontwantMessageIDs: MAX_GOSSIP_RPC_ENTRIES,
          maxControlMessages: MAX_GOSSIP_RPC_CONTROLS,
          maxPeerInfos: MAX_GOSSIP_RPC_CONTROLS,
        },
        maxInboundDataLength: MAX_GOSSIP_RPC_BYTES,
        maxOutboundBufferSize: MAX_GOSSIP_UNSENT_BYTES,
        scoreParams: {
          // More than ten peers at one address are silently graylisted by default (FACTS 9).
          IPColocationFactorWeight: 0,
          // Late answers are the only misbehaviour that admitted members show, and a busy machine is no offence.
          behaviourPenaltyWeight: 0,
        },
      }),
    },
  })
}

/** The address without the port, which is another one for each connection. */
const hostOf = (address: { toString(): string }): string => address.toString().split('/').slice(0, 3).join('/')

const latin1 = (bytes: Uint8Array | undefined): string =>
  bytes ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') : ''
