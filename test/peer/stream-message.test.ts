import { streamPair } from '@libp2p/utils'
import { describe, expect, test } from 'vitest'
import { readOneMessage, writeOneMessage } from '../../src/peer/stream-message.ts'
import { encodeFrame } from '../../src/protocol/frame-reader.ts'
import { waitFor } from '../support/wait-for.ts'
import { yamuxStreamPair } from '../support/yamux-stream-pair.ts'

const never = (): AbortSignal => new AbortController().signal
const MAX = 1024 * 1024

describe.each([
  ['a stream pair', () => streamPair()],
  ['yamux', yamuxStreamPair],
])('one message over %s', (_, pair) => {
  test('arrives whole, both ways at once, and the stream closes properly after it', async () => {
    const [outbound, inbound] = await pair()
    const large = new Uint8Array(MAX).fill(7)
    const small = Uint8Array.of(1, 2, 3)
    const [answer, question] = await Promise.all([
      readOneMessage(outbound, { maxBytes: MAX, signal: never() }),
      readOneMessage(inbound, { maxBytes: MAX, signal: never() }),
      writeOneMessage(outbound, large, { signal: never() }),
      writeOneMessage(inbound, small, { signal: never() }),
    ])
    expect(question).toEqual(large)
    expect(answer).toEqual(small)
    await Promise.all([outbound.close(), inbound.close()])
    await waitFor(() => expect([outbound.status, inbound.status]).toEqual(['closed', 'closed']))
  })

  test('arrives although its sender has closed its side', async () => {
    const [outbound, inbound] = await pair()
    await writeOneMessage(outbound, Uint8Array.of(1), { signal: never() })
    await outbound.close()
    await waitFor(() => expect(inbound.remoteWriteStatus).toBe('closed'))
    expect(await readOneMessage(inbound, { maxBytes: 10, signal: never() })).toEqual(Uint8Array.of(1))
    await inbound.close()
  })

  test.each<[string, Uint8Array, string]>([
    ['is too long', encodeFrame(new Uint8Array(11)), 'ERR_LIMIT'],
    ['is two', Buffer.concat([encodeFrame(Uint8Array.of(1)), encodeFrame(Uint8Array.of(2))]), 'ERR_PROTOCOL'],
    ['has more behind it', Buffer.concat([encodeFrame(Uint8Array.of(1)), Uint8Array.of(9)]), 'ERR_PROTOCOL'],
    ['has no bytes', Uint8Array.of(0), 'ERR_MALFORMED'],
  ])('resets the stream when it %s', async (_, bytes, code) => {
    const [outbound, inbound] = await pair()
    const message = readOneMessage(inbound, { maxBytes: 10, signal: never() })
    const failure = expect(message).rejects.toMatchObject({ code })
    outbound.send(bytes)
    await failure
    expect(inbound.status).toBe('aborted')
  })

  test('is malformed when the stream ends before it or within it', async () => {
    for (const bytes of [new Uint8Array(0), Uint8Array.of(5, 1, 2)]) {
      const [outbound, inbound] = await pair()
      const message = readOneMessage(inbound, { maxBytes: 10, signal: never() })
      const failure = expect(message).rejects.toMatchObject({ code: 'ERR_MALFORMED' })
      outbound.send(bytes)
      await outbound.close()
      await failure
    }
  })

  test('fails with the reason of a signal that aborts, on either side', async () => {
    const [outbound, inbound] = await pair()
    const abort = new AbortController()
    const message = readOneMessage(inbound, { maxBytes: 10, signal: abort.signal })
    const reason = new Error('too late')
    const failure = expect(message).rejects.toBe(reason)
    abort.abort(reason)
    await failure
    await waitFor(() => expect(outbound.status).toBe('reset'))
    await expect(writeOneMessage(outbound, Uint8Array.of(1), { signal: never() })).rejects.toMatchObject({
      code: 'ERR_PEER_LOST',
    })
    await expect(readOneMessage(inbound, { maxBytes: 10, signal: abort.signal })).rejects.toBe(reason)
  })

  test('fails when the other side resets the stream', async () => {
    const [outbound, inbound] = await pair()
    const message = readOneMessage(inbound, { maxBytes: 10, signal: never() })
    const failure = expect(message).rejects.toMatchObject({ code: 'ERR_PEER_LOST' })
    outbound.abort(new Error('no'))
    await failure
  })
})

test('a message that nobody reads is given up when the signal aborts', async () => {
  const [outbound, inbound] = await yamuxStreamPair()
  inbound.pause()
  const abort = new AbortController()
  const sent = writeOneMessage(outbound, new Uint8Array(MAX), { signal: abort.signal })
  const failure = expect(sent).rejects.toThrow('too late')
  abort.abort(new Error('too late'))
  await failure
  expect(outbound.status).toBe('aborted')
})
