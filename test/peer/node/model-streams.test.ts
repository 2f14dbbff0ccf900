/** Both sides of a model stream over the real muxer, and each against another side played by hand. */

import { randomBytes } from 'node:crypto'
import type { Connection, Stream } from '@libp2p/interface'
import { streamPair } from '@libp2p/utils'
import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { peerId } from '../../../src/base/ids.ts'
import { MAX_CHUNK_BYTES, MODEL_FETCH_MS, MODEL_STALL_MS } from '../../../src/base/limits.ts'
import { answerModelRequest, askForModel, fetchModel, type ServedModel } from '../../../src/peer/node/model-streams.ts'
import { encodeFrame } from '../../../src/protocol/frame-reader.ts'
import type { ModelFrame } from '../../../src/protocol/messages.ts'
import { encodeModelFrame } from '../../../src/protocol/model-codec.ts'
import { digestOf } from '../../support/analyze.ts'
import { PEER_A } from '../../support/load-reports.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { createVirtualClock, settle } from '../../support/virtual-clock.ts'
import { yamuxStreamPair } from '../../support/yamux-stream-pair.ts'

const MODEL = new Uint8Array(randomBytes(3 * MAX_CHUNK_BYTES + 5))
const DIGEST = digestOf(MODEL)
const never = (): AbortSignal => new AbortController().signal
const asker = { remotePeer: { toString: () => PEER_A } } as unknown as Connection
const framed = (...frames: ModelFrame[]): Uint8Array =>
  Buffer.concat(frames.map((frame) => encodeFrame(encodeModelFrame(frame))))

const served = (onSent = (): void => undefined): ServedModel => ({ bytes: MODEL, onSent })

describe.each([
  ['a stream pair', () => streamPair()],
  ['yamux', yamuxStreamPair],
])('a model over %s', (_, pair) => {
  it('arrives whole, and whoever gave it is told', async () => {
    const [outbound, inbound] = await pair()
    const asked: unknown[] = []
    let sent = 0
    const find = (...question: unknown[]) => {
      asked.push(question)
      return served(() => sent++)
    }
    const clock = createVirtualClock()
    const answered = answerModelRequest(inbound, asker, { clock, find })
    const bytes = await askForModel(outbound, DIGEST, { clock, signal: never() })
    await answered
    expect(Buffer.compare(bytes, MODEL)).toBe(0)
    expect(asked).toEqual([[DIGEST, peerId(PEER_A)]])
    expect(sent).toBe(1)
  })

  it('that its coordinator does not give is refused', async () => {
    const [outbound, inbound] = await pair()
    const clock = createVirtualClock()
    const answered = answerModelRequest(inbound, asker, { clock, find: () => undefined })
    const error = await rejectionOf(askForModel(outbound, DIGEST, { clock, signal: never() }))
    await answered
    expect(error).toMatchObject({ code: 'ERR_REFUSED', message: 'its coordinator does not give it (any more)' })
  })
})

