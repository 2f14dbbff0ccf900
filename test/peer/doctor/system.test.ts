/** What the doctor reads of the real machine. */

import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemFiles } from '../../../src/peer/doctor/system-files.ts'
import { createSystemMachine, readCpuLimit } from '../../../src/peer/doctor/system-machine.ts'
import { systemNetwork } from '../../../src/peer/doctor/system-network.ts'
import { startTestNode } from '../../support/cluster-nodes.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

describe('the CPU limit', () => {
  const limit = (files: Readonly<Record<string, string>>) => readCpuLimit(async (path) => files[path])

  it('is that of a container, whose group is the root', async () => {
    expect(await limit({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '150000 100000\n' })).toBe(1.5)
  })

  it('is the narrowest on the way up', async () => {
    const files = {
      '/proc/self/cgroup': '0::/user.slice/murmuration.service\n',
      '/sys/fs/cgroup/user.slice/cpu.max': '200000 100000\n',
      '/sys/fs/cgroup/user.slice/murmuration.service/cpu.max': 'max 100000\n',
    }
    expect(await limit(files)).toBe(2)
  })

  it('is read of older kernels too, where -1 means none', async () => {
    const period = { '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n' }
    expect(await limit({ ...period, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n' })).toBe(0.5)
    expect(await limit({ ...period, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' })).toBeUndefined()
  })

  it('is none where nothing is said', async () => {
    expect(await limit({})).toBeUndefined()
    expect(await limit({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' })).toBeUndefined()
  })
})

it("counts what this user's peers use of the CPU apart from other programs", async () => {
  const clock = createVirtualClock()
  let busyMs = 0
  let ticks = 0
  const stat = () => `4711 (a peer) of mine) S ${Array.from({ length: 10 }, () => 0).join(' ')} ${ticks} ${ticks} 0`
  const machine = createSystemMachine({
    clock,
    waitMs: 1000,
    cores: 2,
    readText: async (path) => (path === '/proc/4711/stat' ? stat() : undefined),
    peerPids: Promise.resolve([4711]),
    readCpu: () => ({ cores: 2, machineBusyMs: busyMs, ownMs: 0 }),
  })
  await new Promise(setImmediate)
  busyMs = 1500
  ticks = 25
  await clock.advance(1000)
  // 50 ticks of 10 ms are the peer's, of 2 s that two cores have
  expect(await machine.cpuUse()).toMatchObject({ peers: 0.25, others: 0.5 })
})

it.runIf(process.platform === 'linux')('knows which process holds an identity, without touching its lock', async () => {
  const dataDir = await temporaryFolder()
  const node = await startTestNode({ dataDir, name: 'attic' })
  const lock = join(dataDir, 'peers', 'attic', 'store', 'LOCK')
  expect(await systemFiles.lockHolder(lock)).toBe(process.pid)
  await node.stop()
  expect(await systemFiles.lockHolder(lock)).toBeUndefined()
})

it('tells a closed port from an open one, and a free port from a taken one', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  const { port } = server.address() as AddressInfo
  expect(await systemNetwork.connect('127.0.0.1', port)).toBe('open')
  expect(await systemNetwork.listen('127.0.0.1', port)).toBe('taken')
  await new Promise((resolve) => server.close(resolve))
  // not that port: other programs are given what is free
  expect(await systemNetwork.connect('127.0.0.1', 1)).toBe('refused')
  expect(await systemNetwork.listen('127.0.0.1', 0)).toBe('free')
  expect(await systemNetwork.connect('nobody.invalid', port)).toBe('unknown-host')
  expect(await systemNetwork.listen('192.0.2.1', port)).toBe('no-such-address')
})

it('says that multicast fails where the interface has none of that address, and where the port cannot be shared', async () => {
  expect(await systemNetwork.multicast('192.0.2.1')).toBe('failed')
  const greedy = createSocket({ type: 'udp4', reuseAddr: false })
  const isAlone = await new Promise<boolean>((resolve) => {
    greedy.once('error', () => resolve(false))
    greedy.bind({ port: 5353, exclusive: true }, () => resolve(true))
  })
  atEnd(async () => greedy.close())
  // another mDNS program of this machine may have the port already
  if (isAlone) expect(await systemNetwork.multicast('127.0.0.1')).toBe('failed')
})
