/**
 * Gossip beyond what one machine can run as processes.
 *
 * - Fifty peers in one process, real sockets: whether everybody hears everybody.
 * - What one report costs whoever hears it, all of libp2p included: thirty peers in one process, each speaking every two seconds
 *   and then four times as often; the difference of CPU time over the difference of reports heard. They meet through one of them as
 *   on thirty machines, so that not all are connected, and copies are in it, as many as the mesh makes.
 * - A cluster of 100 and of 1,000: the real reporters in virtual time say how many reports a peer hears, the real member list,
 *   activities and log what they cost there. The share of a core is both together, and what an idle peer costs without hearing.
 */

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PeerId, peerId } from '../dist/base/ids.js'
import { createRandom } from '../dist/base/random.js'
import { createChangeTeller } from '../dist/peer/change-teller.js'
import { createClusterWatch } from '../dist/peer/cluster-watch.js'
import { dataDirectory } from '../dist/peer/identity/data-directory.js'
import { createActivityBook } from '../dist/peer/membership/activity-book.js'
import { createLoadReporter } from '../dist/peer/membership/load-reporter.js'
import { createMemberList } from '../dist/peer/membership/member-list.js'
import { memberSnapshot } from '../dist/peer/membership/member-views.js'
import type { Peer } from '../dist/peer/peer.js'
import { createPeerLog } from '../dist/peer/peer-log.js'
import { startPeer } from '../dist/peer/start-peer.js'
import { decodeLoadReport, encodeLoadReport } from '../dist/protocol/load-report-codec.js'
import { report } from './measure.ts'

/** REPORT_IDLE_MS and a second for the way. */
const REPORTED_WITHIN_MS = 6_000
const LOOKS = 4
const SPEAKING_MS = 20_000
/** An idle peer speaks after 0.9 to 1 times REPORT_IDLE_MS. */
const MEAN_IDLE_INTERVAL_MS = 4_750

export async function gossipScale(): Promise<void> {
  await withPeersHere(50, async (peers) => {
    let delivered = 0
    const { cpuMs, elapsedMs } = await during(async () => {
      for (let look = 0; look < LOOKS; look++) {
        await pause(REPORTED_WITHIN_MS)
        delivered += heardPairs(peers, REPORTED_WITHIN_MS)
      }
    })
    const share = delivered / (LOOKS * peers.length * (peers.length - 1))
    report('50 peers in one process: reports delivered', `${(share * 100).toFixed(1)} %`, 'must be 100 %')
    report(
      'idle peer of 50 in one process: CPU',
      `${((cpuMs / elapsedMs / peers.length) * 100).toFixed(2)} % of a core`,
    )
  })
  const { msPerReport, restShare } = await withPeersHere(30, costOfReport, { asOnManyMachines: true })
  report('a report heard, copies and passing on included: CPU', `${msPerReport.toFixed(2)} ms`)
  report('a peer that hears nothing, its connections: CPU', `${(restShare * 100).toFixed(2)} % of a core`)
  for (const peers of [100, 1_000]) {
    for (const isBusy of [false, true]) {
      const { heardPerSecond, share } = simulated(peers, isBusy)
      const all = restShare + (heardPerSecond * msPerReport) / 1_000 + share
      const what = `peer of ${peers} (simulated), ${isBusy ? 'all busy' : 'idle'}`
      report(`${what}: reports heard a second`, heardPerSecond.toFixed(1), 'about 20 at most')
      report(`${what}: CPU of its own lists`, `${(share * 100).toFixed(2)} % of a core`)
      report(`${what}: CPU in all`, `${(all * 100).toFixed(2)} % of a core`, 'aim 5')
    }
  }
}

// ---- real peers ----

