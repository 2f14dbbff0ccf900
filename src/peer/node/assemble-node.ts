/**
 * A cluster node from its parts: who tells whom. libp2p's events go to membership, membership's effects to pings and
 * reports, what others say to membership and the dialer.
 */

import type { Connection } from '@libp2p/interface'
import { type Clock, sleep, withDeadline } from '../../base/clock.ts'
import { type PeerId, peerId } from '../../base/ids.ts'
import {
  LEAVE_FLUSH_MS,
  MAX_ADDRESSES,
  MAX_CONCURRENT_DIALS,
  MAX_CONCURRENT_FILLERS,
  MAX_DOCTOR_ADDRESSES,
  MAX_HELLO_REPORTS,
  MIN_CONNECTIONS,
  NODE_STOP_MS,
  OBSERVER_CONNECTIONS,
  SETTLE_MS,
  SMALL_CLUSTER_PEERS,
} from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import type { Hello, LoadReport } from '../../protocol/messages.ts'
import type { Doorway } from '../admission/doorway.ts'
import { keyFingerprint } from '../identity/cluster-key.ts'
import type { DataDirectory } from '../identity/data-directory.ts'
import type { Keyring } from '../identity/keyring.ts'
import type { PeerFolder } from '../identity/peer-folder.ts'
import { isLoopback } from '../identity/running-peers.ts'
import { createActivityBook } from '../membership/activity-book.ts'
import { createIdentityConflicts } from '../membership/identity-conflicts.ts'
import { createJobAnnouncer } from '../membership/job-announcer.ts'
import { createKnownJobs } from '../membership/known-jobs.ts'
import { createLoadReporter } from '../membership/load-reporter.ts'
import { createMemberList } from '../membership/member-list.ts'
import type { ClusterLibp2p } from './cluster-libp2p.ts'
import type { ClusterNode, ClusterNodeOptions } from './cluster-node.ts'
import { createClusterViews } from './cluster-views.ts'
import { createConnectionLives } from './connection-lives.ts'
import { createConnector, type FailedProofs } from './connector.ts'
import { createDialer } from './dialer.ts'
import { createGossipTopics } from './gossip-topics.ts'
import { createHelloService } from './hello.ts'
import { fetchModel } from './model-streams.ts'
import { ownAddresses } from './own-addresses.ts'
import { createReach } from './reach.ts'
import { createRendezvous, type OwnEntry, type Rendezvous } from './rendezvous.ts'
import { createServedProtocols } from './served-protocols.ts'
import { openTaskChannel } from './task-streams.ts'

const log = createLog('node')
const admissionLog = createLog('admission')

export interface RunnableNode extends ClusterNode {
  start(): Promise<void>
  /** Ends what `start` began, whole or in part, and leaves the folder open. */
  halt(): Promise<void>
}

export interface NodeParts {
  readonly options: ClusterNodeOptions & { readonly clock: Clock; readonly random: Random }
  readonly libp2p: ClusterLibp2p
  readonly directory: DataDirectory
  readonly folder: PeerFolder
  readonly failedProofs: FailedProofs
  readonly doorway: Doorway
  /** Undefined with `insecure`. */
  readonly keyring: Keyring | undefined
  /** Instead of the `running/` folder: how peers of one machine find one another in the simulation. */
  readonly meetAt?: (compose: () => OwnEntry) => Rendezvous
}

