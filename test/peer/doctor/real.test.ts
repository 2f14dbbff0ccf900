/**
 * The doctor on real sockets, files and peers; each test has a cluster of its own on loopback. The doctor's time is the test's: it
 * stands still until what is to be seen can be seen, and passes slowly while the doctor says goodbye, however busy the machine is.
 */

import { chmod, cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { CHECKS } from '../../../src/peer/doctor/checks/index.ts'
import { type Diagnosis, diagnose } from '../../../src/peer/doctor/diagnose.ts'
import { createDoctorWorld } from '../../../src/peer/doctor/system-world.ts'
import type { DoctorOptions } from '../../../src/peer/doctor/world.ts'
import { loadOrCreateKeys } from '../../../src/peer/identity/key-file.ts'
import type { ClusterNode } from '../../../src/peer/node/cluster-node.ts'
import { createLoad, startTestNode } from '../../support/cluster-nodes.ts'
import { eventually } from '../../support/eventually.ts'
import { runSideBySide } from '../../support/side-by-side.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

runSideBySide()

/** What nodes of tests say they are. */
const PROGRAM = { version: '0.0.0-test', pixelVersion: 'pixels-1', operationsHash: 'operations-1' }

/** Longer than what was done over sockets in this process takes to be known to whoever dialled. */
const SETTLING_TURNS = 20

interface Examination extends Partial<DoctorOptions> {
  /** Whether the cluster has seen the doctor's observer: its look lasts until then. */
  readonly isSeen?: () => boolean
}

/** What the doctor finds, and how much of its own time it took. */
async function examineFor(
  dataDir: string,
  { isSeen = () => true, ...options }: Examination = {},
): Promise<{ diagnoses: readonly Diagnosis[]; tookMs: number }> {
  const virtual = createVirtualClock()
  const clock = { ...virtual, wallTime: systemClock.wallTime }
  const wanted: DoctorOptions = {
    dataDir,
    keyFile: join(dataDir, 'cluster.key'),
    isKeyFileNamed: false,
    bootstrap: [],
    out: join(dataDir, 'out'),
    isOutNamed: true,
    listen: '/ip4/127.0.0.1/tcp/0',
    lan: false,
    mdns: true,
    slots: 1,
    maxPixels: undefined,
    waitMs: 3_000,
    ...options,
  }
  const beganMs = clock.now()
  let isOver = false
  const diagnosing = diagnose(CHECKS, createDoctorWorld(wanted, PROGRAM, clock)).finally(() => {
    isOver = true
  })
  let turns = 0
  await eventually(async () => {
    // counted from when it was seen first
    if (turns > 0 || isSeen()) turns++
    await virtual.advance(0)
    return turns > SETTLING_TURNS
  })
  await virtual.advance(wanted.waitMs)
  await eventually(async () => {
    if (!isOver) await virtual.advance(5)
    return isOver
  })
  return { diagnoses: await diagnosing, tookMs: clock.now() - beganMs }
}

const examine = async (dataDir: string, examination?: Examination): Promise<readonly Diagnosis[]> =>
  (await examineFor(dataDir, examination)).diagnoses

/** To wait for in a peer that the doctor is to find. */
const seenBy =
  (...peers: readonly ClusterNode[]) =>
  (): boolean =>
    peers.every((peer) => peer.peers().some(({ role, state }) => role === 'observer' && state === 'alive'))

/** To wait for in a peer with another key. */
const refusedBy = (peer: ClusterNode) => (): boolean => peer.figures().failedProofs > 0

/** For tests in which no peer has to be found by looking. */
const NO_LOOK = { waitMs: 100 }

const problems = (diagnoses: readonly Diagnosis[]): readonly string[] =>
  diagnoses.filter(({ level }) => level === 'problem').map(({ check, sentence }) => `${check}: ${sentence}`)

const of = (diagnoses: readonly Diagnosis[], wanted: string): string =>
  diagnoses
    .filter(({ check }) => check === wanted)
    .map(({ level, sentence }) => `${level}: ${sentence}`)
    .join('\n')

/** A server of another program, and whether it has answered somebody who said something and hung up. */
async function otherProgram(): Promise<{ port: number; hasSpoken: () => boolean }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    // whoever dialled may reset it, and one that is not read never learns that its other end is gone
    socket.on('error', () => {}).resume()
    socket.end('220 this is no peer\r\n')
  })
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  atEnd(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = server.address() as AddressInfo
  return { port, hasSpoken: () => [...sockets].some(({ bytesRead, destroyed }) => bytesRead > 0 && destroyed) }
}

