/** Real nodes against programs that speak libp2p and are no members: they never see a protocol, a topic or identify. */

import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { noise } from '@chainsafe/libp2p-noise'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { ConnectionEncrypter } from '@libp2p/interface'
import { tls } from '@libp2p/tls'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { MAX_UNPROVEN_CONNECTIONS } from '../../../src/base/limits.ts'
import { type AdmissionComponents, admit } from '../../../src/peer/admission/admit.ts'
import { createNonce, NONCE_BYTES, proofTag, TAG_BYTES } from '../../../src/peer/admission/proof.ts'
import { type ClusterKey, keyFingerprint } from '../../../src/peer/identity/cluster-key.ts'
import { loadOrCreateKeys } from '../../../src/peer/identity/key-file.ts'
import { rotateClusterKey } from '../../../src/peer/identity/rotate-key.ts'
import type { ClusterNode } from '../../../src/peer/node/cluster-node.ts'
import { startTestNode } from '../../support/cluster-nodes.ts'
import { eventually } from '../../support/eventually.ts'
import { type AtTheDoor, expectShutOut, impostor, startStranger } from '../../support/stranger.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'

it('does not even negotiate with a stock libp2p', async () => {
  const node = await startTestNode()
  const stranger = await startStranger([tls(), noise()])
  await expect(stranger.dial(multiaddr(node.addresses[0]))).rejects.toThrow('could not negotiate')
  await expectShutOut(stranger, node)
})

it('gives nothing to a stranger who knows the name of the protocol and no key', async () => {
  const node = await startTestNode()
  await expectShutOut(await startStranger([impostor(async () => {})]), node)
})

it.each(['tls', 'noise'] as const)('gives nothing to a member of another cluster over %s', async (name) => {
  const node = await startTestNode()
  const wrongKey = { keys: { accepted: () => [new Uint8Array(32).fill(9)] } }
  const encrypter: (components: Parameters<ReturnType<typeof tls>>[0] & AdmissionComponents) => ConnectionEncrypter =
    name === 'tls' ? admit(tls(), wrongKey) : admit(noise(), wrongKey)
  await expectShutOut(await startStranger([encrypter]), node)
})

describe('gives nothing to a stranger who has recorded members', () => {
  /** What the stranger has of one session: it was a member itself until the key was changed. */
  interface Recorded {
    readonly nonce: Uint8Array
    readonly tag: Uint8Array
    readonly theirNonce: Uint8Array
    readonly theirTag: Uint8Array
  }

  const read = async ({ bytes }: AtTheDoor, count: number): Promise<Uint8Array> =>
    Uint8Array.from((await bytes.read({ bytes: count })).subarray())

  /** Proves `key`, honestly, and keeps all that was said. */
  const recording =
    (key: ClusterKey, into: Recorded[]) =>
    async (door: AtTheDoor): Promise<void> => {
      const { bytes, role, self, remote } = door
      const nonce = createNonce([key], role, self)
      await bytes.write(nonce)
      const theirNonce = await read(door, NONCE_BYTES)
      const subject =
        role === 'initiator'
          ? { initiator: self, responder: remote, initiatorNonce: nonce, responderNonce: theirNonce }
          : { initiator: remote, responder: self, initiatorNonce: theirNonce, responderNonce: nonce }
      const tag = proofTag(key, role, subject)
      await bytes.write(tag)
      into.push({ nonce, tag, theirNonce, theirTag: await read(door, TAG_BYTES) })
    }

  /** A node, and sessions with it in both directions that were good until its key was changed. */
  async function setUp() {
    const keyFile = join(await temporaryFolder(), 'cluster.key')
    const { current: old } = await loadOrCreateKeys(keyFile)
    const privateKey = await generateKeyPair('Ed25519')
    const outbound: Recorded[] = []
    const inbound: Recorded[] = []
    const listening = await startStranger([impostor(recording(old, inbound))], {
      privateKey,
      listen: ['/ip4/127.0.0.1/tcp/0'],
    })
    const dialler = await startTestNode({ keyFile, bootstrap: listening.getMultiaddrs().map(String) })
    await eventually(() => inbound.length > 0)
    await dialler.stop()
    await listening.stop()
    const node = await startTestNode({ keyFile })
    const dialling = await startStranger([impostor(recording(old, outbound))], { privateKey })
    for (let count = 0; count < 2; count++) {
      const connection = await dialling.dial(multiaddr(node.addresses[0]), { force: true })
      await connection.close()
    }
    await dialling.stop()
    const { current } = await rotateClusterKey(keyFile, 0, Date.now())
    await eventually(() => node.keyFingerprint === keyFingerprint(current) && node.connections() === 0)
    const [first, second] = outbound
    const [asResponder] = inbound
    if (!first || !second || !asResponder) throw new Error('nothing was recorded')
    return { node, privateKey, first, second, asResponder, old }
  }

  it('replays, mixes and reflects proofs that were good, and proves the key that was changed', async () => {
    const { node, privateKey, first, second, asResponder, old } = await setUp()
    const say =
      (nonce: Uint8Array, tag: Uint8Array) =>
      async ({ bytes }: AtTheDoor) => {
        await bytes.write(nonce)
        await bytes.write(tag)
      }
    const attempts: readonly (readonly [string, (door: AtTheDoor) => Promise<void>])[] = [
      ['a whole session again', say(first.nonce, first.tag)],
      ['the nonce of one session, the tag of another', say(first.nonce, second.tag)],
      ["the node's own tag of an earlier session", say(first.theirNonce, first.theirTag)],
      ["the node's own nonce and tag, from when it dialled", say(asResponder.theirNonce, asResponder.theirTag)],
      ['what it said as the one that was dialled', say(asResponder.nonce, asResponder.tag)],
      [
        'nonce and tag of this very session, sent back',
        async (door) => {
          await door.bytes.write(await read(door, NONCE_BYTES))
          await door.bytes.write(await read(door, TAG_BYTES))
        },
      ],
      ['the key of before', recording(old, [])],
      ['zeros', say(new Uint8Array(NONCE_BYTES), new Uint8Array(TAG_BYTES))],
    ]
    for (const [what, prove] of attempts) {
      const stranger = await startStranger([impostor(prove)], { privateKey })
      await expectShutOut(stranger, node).catch((error: unknown) => {
        throw new Error(`not shut out with ${what}`, { cause: error })
      })
      await stranger.stop()
    }
  })
})