export function assembleNode(parts: NodeParts): RunnableNode {
  const { options, libp2p, directory, folder } = parts
  const { clock, random, load } = options
  const self = peerId(libp2p.peerId.toString())
  const startedAt = clock.wallTime()
  const listeners = new Set<() => void>()
  const jobs = createKnownJobs()
  const activities = createActivityBook(clock)
  const conflicts = createIdentityConflicts(clock)
  const connector = createConnector({ libp2p, clock, hasKey: parts.keyring !== undefined }, parts.failedProofs)
  let followedPresence = -1
  let isAnyExecutorThere = false
  /** Since when there have been executors to send tasks to, or have been none. */
  let unchangedSinceMs = Number.POSITIVE_INFINITY
  let stopListeningToLoad: (() => void) | undefined
  let reportsHeard = 0
  let reportsSent = 0
  let leaving: Promise<void> | undefined
  let stopping: Promise<void> | undefined

  // ---- what this peer says ----

  const reporter = createLoadReporter({
    clock,
    random,
    countPeers: () => members.countAlive() + 1,
    compose: (position) => ({
      ...load.read(),
      ...position,
      peer: self,
      incarnation: folder.incarnation,
      name: folder.name,
      role: options.role,
      addresses: ownAddresses(libp2p),
      version: options.version,
      pixelVersion: options.pixelVersion,
      operationsHash: options.operationsHash,
      toldDirectly: 0,
    }),
    async publish(report) {
      reportsSent += 1
      conflicts.heard(report)
      const told = await gossip.publishReport(report)
      if (report.isLeaving) sayFarewell(told)
    },
  })

  /** A peer that leaves soon after it came has neighbours that its gossip does not reach yet: a hello does. */
  function sayFarewell(told: ReadonlySet<PeerId>): void {
    const untold = new Map(libp2p.getConnections().map((one) => [peerId(one.remotePeer.toString()), one]))
    for (const [peer, connection] of untold) if (!told.has(peer)) void hello.greet(connection)
  }

  const announcer = createJobAnnouncer(clock, (progress) => gossip.publishJob(progress))

  /** Somebody new listens. */
  function speakAgain(): void {
    reporter.changed()
    announcer.repeat()
  }

  function composeHello(): Hello {
    const nowMs = clock.now()
    const alive = members.alive().toSorted((a, b) => b.heardAtMs - a.heardAtMs)
    const heard = alive.slice(0, MAX_HELLO_REPORTS).map((member) => ({
      report: member.report,
      ageMs: Math.max(0, nowMs - member.heardAtMs),
    }))
    return { own: reporter.current(), heard }
  }

  // ---- what others say ----

  const members = createMemberList({
    self,
    clock,
    ping: (member) => reach.ping(member),
    onHeard: (report) => activities.heard(report, members.countAlive() + 1),
    onJoined(peer) {
      speakAgain()
      rememberExecutor(peer)
    },
  })
  const { pixelVersion, operationsHash } = options
  const views = createClusterViews({ self, clock, members, known: jobs, activities, pixelVersion, operationsHash })

  members.onChange(() => {
    if (members.presence() !== followedPresence) {
      followedPresence = members.presence()
      activities.follow(members.state().members)
    }
    notify()
  })

  /** A peer's own word. */
  function hear(report: LoadReport): void {
    reportsHeard += 1
    conflicts.heard(report)
    members.report(report)
  }

  const gossip = createGossipTopics({
    pubsub: libp2p.services.pubsub,
    onNeighbour: (peer) => libp2p.services.connectionMonitor.heard(peer),
    isAlive: (peer) => members.state().members.get(peer)?.state === 'alive',
    countAlive: members.countAlive,
    onReport: hear,
    onJob(progress) {
      if (!jobs.hear(progress)) return
      if (progress.state === 'running' && !members.state().connected.has(progress.coordinator)) dialer.kick()
      notify()
    },
    onSubscriber: speakAgain,
  })

  const hello = createHelloService({
    clock,
    compose: composeHello,
    onHello({ own, heard }, connection) {
      lives.heardOn(connection, own)
      hear(own)
      for (const report of heard) members.hearsay(report)
      dialer.kick()
    },
  })

  const protocols = createServedProtocols({ libp2p, clock, hello, isExecutor: options.role === 'executor' })

  // ---- connections ----

  function wantedConnections(): number {
    if (options.role === 'observer') return OBSERVER_CONNECTIONS
    const others = members.countAlive()
    return others < SMALL_CLUSTER_PEERS ? Math.max(MIN_CONNECTIONS, others) : MIN_CONNECTIONS
  }

  const lives = createConnectionLives(() => libp2p.getConnections())

  const reach = createReach({ libp2p, clock, connector, membership: members.state })

  const meetAt = parts.meetAt ?? ((compose: () => OwnEntry) => createRendezvous(directory.running, compose))
  const rendezvous = meetAt(() => {
    return { id: self, name: folder.name, role: options.role, addresses: ownAddresses(libp2p), started: startedAt }
  })

  const dialer = createDialer({
    clock,
    random,
    configured: options.bootstrap ?? [],
    known: folder.knownPeers.list(),
    wantedConnections,
    maxFillers: options.role === 'executor' ? MAX_CONCURRENT_FILLERS : MAX_CONCURRENT_DIALS,
    membership: members.state,
    coordinators: () => (options.role === 'executor' ? views.runningCoordinators() : []),
    readRunning: rendezvous.read,
    dial: async (addresses) => {
      const connection = await connector.dial(addresses)
      return connection ? peerId(connection.remotePeer.toString()) : self
    },
    onProblem: notify,
    // A peer of this machine that is gone may never come back there; one that does is found through running/.
    onAbsent({ id, addresses }) {
      if (addresses.every(isLoopback)) folder.knownPeers.forget(id)
    },
  })

  function onConnectionOpen({ detail: connection }: CustomEvent<Connection>): void {
    const { remotePeer, remoteAddr, direction, encryption } = connection
    admissionLog('%p is admitted (%s, %s, %s)', remotePeer, direction, remoteAddr, encryption)
    members.connection(peerId(remotePeer.toString()), true)
    if (connection.direction === 'outbound') void hello.greet(connection)
  }

  async function greetEverybody(): Promise<void> {
    const open = libp2p.getConnections().filter(({ status }) => status === 'open')
    const reports = await Promise.all(open.slice(0, MAX_DOCTOR_ADDRESSES).map((connection) => hello.greet(connection)))
    // who answered before its connection closed may have been restarted meanwhile
    const answered = reports.filter((report, index) => report !== undefined && open[index]?.status === 'open')
    conflicts.answeredTogether(answered.filter((report) => report !== undefined))
  }

  function onPeerDisconnect({ detail }: CustomEvent<{ toString(): string }>): void {
    members.connection(peerId(detail.toString()), false)
    dialer.kick()
  }

  function onDiscovery({ detail }: CustomEvent<{ id: { toString(): string }; multiaddrs: { toString(): string }[] }>) {
    const id = peerId(detail.id.toString())
    const addresses = detail.multiaddrs.map((address) => `${address}/p2p/${id}`).slice(0, MAX_ADDRESSES)
    if (id !== self) dialer.discovered({ id, addresses })
  }

  /** Whoever holds only a key that is no longer accepted goes; whoever was refused so far may be a member now. */
  function onKeysChanged(): void {
    const closed = parts.doorway.closeRetired(parts.keyring?.accepted() ?? [])
    log('the accepted keys changed, and with them %d connections ended', closed)
    dialer.retry()
  }

  // ---- views ----

  function notify(): void {
    const isAnyThere = views.hasExecutor()
    if (isAnyThere !== isAnyExecutorThere) unchangedSinceMs = clock.now()
    isAnyExecutorThere = isAnyThere
    for (const listener of [...listeners]) listener()
  }

  function rememberExecutor(peer: PeerId): void {
    const report = members.state().members.get(peer)?.report
    if (report?.role !== 'executor') return
    folder.knownPeers.remember({
      id: peer,
      name: report.name,
      addresses: report.addresses,
      lastSeen: clock.wallTime(),
    })
  }

  // ---- life ----

  async function start(): Promise<void> {
    await protocols.start()
    parts.keyring?.onChange(onKeysChanged)
    parts.keyring?.start()
    libp2p.addEventListener('connection:open', onConnectionOpen)
    libp2p.addEventListener('peer:disconnect', onPeerDisconnect)
    libp2p.addEventListener('peer:discovery', onDiscovery)
    await libp2p.start()
    gossip.start()
    members.start()
    stopListeningToLoad = load.onChange(reporter.changed)
    reporter.start()
    // Announced before the first look: of two that start together at least one sees the other.
    await rendezvous.announce()
    dialer.start()
    unchangedSinceMs = clock.now()
    log('%s is %s at %s', folder.name, self, ownAddresses(libp2p))
  }

  async function halt(): Promise<void> {
    dialer.stop()
    parts.keyring?.stop()
    stopListeningToLoad?.()
    reporter.stop()
    announcer.stop()
    listeners.clear()
    for (const member of members.alive()) rememberExecutor(member.report.peer)
    members.stop()
    reach.stop()
    gossip.stop()
    await rendezvous.withdraw()
    await withDeadline(clock, NODE_STOP_MS, 'closing the connections', Promise.resolve(libp2p.stop())).catch((error) =>
      log.error('the node did not stop in order - %e', error),
    )
  }

  async function stop(): Promise<void> {
    await halt()
    await folder.close()
  }

  return {
    id: self,
    name: folder.name,
    directory: folder.path,
    dataDir: directory.root,
    get keyFingerprint() {
      const [key] = parts.keyring?.accepted() ?? []
      return key && keyFingerprint(key)
    },
    get addresses() {
      return ownAddresses(libp2p)
    },
    start,
    halt,
    peers: views.peers,
    jobs: views.jobs,
    wasRunning: jobs.wasRunning,
    knows: members.countAlive,
    presence: members.presence,
    connections: () => members.state().connected.size,
    figures: () => ({
      connections: members.state().connected.size,
      reportsHeard,
      reportsSent,
      failedProofs: parts.failedProofs.count,
    }),
    executors: views.executors,
    isSettled: () => clock.now() - unchangedSinceMs >= SETTLE_MS,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    open: (peer, { signal }) => openTaskChannel(clock, peer, (until) => reach.connect(peer, until), { signal }),
    announceJob(progress) {
      if (jobs.hear(progress)) notify()
      announcer.announce(progress)
    },
    handleTasks: protocols.handleTasks,
    serveModels: protocols.serveModels,
    fetchModel: (from, digest, { signal }) =>
      fetchModel(digest, (until) => reach.connect(from, until), { clock, signal }),
    dialProblems: dialer.problems,
    identityConflicts: conflicts.list,
    remembered: folder.knownPeers.list,
    greetEverybody,
    speakNow: reporter.urgent,
    leave() {
      leaving ??= reporter.leave().then(() => sleep(clock, LEAVE_FLUSH_MS))
      return leaving
    },
    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}