/** On it nobody listens: nobody has one of its services any more, and unlike a port that was just given back nobody is given it. */
const CLOSED_PORT = 1

it.concurrent('finds no problem beside a running peer, which goes on undisturbed', async () => {
  const peer = await startTestNode()
  const before = peer.addresses
  const diagnoses = await examine(peer.dataDir, { isSeen: seenBy(peer) })
  expect(problems(diagnoses)).toEqual([])
  expect(of(diagnoses, 'executors')).toBe('ok: 1 executor with 2 slots in all')
  expect(peer.addresses).toEqual(before)
  // it said goodbye: nobody is taken for dead
  await eventually(
    () =>
      peer
        .peers()
        .map(({ state, role }) => `${state} ${role}`)
        .join() === 'left observer',
  )
})

it.concurrent('ends in time, also with a bootstrap address that never answers', async () => {
  // a documentation network: routed nowhere
  const bootstrap = ['/ip4/192.0.2.1/tcp/4601']
  const { diagnoses, tookMs } = await examineFor(await temporaryFolder(), { bootstrap, waitMs: 1_000 })
  expect(tookMs).toBeLessThan(10_000)
  expect(of(diagnoses, 'addresses')).toMatch(/^problem: \/ip4\/192\.0\.2\.1\/tcp\/4601 is unreachable: /)
})

it.concurrent('names a bootstrap address on which nobody listens, and one where another program does', async () => {
  const { port: taken, hasSpoken } = await otherProgram()
  const bootstrap = [CLOSED_PORT, taken].map((port) => `/ip4/127.0.0.1/tcp/${port}`)
  const diagnoses = await examine(await temporaryFolder(), { bootstrap, isSeen: hasSpoken })
  const found = of(diagnoses, 'addresses')
  expect(found).toContain(
    `problem: /ip4/127.0.0.1/tcp/${CLOSED_PORT} is unreachable: that machine is there, but nothing listens on the port`,
  )
  expect(found).toContain(`problem: /ip4/127.0.0.1/tcp/${taken}: `)
})

it.concurrent('says that a port is taken, and which peer of this user has one', async () => {
  const { port } = await otherProgram()
  const folder = await temporaryFolder()
  expect(of(await examine(folder, { listen: `/ip4/127.0.0.1/tcp/${port}`, ...NO_LOOK }), 'port')).toBe(
    `problem: port ${port} is taken, by another program or by a peer with another data folder: peer start --listen /ip4/127.0.0.1/tcp/${port} would fail`,
  )
  const peer = await startTestNode({ name: 'attic' })
  const own = /\/tcp\/(\d+)/.exec(peer.addresses[0] ?? '')?.[1]
  expect(of(await examine(peer.dataDir, { listen: `/ip4/127.0.0.1/tcp/${own}`, ...NO_LOOK }), 'port')).toBe(
    `ok: port ${own} is used by attic, a peer of this user`,
  )
})

it.concurrent('says that a peer of another cluster is there: in a bootstrap list, and on this machine', async () => {
  const stranger = await startTestNode()
  const [address = ''] = stranger.addresses
  const endpoint = address.replace(/\/p2p\/.*/, '')
  // the same data folder, started with another --key-file
  const dataDir = await temporaryFolder()
  const other = await startTestNode({ dataDir, keyFile: join(await temporaryFolder(), 'other.key') })
  const [listed, here] = await Promise.all([
    examine(await temporaryFolder(), { bootstrap: [endpoint], isSeen: refusedBy(stranger) }),
    examine(dataDir, { isSeen: refusedBy(other) }),
  ])
  expect(of(listed, 'wrong-key')).toMatch(
    new RegExp(
      `^problem: the peer at ${endpoint} holds another cluster key \\(here it is [0-9a-f-]{9}\\): neither lets`,
    ),
  )
  expect(of(listed, 'addresses')).toMatch(/^ok: /)
  expect(of(here, 'wrong-key')).toContain('holds another cluster key')
})