async function withPeersHere<T>(
  count: number,
  work: (peers: readonly Peer[]) => Promise<T>,
  { asOnManyMachines = false } = {},
): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'murmuration-bench-'))
  const peers: Peer[] = []
  try {
    for (let index = 0; index < count; index++) {
      const apart = asOnManyMachines && {
        dataDir: join(dataDir, String(index)),
        ...(index > 0 && { keyFile: dataDirectory(join(dataDir, '0')).keyFile, bootstrap: peers[0]?.addresses ?? [] }),
      }
      const name = `peer-${index}`
      peers.push(await startPeer({ dataDir, name, listen: '/ip4/127.0.0.1/tcp/0', executor: { load: 0 }, ...apart }))
    }
    const endMs = performance.now() + 120_000
    while (heardPairs(peers, Number.POSITIVE_INFINITY) < count * (count - 1)) {
      if (performance.now() > endMs) throw new Error(`${count} peers did not find one another within two minutes`)
      await pause(200)
    }
    await pause(10_000)
    return await work(peers)
  } finally {
    await Promise.all(peers.map((peer) => peer.stop({ atOnce: true })))
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** From two rates that are both busy: between a quiet cluster and a busy one the code warms up, which hides the cost. */
async function costOfReport(peers: readonly Peer[]): Promise<{ msPerReport: number; restShare: number }> {
  const slow = await speaking(peers, 2_000)
  const fast = await speaking(peers, 500)
  const msPerReport = (fast.cpuMs - slow.cpuMs) / (fast.heard - slow.heard)
  const quiet = await during(() => pause(SPEAKING_MS))
  const quietHeard = (peers.length - 1) * (quiet.elapsedMs / MEAN_IDLE_INTERVAL_MS)
  const restMs = Math.max(0, quiet.cpuMs / peers.length - quietHeard * msPerReport)
  return { msPerReport, restShare: restMs / quiet.elapsedMs }
}

/** CPU time of one of `peers` while each tells a change every `periodMs`, and how many reports it hears in that time. */
async function speaking(peers: readonly Peer[], periodMs: number): Promise<{ cpuMs: number; heard: number }> {
  const rounds = SPEAKING_MS / periodMs
  const { cpuMs } = await during(async () => {
    for (let round = 0; round < rounds; round++) {
      for (const peer of peers) peer.setLoadProbability(((round % 2) + 1) / 10)
      await pause(periodMs)
    }
  })
  return { cpuMs: cpuMs / peers.length, heard: (peers.length - 1) * rounds }
}

/** Of all ordered pairs, those where the first heard the second, alive, within `withinMs`. */
const heardPairs = (peers: readonly Peer[], withinMs: number): number =>
  peers
    .flatMap((peer) => peer.snapshot().peers)
    .filter(({ isSelf, state, lastSeenMsAgo }) => !isSelf && state === 'alive' && lastSeenMsAgo <= withinMs).length

async function during(work: () => Promise<void>): Promise<{ readonly cpuMs: number; readonly elapsedMs: number }> {
  const before = process.cpuUsage()
  const startedMs = performance.now()
  await work()
  const { user, system } = process.cpuUsage(before)
  return { cpuMs: (user + system) / 1_000, elapsedMs: performance.now() - startedMs }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

// ---- virtual time ----

interface Heard {
  readonly atMs: number
  readonly bytes: Uint8Array
}

/** Once around at the slowest rate, before anything is measured, and then some rounds more. */
const WARM_MS = 120_000
const MEASURED_MS = 300_000

/** What one peer of `peers` hears a second, and the share of a core that its own lists cost for it. */
function simulated(peers: number, isBusy: boolean): { heardPerSecond: number; share: number } {
  const heard = reportsOf(peers, isBusy, WARM_MS + MEASURED_MS)
  const clock = createVirtualClock()
  const observer = createObserver(clock, peers)
  let measured = 0
  let before = process.cpuUsage()
  for (const { atMs, bytes } of heard) {
    clock.advanceTo(atMs)
    if (atMs < WARM_MS) before = process.cpuUsage()
    else measured += 1
    observer.hear(bytes)
  }
  clock.advanceTo(WARM_MS + MEASURED_MS)
  const { user, system } = process.cpuUsage(before)
  observer.stop()
  return { heardPerSecond: (measured * 1_000) / MEASURED_MS, share: (user + system) / 1_000 / MEASURED_MS }
}

function reportsOf(peers: number, isBusy: boolean, durationMs: number): readonly Heard[] {
  const clock = createVirtualClock()
  const heard: Heard[] = []
  for (let index = 1; index < peers; index++) {
    const peer = somePeer(index)
    const random = createRandom(index)
    let completed = 0
    const reporter = createLoadReporter({
      clock,
      random,
      countPeers: () => peers,
      compose: (position) => ({ ...position, ...wordsOf(peer, index), counts: countsOf(completed) }),
      publish: async (content) => void heard.push({ atMs: clock.now(), bytes: encodeLoadReport(content) }),
    })
    // they did not start in one moment
    clock.setTimer(random.next() * peers * 100, reporter.start)
    const work = (): void => {
      completed += 1
      reporter.changed()
      clock.setTimer(200, work)
    }
    if (isBusy) clock.setTimer(random.next() * 200, work)
  }
  clock.advanceTo(durationMs)
  return heard
}

/** The parts of a peer that a report goes through, put together as in assemble-node.ts and running-peer.ts. */
function createObserver(clock: VirtualClock, peers: number) {
  const self = somePeer(0)
  const activities = createActivityBook(clock)
  const members = createMemberList({
    self,
    clock,
    ping: () => Promise.resolve(),
    onHeard: (content) => activities.heard(content, members.countAlive() + 1),
    onJoined: () => {},
  })
  const log = createPeerLog(clock)
  const node = {
    id: self,
    jobs: () => [],
    wasRunning: () => false,
    dialProblems: () => [],
    identityConflicts: () => [],
    presence: members.presence,
    peers: () =>
      [...members.state().members.values()]
        .map((member) => memberSnapshot(member, activities.of(member.report.peer), clock.now()))
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
  }
  const watch = createClusterWatch({ node, log, onForeignJobEnded: () => {} })
  const changes = createChangeTeller(clock, watch.look)
  let followedPresence = -1
  members.onChange(() => {
    if (members.presence() !== followedPresence) {
      followedPresence = members.presence()
      activities.follow(members.state().members)
    }
    changes.changed()
  })
  members.start()
  return {
    hear: (bytes: Uint8Array) => members.report(decodeLoadReport(bytes)),
    stop() {
      if (members.alive().length !== peers - 1) throw new Error(`expected ${peers - 1} peers alive`)
      members.stop()
      changes.stop()
    },
  }
}

const ids: PeerId[] = []
function somePeer(index: number): PeerId {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz123456789'
  ids[index] ??= peerId(`12D3KooW${Array.from(randomBytes(44), (byte) => letters[byte % letters.length]).join('')}`)
  return ids[index]
}

const countsOf = (completed: number) => ({ accepted: completed, refused: 0, delayed: 0, completed, failed: 0 })

const wordsOf = (peer: PeerId, index: number) => ({
  peer,
  incarnation: 1,
  name: `peer-${index}`,
  role: 'executor' as const,
  addresses: [`/ip4/192.168.1.10/tcp/4601/p2p/${peer}`, `/ip4/127.0.0.1/tcp/4601/p2p/${peer}`],
  version: '0.1.0',
  pixelVersion: 'bench',
  operationsHash: '0123456789abcdef',
  slots: 4,
  maxPixels: 50_000_000,
  running: 2,
  parked: 1,
  loadProbability: 0,
  isPaused: false,
  isDraining: false,
  msPerMegapixel: 20,
  strategies: [{ strategy: 'balanced', tasks: 100, totalMs: 10_000 }],
  toldDirectly: 0,
})

type VirtualClock = ReturnType<typeof createVirtualClock>

/** Timers by their time in slots of a millisecond: a thousand peers set many. */
function createVirtualClock() {
  let nowMs = 0
  const slots = new Map<number, Set<() => void>>()
  return {
    now: () => nowMs,
    wallTime: () => nowMs,
    setTimer(delayMs: number, callback: () => void) {
      const slot = Math.max(Math.floor(nowMs) + 1, Math.ceil(nowMs + delayMs))
      const due = slots.get(slot) ?? new Set()
      slots.set(slot, due.add(callback))
      return { cancel: () => void due.delete(callback) }
    },
    advanceTo(atMs: number) {
      while (nowMs < atMs) {
        nowMs = Math.min(atMs, Math.floor(nowMs) + 1)
        const due = slots.get(nowMs)
        slots.delete(nowMs)
        for (const callback of due ?? []) callback()
      }
    },
  }
}

if (import.meta.main) await gossipScale()
