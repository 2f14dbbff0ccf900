/**
 * A cluster node from its parts: who tells whom. libp2p's events go to membership and discovery, what others say to membership,
 * and its changes to whoever listens. What this peer says is in announcements.ts, how it finds others in discovery.ts.
 */

import type { Connection } from '@libp2p/interface'
import { type Clock, withDeadline } from '../../base/clock.ts'
import { peerId } from '../../base/ids.ts'
import { MAX_DOCTOR_ADDRESSES, NODE_STOP_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import type { LoadReport } from '../../protocol/messages.ts'
import type { Doorway } from '../admission/doorway.ts'
import { keyFingerprint } from '../identity/cluster-key.ts'
import type { DataDirectory } from '../identity/data-directory.ts'
import type { Keyring } from '../identity/keyring.ts'
import type { PeerFolder } from '../identity/peer-folder.ts'
import { createActivityBook } from '../membership/activity-book.ts'
import { createIdentityConflicts } from '../membership/identity-conflicts.ts'
import { createKnownJobs } from '../membership/known-jobs.ts'
import { createMemberList } from '../membership/member-list.ts'
import { createAnnouncements } from './announcements.ts'
import type { ClusterLibp2p } from './cluster-libp2p.ts'
import type { ClusterNode, ClusterNodeOptions } from './cluster-node.ts'
import { createClusterViews } from './cluster-views.ts'
import { createConnectionLives } from './connection-lives.ts'
import { createConnector, type FailedProofs } from './connector.ts'
import { type AnnouncedPeer, createDiscovery } from './discovery.ts'
import { createGossipTopics } from './gossip-topics.ts'
import { createHelloService } from './hello.ts'
import { fetchModel } from './model-streams.ts'
import { ownAddresses } from './own-addresses.ts'
import { createReach } from './reach.ts'
import { createRendezvous, type OwnEntry, type Rendezvous } from './rendezvous.ts'
import { createServedProtocols } from './served-protocols.ts'
import { createSettling } from './settling.ts'
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
  const { clock, random, load, role, version, pixelVersion, operationsHash } = options
  const { name, incarnation } = folder
  const self = peerId(libp2p.peerId.toString())
  const addresses = (): readonly string[] => ownAddresses(libp2p)
  const startedAt = clock.wallTime()
  const listeners = new Set<() => void>()
  const jobs = createKnownJobs()
  const activities = createActivityBook(clock)
  const conflicts = createIdentityConflicts(clock)
  const connector = createConnector({ libp2p, clock, hasKey: parts.keyring !== undefined }, parts.failedProofs)
  let followedPresence = -1
  let reportsHeard = 0
  let stopping: Promise<void> | undefined

  // ---- what is known ----

  const members = createMemberList({
    self,
    clock,
    ping: (member) => reach.ping(member),
    onHeard: (report) => activities.heard(report, members.countAlive() + 1),
    onJoined(peer) {
      announcements.repeat()
      const report = members.state().members.get(peer)?.report
      if (report) discovery.remember(report)
    },
  })
  const views = createClusterViews({ self, clock, members, known: jobs, activities, pixelVersion, operationsHash })
  const settling = createSettling(clock, views.hasExecutor)

  members.onChange(() => {
    if (members.presence() !== followedPresence) {
      followedPresence = members.presence()
      activities.follow(members.state().members)
    }
    notify()
  })

  function notify(): void {
    settling.look()
    for (const listener of [...listeners]) listener()
  }

  // ---- what this peer and others say ----

  const announcements = createAnnouncements({
    clock,
    random,
    load,
    own: { peer: self, incarnation, name, role, version, pixelVersion, operationsHash },
    members,
    addresses,
    onReport: conflicts.heard,
    publishReport: (report) => gossip.publishReport(report),
    publishJob: (progress) => gossip.publishJob(progress),
    connections: () => libp2p.getConnections(),
    greet: (connection) => hello.greet(connection),
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
      if (progress.state === 'running' && !members.state().connected.has(progress.coordinator)) discovery.kick()
      notify()
    },
    onSubscriber: announcements.repeat,
  })

  const hello = createHelloService({
    clock,
    compose: announcements.composeHello,
    onHello({ own, heard }, connection) {
      lives.heardOn(connection, own)
      hear(own)
      for (const report of heard) members.hearsay(report)
      discovery.kick()
    },
  })

  async function greetEverybody(): Promise<void> {
    const open = libp2p.getConnections().filter(({ status }) => status === 'open')
    const reports = await Promise.all(open.slice(0, MAX_DOCTOR_ADDRESSES).map((connection) => hello.greet(connection)))
    // who answered before its connection closed may have been restarted meanwhile
    const answered = reports.filter((report, index) => report !== undefined && open[index]?.status === 'open')
    conflicts.answeredTogether(answered.filter((report) => report !== undefined))
  }

  // ---- connections ----

  const protocols = createServedProtocols({ libp2p, clock, hello, isExecutor: role === 'executor' })
  const lives = createConnectionLives(() => libp2p.getConnections())
  const reach = createReach({ libp2p, clock, connector, membership: members.state })
  const meetAt = parts.meetAt ?? ((compose: () => OwnEntry) => createRendezvous(directory.running, compose))
  const discovery = createDiscovery({
    clock,
    random,
    self,
    role,
    configured: options.bootstrap ?? [],
    knownPeers: folder.knownPeers,
    rendezvous: meetAt(() => ({ id: self, name, role, addresses: addresses(), started: startedAt })),
    connector,
    members,
    runningCoordinators: views.runningCoordinators,
    onProblem: notify,
  })

  function onConnectionOpen({ detail: connection }: CustomEvent<Connection>): void {
    const { remotePeer, remoteAddr, direction, encryption } = connection
    admissionLog('%p is admitted (%s, %s, %s)', remotePeer, direction, remoteAddr, encryption)
    members.connection(peerId(remotePeer.toString()), true)
    if (direction === 'outbound') void hello.greet(connection)
  }

  function onPeerDisconnect({ detail }: CustomEvent<{ toString(): string }>): void {
    members.connection(peerId(detail.toString()), false)
    discovery.kick()
  }

  const onDiscovery = ({ detail }: CustomEvent<AnnouncedPeer>): void => discovery.announced(detail)

  /** Whoever holds only a key that is no longer accepted goes; whoever was refused so far may be a member now. */
  function onKeysChanged(): void {
    const closed = parts.doorway.closeRetired(parts.keyring?.accepted() ?? [])
    log('the accepted keys changed, and with them %d connections ended', closed)
    discovery.retry()
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
    announcements.start()
    await discovery.start()
    settling.start()
    log('%s is %s at %s', name, self, addresses())
  }

  async function halt(): Promise<void> {
    parts.keyring?.stop()
    announcements.stop()
    listeners.clear()
    for (const { report } of members.alive()) discovery.remember(report)
    members.stop()
    reach.stop()
    gossip.stop()
    await discovery.stop()
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
    name,
    directory: folder.path,
    dataDir: directory.root,
    get keyFingerprint() {
      const [key] = parts.keyring?.accepted() ?? []
      return key && keyFingerprint(key)
    },
    get addresses() {
      return addresses()
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
      reportsSent: announcements.reportsSent,
      failedProofs: parts.failedProofs.count,
    }),
    executors: views.executors,
    isSettled: settling.isSettled,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    open: (peer, { signal }) => openTaskChannel(clock, peer, (until) => reach.connect(peer, until), { signal }),
    announceJob(progress) {
      if (jobs.hear(progress)) notify()
      announcements.announceJob(progress)
    },
    handleTasks: protocols.handleTasks,
    serveModels: protocols.serveModels,
    fetchModel: (from, digest, { signal }) =>
      fetchModel(digest, (until) => reach.connect(from, until), { clock, signal }),
    dialProblems: discovery.problems,
    identityConflicts: conflicts.list,
    remembered: folder.knownPeers.list,
    greetEverybody,
    speakNow: announcements.speakNow,
    leave: announcements.leave,
    stop() {
      stopping ??= stop()
      return stopping
    },
  }
}
