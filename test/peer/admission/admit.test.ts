/** The other side of the proof is played by hand: `inner` encrypts nothing, so every byte can be seen and forged. */

import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { ConnectionEncrypter, MessageStream, MultiaddrConnection, PeerId } from '@libp2p/interface'
import { defaultLogger } from '@libp2p/logger'
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id'
import { byteStream, multiaddrConnectionPair } from '@libp2p/utils'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ADMISSION_MS, MAX_UNREAD_AT_ADMISSION_BYTES, WRONG_KEY_LINGER_MS } from '../../../src/base/limits.ts'
import {
  type AdmissionOptions,
  admit,
  type FailedProof,
  WRONG_KEY_SENTENCE,
} from '../../../src/peer/admission/admit.ts'
import {
  commonKey,
  createNonce,
  isProofTag,
  NONCE_BYTES,
  proofTag,
  TAG_BYTES,
} from '../../../src/peer/admission/proof.ts'
import { eventually } from '../../support/eventually.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const KEY = new Uint8Array(32).fill(1)
const OTHER_KEY = new Uint8Array(32).fill(2)

const newPeer = async (): Promise<PeerId> => peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
const [alice, bob, stranger] = await Promise.all([newPeer(), newPeer(), newPeer()])

/** An encrypter without encryption, whose handshake has found `remotePeer`. */
const inner = (remotePeer: PeerId) => (): ConnectionEncrypter => ({
  protocol: '/tls/1.0.0',
  secureInbound: async (connection) => ({ connection, remotePeer }),
  secureOutbound: async (connection) => ({ connection, remotePeer }),
})

function member(self: PeerId, remote: PeerId, options: Partial<AdmissionOptions> = {}) {
  const failures: FailedProof[] = []
  const encrypter = admit(inner(remote), {
    keys: { accepted: () => [KEY] },
    onProofFailed: (failure) => failures.push(failure),
    ...options,
  })({
    peerId: self,
    logger: defaultLogger(),
  })
  return { encrypter, failures }
}

/** How a connection attempt ends: `admitted`, or the sentence of its error. */
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'admitted',
    (error) => (error instanceof Error ? error.message : String(error)),
  )

/** The member as responder, the stranger's end of the connection in the test's hand. */
function strangerAtTheDoor(options: Partial<AdmissionOptions> = {}) {
  const [outside, inside] = multiaddrConnectionPair()
  const { encrypter, failures } = member(bob, stranger, options)
  const result = outcome(encrypter.secureInbound(inside))
  return { hand: byteStream(outside), outside, inside, result, failures }
}

async function expectRefused(attempt: { result: Promise<string>; inside: MultiaddrConnection }, sentence?: string) {
  const said = await attempt.result
  expect(said).not.toBe('admitted')
  if (sentence !== undefined) expect(said).toContain(sentence)
  expect(attempt.inside.status).toBe('aborted')
}

const text = (bytes: { subarray(): Uint8Array }): string => new TextDecoder().decode(bytes.subarray())

it('admits two members to one another, over a protocol with a name of its own', async () => {
  const [outbound, inbound] = multiaddrConnectionPair()
  const a = member(alice, bob)
  const b = member(bob, alice)
  expect(a.encrypter.protocol).toBe('/murmuration/tls/1.0.0')
  const [one, two] = await Promise.all([a.encrypter.secureOutbound(outbound), b.encrypter.secureInbound(inbound)])
  expect([one.remotePeer, two.remotePeer]).toEqual([bob, alice])
  expect([...a.failures, ...b.failures]).toEqual([])
  one.connection.send(new TextEncoder().encode('hello'))
  expect(text(await byteStream(two.connection).read({ bytes: 5 }))).toBe('hello')
})

it('loses no byte that comes in one piece with the proof', async () => {
  const [outbound, inbound] = multiaddrConnectionPair()
  const secured = member(bob, alice).encrypter.secureInbound(inbound)
  const hand = byteStream(outbound)
  const nonce = randomBytes(NONCE_BYTES)
  const responderNonce = (await hand.read({ bytes: NONCE_BYTES })).subarray()
  const subject = { initiator: alice, responder: bob, initiatorNonce: nonce, responderNonce }
  const behind = new TextEncoder().encode('the muxer speaks first')
  await hand.write(Buffer.concat([nonce, proofTag(KEY, 'initiator', subject), behind]))
  const { connection } = await secured
  connection.send(new TextEncoder().encode('ok'))
  expect(text(await byteStream(connection).read({ bytes: behind.byteLength }))).toBe('the muxer speaks first')
  const tag = (await hand.read({ bytes: TAG_BYTES })).subarray()
  expect(isProofTag(tag, KEY, 'responder', subject)).toBe(true)
  expect(text(await hand.read({ bytes: 2 }))).toBe('ok')
})

