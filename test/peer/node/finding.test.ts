import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { createRandom } from '../../../src/base/random.ts'
import { dataDirectory } from '../../../src/peer/identity/data-directory.ts'
import { joinCluster } from '../../../src/peer/identity/join-cluster.ts'
import { loadOrCreateKeys } from '../../../src/peer/identity/key-file.ts'
import { openPeerFolder } from '../../../src/peer/identity/peer-folder.ts'
import type { ClusterNode } from '../../../src/peer/node/cluster-node.ts'
import { createConnector, createFailedProofs } from '../../../src/peer/node/connector.ts'
import { endpointOf } from '../../../src/peer/node/dial-plan.ts'
import { DEFAULT_PORT } from '../../../src/peer/node/listen-address.ts'
import { startTestNode } from '../../support/cluster-nodes.ts'
import { eventually, PATIENCE_MS } from '../../support/eventually.ts'
import { onFreePort } from '../../support/free-port.ts'
import { startMemberByHand } from '../../support/member-by-hand.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'

/** There is no such service any more, and unlike a port that was just given back it is given to nobody. */
const NOBODY = '/ip4/127.0.0.1/tcp/1'

const names = (node: ClusterNode): string[] => node.peers().map(({ name, state }) => `${name} ${state}`)

it('finds the peers of the same user on the same machine with nothing configured', async () => {
  const dataDir = await temporaryFolder()
  const first = await startTestNode({ dataDir, name: 'first' })
  const second = await startTestNode({ dataDir, name: 'second' })
  await eventually(() => first.knows() === 1 && second.knows() === 1)
  expect(names(first)).toEqual(['second alive'])
  expect(names(second)).toEqual(['first alive'])
  expect(second.executors()).toEqual([
    {
      id: first.id,
      name: 'first',
      slots: 2,
      maxPixels: 50_000_000,
      loadProbability: 0,
      isPaused: false,
      isDraining: false,
      outstanding: 0,
      msPerMegapixel: 0,
    },
  ])
})

it('finds one another when they start in the same moment', async () => {
  const dataDir = await temporaryFolder()
  const nodes = await Promise.all([1, 2, 3, 4].map(() => startTestNode({ dataDir })))
  expect(new Set(nodes.map(({ name }) => name)).size).toBe(4)
  await eventually(() => nodes.every((node) => node.knows() === 3))
})

it('gives a second peer of the same name a name and an identity of its own', async () => {
  const dataDir = await temporaryFolder()
  const notices: string[] = []
  const first = await startTestNode({ dataDir, name: 'lab' })
  const second = await startTestNode({ dataDir, name: 'lab', onNotice: (sentence) => notices.push(sentence) })
  expect(second.name).toBe('lab-2')
  expect(second.id).not.toBe(first.id)
  expect(notices).toHaveLength(1)
  await eventually(() => names(first).includes('lab-2 alive'))
})

it('is the same peer in its next life, and known as such', async () => {
  const dataDir = await temporaryFolder()
  const witness = await startTestNode({ dataDir, name: 'witness' })
  const before = await startTestNode({ dataDir, name: 'lab' })
  await eventually(() => witness.knows() === 1)
  await before.leave()
  await before.stop()
  await eventually(() => names(witness).includes('lab left'))
  const after = await startTestNode({ dataDir, name: 'lab' })
  expect(after.id).toBe(before.id)
  await eventually(() => names(witness).includes('lab alive'))
})

it('dials addresses with and without a peer id, also one whose peer has changed since', async () => {
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  const first = await startTestNode({ keyFile })
  const [address = ''] = first.addresses
  const plain = address.replace(/\/p2p\/.*/, '')
  const changed = `${plain}/p2p/12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN`
  for (const bootstrap of [address, plain, changed]) {
    const other = await startTestNode({ keyFile, bootstrap: [bootstrap] })
    await eventually(
      () => other.peers().some(({ id }) => id === first.id),
      PATIENCE_MS,
      () => other.dialProblems()[0]?.message,
    )
    expect(other.dialProblems()).toEqual([])
  }
})

it('does not mind its own address in a list that all machines share', async () => {
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  const first = await startTestNode({ keyFile })
  const [address = ''] = first.addresses
  const second = await onFreePort((port) => {
    const own = `/ip4/127.0.0.1/tcp/${port}`
    return startTestNode({ keyFile, listen: own, bootstrap: [own, address] })
  })
  await eventually(() => second.knows() === 1)
  expect(second.dialProblems()).toEqual([])
  expect(names(second)).toEqual([`${first.name} alive`])
})

