/**
 * Connections that take their time, at every stage before they are admitted, against a real node: each is closed within the
 * bound, and its place is free. All stages wait at once, so the file takes as long as the longest bound.
 */

import { connect } from 'node:net'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import { ADMISSION_MS } from '../../src/base/limits.ts'
import { NONCE_BYTES, TAG_BYTES } from '../../src/peer/admission/proof.ts'
import { startTestNode } from '../support/cluster-nodes.ts'
import { type AtTheDoor, impostor, startStranger } from '../support/stranger.ts'
import { atEnd } from '../support/temporary-folder.ts'

/** The whole of an inbound connection's upgrade, and some time for a machine that is busy. */
const BOUND_MS = 2 * ADMISSION_MS + 5_000

const frame = (text: string): Buffer => Buffer.from([text.length + 1, ...Buffer.from(`${text}\n`)])
const HEADER = frame('/multistream/1.0.0')

/** What a raw socket sends, one piece each second, before it is silent. */
const RAW_STAGES: readonly (readonly [string, readonly Buffer[]])[] = [
  ['says nothing', []],
  ['sends half a greeting', [HEADER.subarray(0, 5)]],
  ['greets and goes silent', [HEADER]],
  ['chooses an encryption and goes silent', [HEADER, frame('/murmuration/tls/1.0.0')]],
  ['begins a TLS record', [HEADER, frame('/murmuration/tls/1.0.0'), Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01])]],
  ['begins a noise message', [HEADER, frame('/murmuration/noise/1.0.0'), Buffer.from([0x00, 0x20, 0x01])]],
  ['drips its greeting', [...HEADER].map((byte) => Buffer.of(byte))],
  ['drips a name that it never ends', [HEADER, ...Array.from({ length: 40 }, () => Buffer.from('a'))]],
]

const wait = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs))

it('are closed at every stage within the bound', async () => {
  const node = await startTestNode()
  const [, host = '', port = ''] = /^\/ip4\/([^/]+)\/tcp\/(\d+)/.exec(node.addresses[0] ?? '') ?? []

  async function timeRaw(pieces: readonly Buffer[]): Promise<number> {
    const startedMs = performance.now()
    const socket = connect({ host, port: Number(port) })
    atEnd(async () => socket.destroy())
    socket.on('error', () => undefined)
    socket.on('data', () => undefined)
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
    void (async () => {
      for (const piece of pieces) {
        if (socket.destroyed) return
        socket.write(piece)
        await wait(1_000)
      }
    })()
    await Promise.race([closed, wait(BOUND_MS)])
    return performance.now() - startedMs
  }

  /** Encrypts honestly, and then plays `stage`. */
  async function timeEncrypted(stage: (door: AtTheDoor) => Promise<void>): Promise<number> {
    const startedMs = performance.now()
    const stranger = await startStranger([impostor(stage)], { privateKey: await generateKeyPair('Ed25519') })
    const dialled = stranger.dial(multiaddr(node.addresses[0]), { signal: AbortSignal.timeout(2 * BOUND_MS) })
    await dialled.then(
      () => undefined,
      () => undefined,
    )
    return performance.now() - startedMs
  }

  /** Waits for the end as the dialler: reads until nothing comes any more. */
  const untilClosed = async ({ bytes }: AtTheDoor): Promise<void> => {
    for (;;) await bytes.read({ bytes: 1 })
  }
  const drip = async ({ bytes }: AtTheDoor, count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent++) {
      await bytes.write(Uint8Array.of(1))
      await wait(500)
    }
  }
  const encryptedStages: readonly (readonly [string, (door: AtTheDoor) => Promise<void>])[] = [
    ['sends no nonce', untilClosed],
    ['sends half a nonce', async (door) => await door.bytes.write(new Uint8Array(10)).then(() => untilClosed(door))],
    ['sends no tag', async (door) => await door.bytes.write(new Uint8Array(NONCE_BYTES)).then(() => untilClosed(door))],
    [
      'sends half a tag',
      async (door) => await door.bytes.write(new Uint8Array(NONCE_BYTES + TAG_BYTES / 2)).then(() => untilClosed(door)),
    ],
    ['drips nonce and tag', (door) => drip(door, NONCE_BYTES + TAG_BYTES - 1)],
  ]

  const times = await Promise.all([
    ...RAW_STAGES.map(async ([what, pieces]) => [what, await timeRaw(pieces)] as const),
    ...encryptedStages.map(async ([what, stage]) => [what, await timeEncrypted(stage)] as const),
  ])
  expect(times.filter(([, tookMs]) => tookMs >= BOUND_MS)).toEqual([])
  expect(node.peers()).toEqual([])
  expect(node.connections()).toBe(0)
}, 120_000)
