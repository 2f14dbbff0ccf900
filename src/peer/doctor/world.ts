/**
 * Everything that the doctor's checks look at, injected: the machine, its disk, its network, and the cluster as an observer
 * sees it. system-world.ts is the real one; tests script each cause.
 */

import type { Clock } from '../../base/clock.ts'
import type { ErrorCode } from '../../base/errors.ts'
import type { PeerId } from '../../base/ids.ts'
import type { KnownPeer } from '../identity/known-peers.ts'
import type { RunningPeer } from '../identity/running-peers.ts'
import type { IdentityConflict } from '../membership/identity-conflicts.ts'
import type { DialProblem } from '../node/cluster-node.ts'
import type { PeerSnapshot } from '../snapshot.ts'

export interface DoctorOptions {
  readonly dataDir: string
  /** The cluster key's file. */
  readonly keyFile: string
  /** A person named that file: it has to exist. */
  readonly isKeyFileNamed: boolean
  /** Addresses of `--bootstrap` or `bootstrap.txt`. */
  readonly bootstrap: readonly string[]
  /** Absolute; where `peer submit` would write. */
  readonly out: string
  /** A person named that folder. */
  readonly isOutNamed: boolean
  /** Where `peer start` would listen; undefined for the first free port from the default one. */
  readonly listen: string | undefined
  /** Look on all interfaces and by mDNS. */
  readonly lan: boolean
  readonly mdns: boolean
  /** What `peer start` would be given; undefined for its defaults. */
  readonly slots: number | undefined
  readonly maxPixels: number | undefined
  /** How long to listen for peers. */
  readonly waitMs: number
}

/** The program that the others are compared with; tests claim to be another one. */
export interface OwnProgram {
  readonly version: string
  readonly pixelVersion: string
  readonly operationsHash: string
}

export interface SeenCluster {
  readonly kind: 'seen'
  readonly self: Pick<PeerSnapshot, 'id' | 'name'> & OwnProgram
  readonly peers: readonly PeerSnapshot[]
  readonly dialProblems: readonly DialProblem[]
  readonly conflicts: readonly IdentityConflict[]
  /** Executors that this user's observers met before. */
  readonly remembered: readonly KnownPeer[]
}

/** The cluster, from the first look to the end of the wait. */
export type Sight =
  | SeenCluster
  /** No observer could be started. */
  | { readonly kind: 'blind'; readonly code: ErrorCode; readonly message: string }

export interface DoctorFiles {
  /** Undefined where there is nothing. Rejects with the file system's error otherwise. */
  stat(path: string): Promise<FileFacts | undefined>
  /** Writes DOCTOR_TRIAL_BYTES into `folder`, syncs them, and removes them. Rejects with the file system's error. */
  tryWriting(folder: string): Promise<TrialFacts>
  freeBytes(folder: string): Promise<number>
  /** Names in the folder; none where there is no such folder. */
  list(folder: string): Promise<readonly string[]>
  /** The process that holds the lock on a file, where the system tells it: undefined for none and for not known. */
  lockHolder(file: string): Promise<number | undefined>
}

export interface FileFacts {
  readonly isFolder: boolean
  /** Permission bits; undefined where the system has none. */
  readonly mode: number | undefined
}

export interface TrialFacts {
  /** What the file system says when the trial was written, in milliseconds since the Unix epoch. */
  readonly writtenAt: number
}

export type ConnectOutcome = 'open' | 'refused' | 'silent' | 'no-route' | 'unknown-host'
export type ListenOutcome = 'free' | 'taken' | 'forbidden' | 'no-such-address'
/** answered: a peer of murmuration on another machine. heard: our own query came back. silent: it did not. */
export type MulticastOutcome = 'answered' | 'heard' | 'silent' | 'failed'

export interface NetworkInterface {
  readonly name: string
  readonly address: string
}

export interface DoctorNetwork {
  /** Opens a TCP connection and closes it at once. Never rejects. */
  connect(host: string, port: number): Promise<ConnectOutcome>
  /** Listens there for a moment. Never rejects. */
  listen(host: string, port: number): Promise<ListenOutcome>
  /** IPv4, without loopback. */
  interfaces(): readonly NetworkInterface[]
  /** Asks by mDNS for peers on that interface. Never rejects. */
  multicast(address: string): Promise<MulticastOutcome>
}

/** The share of the machine's CPU, in [0, 1], over the time of the wait. */
export interface CpuUse {
  /** Of programs that are neither the doctor nor peers of this user. */
  readonly others: number
  /** Of this user's peers. */
  readonly peers: number
  /** How late timers of the doctor came, the worst tenth left out, in ms. */
  readonly timerDelayMs: number
}

export interface DoctorMachine {
  readonly nodeVersion: string
  /** What `peer start` takes for slots. */
  readonly parallelism: number
  readonly cores: number
  /** Cores that a container may use, from its CPU quota; undefined without one. */
  cpuLimit(): Promise<number | undefined>
  /** What this process may use: the machine's memory, or its container's. */
  memoryBytes(): number
  /** Resolves at the end of the wait. */
  cpuUse(): Promise<CpuUse>
}

export interface DoctorWorld {
  readonly options: DoctorOptions
  readonly clock: Clock
  readonly machine: DoctorMachine
  readonly files: DoctorFiles
  readonly network: DoctorNetwork
  /** The cluster's key by its fingerprint. @throws MurmurationError ERR_KEY; undefined where there is none yet */
  keyFingerprint(): Promise<string | undefined>
  /** Peers of this user on this machine. The same at each call. */
  running(): Promise<readonly RunningPeer[]>
  /** Addresses that are dialled because a person named them: bootstrap lists and invitations. The same at each call. */
  named(): Promise<readonly string[]>
  /** The same at each call. Never rejects. */
  sight(): Promise<Sight>
}

export const isThere = ({ state }: PeerSnapshot): boolean => state === 'alive' || state === 'suspect'

/** Executors that are there, with those that this peer cannot share jobs with. */
export const executorsIn = (sight: Sight): readonly PeerSnapshot[] =>
  sight.kind === 'seen' ? sight.peers.filter((peer) => isThere(peer) && peer.role === 'executor') : []

/** Of the peers of this machine that are seen: who runs here and how. */
export function localExecutors(sight: Sight, running: readonly RunningPeer[]): readonly PeerSnapshot[] {
  const ids: ReadonlySet<PeerId> = new Set(running.map(({ id }) => id))
  return executorsIn(sight).filter(({ id }) => ids.has(id))
}