it.concurrent('says that a peer makes other pixels', async () => {
  const peer = await startTestNode({ name: 'old', version: '0.0.9', pixelVersion: 'pixels-0' })
  const diagnoses = await examine(peer.dataDir, { isSeen: seenBy(peer) })
  expect(of(diagnoses, 'versions')).toBe(
    'problem: old gets no task from here: it makes other pixels (murmuration 0.0.9 with pixelVersion pixels-0; here 0.0.0-test with pixels-1)',
  )
})

it.concurrent('says that two peers have one identity, where a data folder was copied', async () => {
  const original = await temporaryFolder()
  const first = await startTestNode({ dataDir: original, name: 'attic' })
  await first.stop()
  const copy = join(await temporaryFolder(), 'copy')
  await cp(original, copy, { recursive: true })
  const one = await startTestNode({ dataDir: original, name: 'attic' })
  const other = await startTestNode({ dataDir: copy, name: 'attic' })
  expect(other.id).toBe(one.id)
  const [address = ''] = other.addresses
  const bootstrap = [address.replace(/\/p2p\/.*/, '')]
  const diagnoses = await examine(original, { bootstrap, isSeen: seenBy(one, other) })
  expect(of(diagnoses, 'identity')).toContain(
    `problem: two processes use the identity of attic (${one.id}) at the same time`,
  )
})

it.concurrent('says that no executor takes tasks', async () => {
  const load = createLoad()
  load.change({ isPaused: true })
  const peer = await startTestNode({ name: 'attic', load })
  expect(of(await examine(peer.dataDir, { isSeen: seenBy(peer) }), 'executors')).toBe(
    'problem: no executor takes tasks: attic is paused',
  )
})

it.concurrent('says that others may read the key file, and that the cluster cannot be looked at', async () => {
  const dataDir = await temporaryFolder()
  const keyFile = join(dataDir, 'cluster.key')
  await loadOrCreateKeys(keyFile)
  await chmod(keyFile, 0o644)
  const diagnoses = await examine(dataDir, NO_LOOK)
  expect(diagnoses[0]?.check).toBe('key-file')
  expect(of(diagnoses, 'key-file')).toContain('has mode 0644: run chmod 600')
  expect(of(diagnoses, 'executors')).toContain('problem: the cluster could not be looked at: the cluster key file')
})

it.concurrent('says that the output folder, or the data folder, cannot be written', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'a-file')
  await writeFile(file, 'not a folder')
  // not even root may make files there
  const readOnly = '/proc/murmuration'
  const [belowFile, belowProc, diagnoses] = await Promise.all([
    examine(folder, { out: join(file, 'out'), ...NO_LOOK }),
    examine(await temporaryFolder(), { out: readOnly, ...NO_LOOK }),
    examine(readOnly, { out: folder, ...NO_LOOK }),
  ])
  expect(of(belowFile, 'output-folder')).toMatch(
    /^problem: the output folder .*\/a-file\/out cannot be written: .*a-file/,
  )
  expect(of(belowProc, 'output-folder')).toMatch(/^problem: the output folder \/proc\/murmuration cannot be written: /)
  expect(diagnoses[0]?.check).toBe('data-folder')
  expect(problems(diagnoses)[0]).toMatch(
    /^data-folder: the data folder \/proc\/murmuration cannot be written, so no peer can start: /,
  )
})

it.concurrent('leaves nothing in the folders that it tries', async () => {
  const out = await temporaryFolder()
  await mkdir(join(out, 'mine'))
  await examine(await temporaryFolder(), { out, ...NO_LOOK })
  expect(await readdir(out)).toEqual(['mine'])
})