describe('a flood of connections that prove nothing', () => {
  it('keeps no member out, and takes bounded room', async () => {
    const keyFile = join(await temporaryFolder(), 'cluster.key')
    await loadOrCreateKeys(keyFile)
    const node = await startTestNode({ keyFile })
    const { host, port } = addressOf(node)
    const open = new Set<Socket>()
    let opened = 0
    let isOver = false
    atEnd(async () => {
      isOver = true
      for (const socket of open) socket.destroy()
    })
    function flood(): void {
      if (isOver) return
      opened++
      const socket = connect({ host, port })
      open.add(socket)
      socket.on('error', () => undefined)
      // Whoever is closed comes back: all places are taken all the time.
      socket.on('close', () => {
        open.delete(socket)
        setTimeout(flood, 1_000)
      })
    }
    for (let count = 0; count < MAX_UNPROVEN_CONNECTIONS + 40; count++) flood()
    await eventually(() => open.size >= MAX_UNPROVEN_CONNECTIONS - 40)
    const member = await startTestNode({ keyFile, bootstrap: node.addresses })
    await eventually(() => member.knows() === 1 && node.knows() === 1)
    expect(opened).toBeGreaterThan(MAX_UNPROVEN_CONNECTIONS)
    // it goes on; where all of them were just closed for their silence, they are coming back
    await eventually(() => open.size > MAX_UNPROVEN_CONNECTIONS / 2)
  })
})

it('gives nothing to one who speaks no protocol at all', async () => {
  const node = await startTestNode()
  const { host, port } = addressOf(node)
  const socket = connect({ host, port })
  atEnd(async () => socket.destroy())
  const heard: string[] = []
  socket.on('data', (bytes) => heard.push(bytes.toString('latin1')))
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000))
  await closed
  // At most the greeting of multistream-select, which says nothing about the cluster.
  expect(heard.join('').replace('\x13/multistream/1.0.0\n', '')).toBe('')
  expect(node.peers()).toEqual([])
})

it('names a wrong key to the person whose key it is, and tells it from "nobody there"', async () => {
  const there = await startTestNode()
  const silent = '/ip4/127.0.0.1/tcp/1'
  const here = await startTestNode({ bootstrap: [there.addresses[0] ?? '', silent] })
  await eventually(() => here.dialProblems().length === 2)
  const endpoint = there.addresses[0]?.replace(/\/p2p\/.*/, '')
  const problems = here.dialProblems().toSorted((a, b) => a.code.localeCompare(b.code))
  expect(problems).toEqual([
    {
      address: silent,
      code: 'ERR_UNREACHABLE',
      message: `${silent}: nobody listens there (connection refused)`,
    },
    {
      address: endpoint,
      code: 'ERR_WRONG_KEY',
      message: `the peer at ${endpoint} belongs to a cluster with another key`,
    },
  ])
  expect([...here.peers(), ...there.peers()]).toEqual([])
})

it('tells a peer without a key from one with another key', async () => {
  const open = await startTestNode({ insecure: true })
  const closed = await startTestNode({ bootstrap: open.addresses })
  await eventually(() => closed.dialProblems().length === 1)
  expect(closed.dialProblems()[0]).toMatchObject({
    code: 'ERR_UNREACHABLE',
    message: expect.stringContaining('started with --insecure'),
  })
})

it('lets peers without a key find one another', async () => {
  const one = await startTestNode({ insecure: true })
  const two = await startTestNode({ insecure: true, bootstrap: one.addresses })
  await eventually(() => one.knows() === 1 && two.knows() === 1)
})

function addressOf(node: ClusterNode): { host: string; port: number } {
  const [, host = '', port = ''] = /^\/ip4\/([^/]+)\/tcp\/(\d+)/.exec(node.addresses[0] ?? '') ?? []
  return { host, port: Number(port) }
}