it('tells both sides that their keys differ, and whom it was about', async () => {
  const [outbound, inbound] = multiaddrConnectionPair()
  const a = member(alice, bob)
  const b = member(bob, alice, { keys: { accepted: () => [OTHER_KEY] } })
  const results = await Promise.all([
    outcome(a.encrypter.secureOutbound(outbound)),
    outcome(b.encrypter.secureInbound(inbound)),
  ])
  expect(results).toEqual([WRONG_KEY_SENTENCE, WRONG_KEY_SENTENCE])
  expect(a.failures).toEqual([{ remotePeer: bob, address: outbound.remoteAddr.toString(), role: 'initiator' }])
  expect(b.failures).toEqual([{ remotePeer: alice, address: inbound.remoteAddr.toString(), role: 'responder' }])
  expect([outbound.status, inbound.status]).not.toContain('open')
})

describe('while a key is being replaced', () => {
  const THIRD_KEY = new Uint8Array(32).fill(3)
  const ring = (...keys: readonly Uint8Array[]) => ({ keys: { accepted: () => keys } })

  async function meet(a: ReturnType<typeof member>, b: ReturnType<typeof member>): Promise<readonly string[]> {
    const [outbound, inbound] = multiaddrConnectionPair()
    return await Promise.all([
      outcome(a.encrypter.secureOutbound(outbound)),
      outcome(b.encrypter.secureInbound(inbound)),
    ])
  }

  it.each([
    ['both have both', [OTHER_KEY, KEY], [OTHER_KEY, KEY]],
    ['the dialled one has only the old', [OTHER_KEY, KEY], [KEY]],
    ['the dialling one has only the old', [KEY], [OTHER_KEY, KEY]],
    ['one refuses the old already', [OTHER_KEY, KEY], [OTHER_KEY]],
    ['each takes another for the current one', [OTHER_KEY, KEY], [KEY, OTHER_KEY]],
    ['both changed it to another, and the old is what they share', [OTHER_KEY, KEY], [THIRD_KEY, KEY]],
  ])('members find the key that they share: %s', async (_, mine, yours) => {
    const a = member(alice, bob, ring(...mine))
    const b = member(bob, alice, ring(...yours))
    expect(await meet(a, b)).toEqual(['admitted', 'admitted'])
    expect([...a.failures, ...b.failures]).toEqual([])
  })

  it.each([
    [[OTHER_KEY], [KEY]],
    [[OTHER_KEY, THIRD_KEY], [KEY]],
    [[KEY], [OTHER_KEY, THIRD_KEY]],
  ])('who shares no key with the other learns just that', async (mine, yours) => {
    const a = member(alice, bob, ring(...mine))
    const b = member(bob, alice, ring(...yours))
    expect(await meet(a, b)).toEqual([WRONG_KEY_SENTENCE, WRONG_KEY_SENTENCE])
  })

  it('a key that is retired while its proof is on the way admits nobody', async () => {
    let keys: readonly Uint8Array[] = [OTHER_KEY, KEY]
    const attempt = strangerAtTheDoor({ keys: { accepted: () => keys } })
    const responderNonce = (await attempt.hand.read({ bytes: NONCE_BYTES })).subarray()
    const initiatorNonce = createNonce([KEY], 'initiator', stranger)
    await attempt.hand.write(initiatorNonce)
    const subject = { initiator: stranger, responder: bob, initiatorNonce, responderNonce }
    expect(isProofTag((await attempt.hand.read({ bytes: TAG_BYTES })).subarray(), KEY, 'responder', subject)).toBe(true)
    keys = [OTHER_KEY]
    await attempt.hand.write(proofTag(KEY, 'initiator', subject))
    await expectRefused(attempt, WRONG_KEY_SENTENCE)
  })

  it('a nonce without a hint, as the first version sends it, is answered by the current key', async () => {
    const attempt = strangerAtTheDoor(ring(KEY, OTHER_KEY))
    const responderNonce = (await attempt.hand.read({ bytes: NONCE_BYTES })).subarray()
    const initiatorNonce = new Uint8Array(randomBytes(NONCE_BYTES))
    const subject = { initiator: stranger, responder: bob, initiatorNonce, responderNonce }
    await attempt.hand.write(Buffer.concat([initiatorNonce, proofTag(OTHER_KEY, 'initiator', subject)]))
    expect(await attempt.result).toBe('admitted')
    expect(isProofTag((await attempt.hand.read({ bytes: TAG_BYTES })).subarray(), KEY, 'responder', subject)).toBe(true)
  })

  it('a hint is recognised by who holds its key, in the role and from the peer that it is of, and by nobody else', () => {
    const nonce = createNonce([KEY, OTHER_KEY], 'initiator', alice)
    expect(commonKey(nonce, [OTHER_KEY], 'initiator', alice)).toBe(OTHER_KEY)
    expect(commonKey(nonce, [OTHER_KEY, KEY], 'initiator', alice)).toBe(OTHER_KEY)
    expect(commonKey(nonce, [THIRD_KEY, KEY], 'initiator', alice)).toBe(KEY)
    expect(commonKey(nonce, [THIRD_KEY], 'initiator', alice)).toBeUndefined()
    expect(commonKey(nonce, [KEY], 'responder', alice)).toBeUndefined()
    expect(commonKey(nonce, [KEY], 'initiator', bob)).toBeUndefined()
    expect(commonKey(nonce.subarray(0, 20), [KEY], 'initiator', alice)).toBeUndefined()
  })

  it('nothing in a nonce comes twice: nobody can tell by it which peers belong together', () => {
    const seen = new Set<string>()
    for (let count = 0; count < 500; count++) {
      const nonce = Buffer.from(createNonce([KEY, OTHER_KEY], 'responder', bob))
      for (let at = 0; at < NONCE_BYTES; at += 8) seen.add(nonce.subarray(at, at + 8).toString('hex'))
    }
    expect(seen.size).toBe(500 * 4)
  })
})

