/**
 * A member's place in the cluster, as the rest of the peer sees it: who is there, how their jobs stand, and task streams
 * to and from them. start-cluster-node.ts builds it from libp2p; no other file of the peer knows a socket.
 */

import type { Clock } from '../../base/clock.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { JobId, PeerId } from '../../base/ids.ts'
import type { Random } from '../../base/random.ts'
import type { PeerRole } from '../../protocol/messages.ts'
import type { KnownPeer } from '../identity/known-peers.ts'
import type { IdentityConflict } from '../membership/identity-conflicts.ts'
import type { ClusterPort, LoadSource } from '../ports.ts'
import type { JobSnapshot, PeerSnapshot } from '../snapshot.ts'
import type { ExecutorChannel } from '../task-channel.ts'
import type { ModelLookup } from './model-streams.ts'

export interface ClusterNodeOptions {
  readonly role: PeerRole
  /** Default: the first free name of this role in the data folder, else host name + 4 letters. */
  readonly name?: string
  /** Default: the user's data folder by OS convention. */
  readonly dataDir?: string
  /** Has to exist. Default: `cluster.key` in the data folder, made at the first start. */
  readonly keyFile?: string
  /** Multiaddr to listen on. Default `/ip4/127.0.0.1/tcp/4601`, next free port up; port 0 takes any. */
  readonly listen?: string
  /** Listen on all interfaces and announce by mDNS. Default false. */
  readonly lan?: boolean
  /** Default true where `lan` is; never announces without `lan`. */
  readonly mdns?: boolean
  /** No cluster key. Only with a loopback `listen`. Default false. */
  readonly insecure?: boolean
  /** Multiaddrs to dial, with or without a peer id at their end. */
  readonly bootstrap?: readonly string[]
  readonly version: string
  readonly pixelVersion: string
  /** Hash of the operation set. */
  readonly operationsHash: string
  /** What the load reports of this peer say about its executor. */
  readonly load: LoadSource
  readonly clock?: Clock
  readonly random?: Random
  /** One sentence for a person, such as that another name or port was taken. */
  onNotice?(sentence: string): void
}

/** Who opened a task stream to this peer. */
export interface TaskSource {
  readonly peer: PeerId
  /** The last measured round trip in milliseconds; undefined before the first measurement. */
  rttMs(): number | undefined
}

/** A configured or joined address that the last dial failed on, or any that was found to hold another key. */
export interface DialProblem {
  readonly address: string
  /** ERR_WRONG_KEY, or ERR_UNREACHABLE. */
  readonly code: ErrorCode
  readonly message: string
}

/** Counted since this node was started. */
export interface NodeFigures {
  /** Other peers that there is an open connection to. */
  readonly connections: number
  /** Own words of others, by gossip and hello. */
  readonly reportsHeard: number
  readonly reportsSent: number
  /** Connections on which the other side held another cluster key. */
  readonly failedProofs: number
}

export interface ClusterNode extends ClusterPort {
  readonly id: PeerId
  readonly name: string
  /** Multiaddrs, with the peer id, that others can dial. */
  readonly addresses: readonly string[]
  /** This peer's own data folder. */
  readonly directory: string
  /** The user's data folder, in which all peers of this user have theirs. */
  readonly dataDir: string
  /** Of the cluster key; undefined without one. */
  readonly keyFingerprint: string | undefined
  /** Everybody known but oneself, by name. */
  peers(): readonly PeerSnapshot[]
  /** Jobs of everybody, oneself included, newest first. */
  jobs(): readonly JobSnapshot[]
  /** Whether its coordinator said that it runs, since this peer is here. */
  wasRunning(job: JobId): boolean
  /** How many other peers are alive. */
  knows(): number
  /** Goes up when somebody comes, goes, falls silent or is heard again, and with nothing else that `peers` shows. */
  presence(): number
  /** How many other peers there is an open connection to. */
  connections(): number
  figures(): NodeFigures
  /** Serves task streams that others open. Without a handler they are reset. */
  handleTasks(handler: (channel: ExecutorChannel, from: TaskSource) => void): void
  /** Answers others that ask for models. Without it nobody gets any. */
  serveModels(find: ModelLookup): void
  /**
   * The bytes of a model from its coordinator, their digest checked.
   * @throws MurmurationError ERR_MODEL_FETCH; the signal's reason when it aborts first
   */
  fetchModel(from: PeerId, digest: string, options: { readonly signal: AbortSignal }): Promise<Uint8Array>
  dialProblems(): readonly DialProblem[]
  /** Identities that two processes use at once. */
  identityConflicts(): readonly IdentityConflict[]
  /** Executors met in earlier lives of this peer, whether they are here now or not. */
  remembered(): readonly KnownPeer[]
  /** Asks everybody there is a connection to for a hello, at most MAX_DOCTOR_ADDRESSES; resolves when all answered or failed. */
  greetEverybody(): Promise<void>
  /** Tells everybody how this peer stands now, not only at the next report: a person changed something. */
  speakNow(): void
  /** Tells everybody that this peer leaves, and gives the word a moment to go out. */
  leave(): Promise<void>
  /** Closes every connection and frees the data folder. Idempotent. */
  stop(): Promise<void>
}