describe('an executor', () => {
  const found = { kind: 'found', sizeBytes: 10 } as const
  const chunk = (offset: number, sizeBytes: number) =>
    ({ kind: 'chunk', offset, bytes: new Uint8Array(sizeBytes).fill(1) }) as const

  it.each<[string, Uint8Array, string]>([
    ['another model than it asked for', framed(found, chunk(0, 10)), 'ERR_DIGEST'],
    ['more than was announced', framed(found, chunk(0, 6), chunk(6, 6)), 'ERR_PROTOCOL'],
    ['a gap', framed(found, chunk(0, 4), chunk(5, 5)), 'ERR_PROTOCOL'],
    ['a piece before the size', framed(chunk(0, 10)), 'ERR_PROTOCOL'],
    ['the size twice', framed(found, found), 'ERR_PROTOCOL'],
    ['a question', framed({ kind: 'request', digest: new Uint8Array(32) }), 'ERR_PROTOCOL'],
    ['bytes that are no frame', Uint8Array.of(3, 0xff, 0xff, 0xff), 'ERR_MALFORMED'],
    ['a frame that never ends', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f), 'ERR_LIMIT'],
  ])('resets the stream of a coordinator that sends %s', async (_, bytes, code) => {
    const [outbound, inbound] = await yamuxStreamPair()
    const asking = rejectionOf(askForModel(outbound, DIGEST, { clock: createVirtualClock(), signal: never() }))
    inbound.send(bytes)
    expect((await asking).code).toBe(code)
    expect(outbound.status).toBe('aborted')
  })

  it('ends with a stream that closes within the model, and one that is reset', async () => {
    for (const end of [(inbound: Stream) => inbound.close(), (inbound: Stream) => inbound.abort(new Error('no'))]) {
      const [outbound, inbound] = await yamuxStreamPair()
      const asking = rejectionOf(askForModel(outbound, DIGEST, { clock: createVirtualClock(), signal: never() }))
      inbound.send(framed(found, chunk(0, 4)))
      await settle()
      await end(inbound)
      expect(['ERR_MALFORMED', 'ERR_PEER_LOST']).toContain((await asking).code)
    }
  })

  it('waits for each piece for a while, and for the whole no longer than its deadline', async () => {
    const clock = createVirtualClock()
    const [outbound, inbound] = await yamuxStreamPair()
    const fetching = rejectionOf(fetchModel(DIGEST, async () => connectionOf(outbound), { clock, signal: never() }))
    inbound.send(framed({ kind: 'found', sizeBytes: 1000 }))
    await turns()
    await clock.advance(MODEL_STALL_MS - 1)
    inbound.send(framed(chunk(0, 1)))
    await turns()
    await clock.advance(MODEL_STALL_MS - 1)
    expect(outbound.status).toBe('open')
    await clock.advance(1)
    expect(await fetching).toMatchObject({
      code: 'ERR_MODEL_FETCH',
      message: `the model could not be fetched: a piece of a model was expected within ${MODEL_STALL_MS} ms and did not come`,
    })

    const drip = createVirtualClock()
    const [slow, dripping] = await yamuxStreamPair()
    const dripped = rejectionOf(fetchModel(DIGEST, async () => connectionOf(slow), { clock: drip, signal: never() }))
    dripping.send(framed({ kind: 'found', sizeBytes: 1000 }))
    for (let offset = 0; offset * (MODEL_STALL_MS - 1) < MODEL_FETCH_MS; offset++) {
      dripping.send(framed(chunk(offset, 1)))
      await turns()
      await drip.advance(MODEL_STALL_MS - 1)
    }
    expect((await dripped).message).toContain(`within ${MODEL_FETCH_MS} ms`)
  })

  it('says that a coordinator was not to be reached, and ends with the reason of its signal', async () => {
    const clock = createVirtualClock()
    const unreachable = async (): Promise<Connection> => {
      throw new MurmurationError('ERR_UNREACHABLE', 'no address answers')
    }
    expect(await rejectionOf(fetchModel(DIGEST, unreachable, { clock, signal: never() }))).toMatchObject({
      code: 'ERR_MODEL_FETCH',
      message: 'the model could not be fetched: no address answers',
    })
    const reason = new Error('closed')
    const abort = new AbortController()
    const [outbound] = await yamuxStreamPair()
    const fetching = fetchModel(DIGEST, async () => connectionOf(outbound), { clock, signal: abort.signal })
    abort.abort(reason)
    await expect(fetching).rejects.toBe(reason)
  })
})

describe('a coordinator', () => {
  it.each<[string, Uint8Array]>([
    ['no question', framed({ kind: 'missing' })],
    ['bytes that are no frame', Uint8Array.of(3, 0xff, 0xff, 0xff)],
    ['two questions', framed(...Array(2).fill({ kind: 'request', digest: new Uint8Array(32) }))],
  ])('resets the stream of a peer that sends %s, and rejects nothing', async (_, bytes) => {
    const [outbound, inbound] = await yamuxStreamPair()
    const answered = answerModelRequest(inbound, asker, { clock: createVirtualClock(), find: () => served() })
    outbound.send(bytes)
    await answered
    expect(inbound.status).toBe('aborted')
  })

  it('waits neither for a question that does not come nor for a peer that does not read', async () => {
    const clock = createVirtualClock()
    const [, silent] = await yamuxStreamPair()
    const waiting = answerModelRequest(silent, asker, { clock, find: () => served() })
    await clock.advance(MODEL_STALL_MS)
    await waiting
    expect(silent.status).toBe('aborted')

    const [outbound, inbound] = await yamuxStreamPair()
    outbound.pause()
    let isSent = false
    const sending = answerModelRequest(inbound, asker, {
      clock,
      find: () =>
        served(() => {
          isSent = true
        }),
    })
    outbound.send(framed({ kind: 'request', digest: Buffer.from(DIGEST, 'hex') }))
    await turns()
    await clock.advance(MODEL_FETCH_MS)
    await sending
    expect([inbound.status, isSent]).toEqual(['aborted', false])
  })
})

const connectionOf = (stream: Stream): Connection => ({ newStream: async () => stream }) as unknown as Connection

/** Lets what was sent arrive: nothing of it takes longer than some turns of the event loop. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await settle()
}