it('gives the same bytes as ever: an older program would refuse others', () => {
  const read = (name: string): string =>
    readFileSync(new URL(`../../fixtures/admission/${name}.hex`, import.meta.url), 'utf8').trim()
  const subject = {
    initiator: peerIdFromString('12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5'),
    responder: peerIdFromString('12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq'),
    initiatorNonce: new Uint8Array(NONCE_BYTES).fill(3),
    responderNonce: new Uint8Array(NONCE_BYTES).fill(4),
  }
  const tags = (['initiator', 'responder'] as const).map((role) => Buffer.from(proofTag(KEY, role, subject)))
  expect(tags.map((tag) => tag.toString('hex'))).toEqual([read('proof-of-initiator'), read('proof-of-responder')])
  const nonce = Buffer.from(read('nonce-with-hints'), 'hex')
  expect(commonKey(nonce, [KEY], 'initiator', subject.initiator)).toBe(KEY)
  expect(commonKey(nonce, [OTHER_KEY], 'initiator', subject.initiator)).toBe(OTHER_KEY)
})

it('refuses a stranger who sends random bytes, and says no more than that the key differs', async () => {
  const attempt = strangerAtTheDoor()
  await attempt.hand.write(randomBytes(NONCE_BYTES + TAG_BYTES))
  await expectRefused(attempt, WRONG_KEY_SENTENCE)
  expect(attempt.failures.map(({ role }) => role)).toEqual(['responder'])
})

it('refuses its own proof when it is sent back', async () => {
  const attempt = strangerAtTheDoor()
  const nonce = await attempt.hand.read({ bytes: NONCE_BYTES })
  await attempt.hand.write(nonce)
  await attempt.hand.write(await attempt.hand.read({ bytes: TAG_BYTES }))
  await expectRefused(attempt, WRONG_KEY_SENTENCE)
})

it('refuses a proof that was good in an earlier connection', async () => {
  const [outbound, inbound] = multiaddrConnectionPair()
  const recorded: Uint8Array[] = []
  const done = Promise.all([
    member(stranger, bob).encrypter.secureOutbound(outbound),
    member(bob, stranger).encrypter.secureInbound(inbound),
  ])
  await Promise.resolve()
  // The proof listens already: a message would be lost to it if only this listener heard it.
  inbound.addEventListener('message', ({ data }) => recorded.push(data.slice()))
  await done
  expect(Buffer.concat(recorded)).toHaveLength(NONCE_BYTES + TAG_BYTES)
  const attempt = strangerAtTheDoor()
  await attempt.hand.write(Buffer.concat(recorded))
  await expectRefused(attempt, WRONG_KEY_SENTENCE)
})

