import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { peerId } from '../../../src/base/ids.ts'
import { MAX_KNOWN_PEERS, MAX_PEER_NAME_CHARS } from '../../../src/base/limits.ts'
import { createRandom } from '../../../src/base/random.ts'
import { dataDirectory } from '../../../src/peer/identity/data-directory.ts'
import { openPeerFolder, type PeerFolder, type PeerFolderOptions } from '../../../src/peer/identity/peer-folder.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

async function open(root: string, options: Partial<PeerFolderOptions> = {}): Promise<PeerFolder> {
  const folder = await openPeerFolder({
    directory: dataDirectory(root),
    role: 'executor',
    clock: createVirtualClock(),
    random: createRandom(1),
    ...options,
  })
  atEnd(() => folder.close())
  return folder
}

it('is named after the host and four letters, and private', async () => {
  const root = await temporaryFolder()
  const folder = await open(root, { hostname: 'Bob’s Laptop.local' })
  expect(folder.name).toMatch(/^bob-s-laptop-[a-z]{4}$/)
  expect(folder.path).toBe(join(root, 'peers', folder.name))
  expect((await stat(folder.path)).mode & 0o777).toBe(0o700)
})

it.each(['', '...', '日本', '-'.repeat(60), 'x'.repeat(300)])(
  'makes a name of any host name (%.20j)',
  async (hostname) => {
    const { name } = await open(await temporaryFolder(), { hostname })
    expect(name).toMatch(/^[a-z0-9][a-z0-9-]*-[a-z]{4}$/)
    expect(name.length).toBeLessThanOrEqual(MAX_PEER_NAME_CHARS)
  },
)

it('keeps its identity from life to life and counts the lives', async () => {
  const root = await temporaryFolder()
  const first = await open(root)
  await first.close()
  const second = await open(root)
  expect(second.name).toBe(first.name)
  expect(second.privateKey.equals(first.privateKey)).toBe(true)
  expect([first.incarnation, second.incarnation]).toEqual([1, 2])
})

it('is never shared: who comes second gets another one, and a freed one is used again', async () => {
  const root = await temporaryFolder()
  const random = createRandom(2)
  const first = await open(root, { random })
  const second = await open(root, { random })
  expect(second.name).not.toBe(first.name)
  expect(second.privateKey.equals(first.privateKey)).toBe(false)
  await first.close()
  expect((await open(root, { random })).name).toBe(first.name)
  expect(await readdir(join(root, 'peers'))).toHaveLength(2)
})

it('numbers a name that is in use, and says so', async () => {
  const root = await temporaryFolder()
  const notices: string[] = []
  const onNotice = (sentence: string) => notices.push(sentence)
  const names = []
  for (let count = 0; count < 3; count++) names.push((await open(root, { name: 'lab', onNotice })).name)
  expect(names).toEqual(['lab', 'lab-2', 'lab-3'])
  expect(notices).toEqual([
    'the name lab is in use on this machine: this peer is lab-2',
    'the name lab is in use on this machine: this peer is lab-3',
  ])
})

it('keeps observers apart from executors of the same name', async () => {
  const root = await temporaryFolder()
  const executor = await open(root, { name: 'lab' })
  const observer = await open(root, { name: 'lab', role: 'observer' })
  expect(observer.name).toBe('lab')
  expect(observer.path).toBe(join(root, 'observers', 'lab'))
  expect(observer.privateKey.equals(executor.privateKey)).toBe(false)
})

it.each(['', '../x', 'a/b', 'a b', '.hidden', '-x', 'ä', 'x'.repeat(41)])('refuses the name %j', async (name) => {
  const root = await temporaryFolder()
  expect((await rejectionOf(open(root, { name }))).code).toBe('ERR_USAGE')
  expect(await readdir(join(root, 'peers'))).toEqual([])
})

it('says which folder can not be written', async () => {
  const root = join(await temporaryFolder(), 'file')
  await writeFile(root, '')
  const error = await rejectionOf(open(root))
  expect(error.code).toBe('ERR_DATA_DIR')
  expect(error.message).toContain(root)
})

it('says which folder holds a damaged store', async () => {
  const root = await temporaryFolder()
  await (await open(root, { name: 'lab' })).close()
  await writeFile(join(root, 'peers', 'lab', 'store', 'CURRENT'), 'nonsense')
  const error = await rejectionOf(open(root, { name: 'lab' }))
  expect(error.code).toBe('ERR_DATA_DIR')
  expect(error.message).toContain(join(root, 'peers', 'lab'))
})

it('remembers the peers it met, the last seen first and no more than MAX_KNOWN_PEERS', async () => {
  const root = await temporaryFolder()
  const folder = await open(root)
  const count = MAX_KNOWN_PEERS + 50
  for (let index = 0; index < count; index++) {
    const addresses = [`/ip4/10.0.0.1/tcp/${index + 1}`]
    folder.knownPeers.remember({ id: peerId(`peer${index}`), name: `p${index}`, addresses, lastSeen: index })
  }
  await folder.close()
  const known = (await open(root)).knownPeers.list()
  expect(known).toHaveLength(MAX_KNOWN_PEERS)
  expect(known[0]).toEqual({
    id: `peer${count - 1}`,
    name: `p${count - 1}`,
    addresses: [`/ip4/10.0.0.1/tcp/${count}`],
    lastSeen: count - 1,
  })
  expect(known.at(-1)?.lastSeen).toBe(50)
})