it('dials the addresses of an invitation that was accepted', async () => {
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  const { current: key } = await loadOrCreateKeys(keyFile)
  const inviting = await startTestNode({ keyFile })
  const elsewhere = await temporaryFolder()
  await joinCluster({ addresses: inviting.addresses, key }, { dataDir: elsewhere })
  const joined = await startTestNode({ dataDir: elsewhere })
  await eventually(() => joined.knows() === 1 && inviting.knows() === 1)
})

it('finds its cluster again through peers of an earlier life, when nothing else tells of them', async () => {
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  const dataDir = await temporaryFolder()
  const first = await startTestNode({ keyFile })
  const before = await startTestNode({ keyFile, dataDir, bootstrap: first.addresses })
  await eventually(() => before.knows() === 1)
  await before.stop()
  const after = await startTestNode({ keyFile, dataDir })
  await eventually(() => after.knows() === 1)
})

it('forgets a peer of this machine that is gone, and says nothing of it', async () => {
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  let dataDir = ''
  const known = async () => {
    const folder = await openPeerFolder({
      directory: dataDirectory(dataDir),
      role: 'executor',
      name: 'lab',
      clock: systemClock,
      random: createRandom(1),
    })
    const names = folder.knownPeers.list().map(({ name }) => name)
    await folder.close()
    return names
  }
  await onFreePort(async (port) => {
    dataDir = await temporaryFolder()
    const listen = `/ip4/127.0.0.1/tcp/${port}`
    const first = await startTestNode({ keyFile, name: 'first', listen })
    const before = await startTestNode({ keyFile, dataDir, name: 'lab', bootstrap: first.addresses })
    await eventually(() => before.knows() === 1)
    await before.stop()
    await first.stop()
    expect(await known()).toEqual(['first'])
    await startTestNode({ keyFile, name: 'another-there', listen })
  })
  const after = await startTestNode({ keyFile, dataDir, name: 'lab', bootstrap: [NOBODY] })
  await eventually(() => after.dialProblems().length > 0)
  await eventually(() => !after.remembered().some(({ name }) => name === 'first'))
  expect(after.dialProblems().map(({ address }) => address)).toEqual([NOBODY])
  await after.stop()
  expect(await known()).not.toContain('first')
})

it('names a peer that is not the one that was dialled', async () => {
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  const [address = ''] = (await startTestNode({ keyFile })).addresses
  const libp2p = await startMemberByHand((await loadOrCreateKeys(keyFile)).current)
  const connector = createConnector({ libp2p, clock: systemClock, hasKey: true }, createFailedProofs())
  const stale = `${endpointOf(address)}/p2p/${(await startTestNode()).id}`
  const error = await rejectionOf(connector.dial([stale]))
  expect(error.message).toBe(`${stale}: another peer listens there now`)
})

it('takes the next free port when the default one is in use', async () => {
  const dataDir = await temporaryFolder()
  const first = await startTestNode({ dataDir, listen: undefined })
  const second = await startTestNode({ dataDir, listen: undefined })
  const ports = [first, second].map((node) => Number(/tcp\/(\d+)/.exec(node.addresses[0] ?? '')?.[1]))
  // other programs may take and leave ports there meanwhile, so the second need not be above the first
  for (const port of ports) expect(port).toBeGreaterThanOrEqual(DEFAULT_PORT)
  expect(ports[1]).not.toBe(ports[0])
})

it('refuses a port that was asked for and is in use, by its number, and frees its folder', async () => {
  const occupied = createServer()
  await new Promise<void>((resolve) => occupied.listen(0, '127.0.0.1', resolve))
  atEnd(() => new Promise((resolve) => occupied.close(resolve)))
  const { port } = occupied.address() as AddressInfo
  const dataDir = await temporaryFolder()
  const error = await rejectionOf(startTestNode({ dataDir, name: 'lab', listen: `/ip4/127.0.0.1/tcp/${port}` }))
  expect(error.code).toBe('ERR_PORT_TAKEN')
  expect(error.message).toContain(String(port))
  expect((await startTestNode({ dataDir, name: 'lab' })).name).toBe('lab')
})

it.each([
  { insecure: true, lan: true },
  { insecure: true, listen: '/ip4/0.0.0.0/tcp/0' },
  { insecure: true, listen: '/ip4/192.168.0.7/tcp/0' },
  { listen: '127.0.0.1:4601' },
])('refuses %j as wrong usage', async (options) => {
  expect((await rejectionOf(startTestNode(options))).code).toBe('ERR_USAGE')
})