it('refuses the proof of a member that a stranger passes on', async () => {
  const [fromAlice, toAlice] = multiaddrConnectionPair()
  const [toBob, fromBob] = multiaddrConnectionPair()
  // Each handshake has found the stranger, who hands every byte through.
  const results = Promise.all([
    outcome(member(alice, stranger).encrypter.secureOutbound(fromAlice)),
    outcome(member(bob, stranger).encrypter.secureInbound(fromBob)),
  ])
  const forward = (from: MessageStream, to: MessageStream) =>
    from.addEventListener('message', ({ data }) => {
      if (to.status === 'open') to.send(data)
    })
  forward(toAlice, toBob)
  forward(toBob, toAlice)
  expect(await results).toEqual([WRONG_KEY_SENTENCE, WRONG_KEY_SENTENCE])
})

it('waits for a silent stranger no longer than ADMISSION_MS', async () => {
  const clock = createVirtualClock()
  const attempt = strangerAtTheDoor({ clock })
  await attempt.hand.read({ bytes: NONCE_BYTES })
  await clock.advance(ADMISSION_MS - 1)
  expect(attempt.inside.status).toBe('open')
  await clock.advance(1)
  await expectRefused(attempt, `${ADMISSION_MS} ms`)
})

it('does not wait longer for one who sends a byte now and then', async () => {
  const clock = createVirtualClock()
  const attempt = strangerAtTheDoor({ clock })
  for (let count = 0; count < 10; count++) {
    if (attempt.outside.status === 'open') await attempt.hand.write(Uint8Array.of(1))
    await clock.advance(ADMISSION_MS / 10)
  }
  await expectRefused(attempt, `${ADMISSION_MS} ms`)
})

it('cuts off a stranger who floods at once, whatever it still waits for', async () => {
  const clock = createVirtualClock()
  const attempt = strangerAtTheDoor({ clock })
  attempt.outside.send(randomBytes(2 * MAX_UNREAD_AT_ADMISSION_BYTES))
  await eventually(() => attempt.inside.status === 'aborted')
  await clock.advance(WRONG_KEY_LINGER_MS)
  await expectRefused(attempt)
})

it('refuses who hangs up halfway', async () => {
  const attempt = strangerAtTheDoor()
  await attempt.hand.write(randomBytes(NONCE_BYTES + 5))
  await attempt.hand.read({ bytes: NONCE_BYTES + TAG_BYTES })
  attempt.outside.abort(new Error('gone'))
  expect(await attempt.result).not.toBe('admitted')
  await eventually(() => attempt.inside.status !== 'open')
})

it('ends with the signal of whoever asked for the connection', async () => {
  const [, inside] = multiaddrConnectionPair()
  const controller = new AbortController()
  const result = outcome(member(bob, stranger).encrypter.secureInbound(inside, { signal: controller.signal }))
  controller.abort(new Error('shutting down'))
  expect(await result).toBe('shutting down')
})

it('without a key asks for no proof, and under another protocol name: with members it never mixes', async () => {
  const [outbound] = multiaddrConnectionPair()
  const { encrypter } = member(alice, bob, { keys: undefined })
  expect(encrypter.protocol).toBe('/murmuration-open/tls/1.0.0')
  expect((await encrypter.secureOutbound(outbound)).connection).toBe(outbound)
})

it('takes no tag but the right one', () => {
  const subject = {
    initiator: alice,
    responder: bob,
    initiatorNonce: new Uint8Array(NONCE_BYTES).fill(3),
    responderNonce: new Uint8Array(NONCE_BYTES).fill(4),
  }
  const tag = proofTag(KEY, 'initiator', subject)
  expect(isProofTag(tag, KEY, 'initiator', subject)).toBe(true)
  expect(isProofTag(tag, KEY, 'responder', subject)).toBe(false)
  expect(isProofTag(tag, OTHER_KEY, 'initiator', subject)).toBe(false)
  const swapped = { ...subject, initiatorNonce: subject.responderNonce, responderNonce: subject.initiatorNonce }
  expect(isProofTag(tag, KEY, 'initiator', swapped)).toBe(false)
  fc.assert(
    fc.property(fc.nat(TAG_BYTES * 8 - 1), (bit) => {
      const changed = Uint8Array.from(tag)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(isProofTag(changed, KEY, 'initiator', subject)).toBe(false)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (other) => {
      expect(isProofTag(other, KEY, 'initiator', subject)).toBe(false)
    }),
  )
})
