import type { Stream } from '@libp2p/interface'
import { streamPair } from '@libp2p/utils'
import { describe, expect, test, vi } from 'vitest'
import * as limits from '../../src/base/limits.ts'
import { createCoordinatorStreamChannel, createExecutorStreamChannel } from '../../src/peer/stream-channel.ts'
import { createFrameReader, encodeFrame } from '../../src/protocol/frame-reader.ts'
import type { CoordinatorFrame, ExecutorFrame, TaskFrame } from '../../src/protocol/messages.ts'
import { decodeCoordinatorFrame, decodeExecutorFrame, encodeTaskFrame } from '../../src/protocol/task-codec.ts'
import { recordChannel } from '../support/channel-recorder.ts'
import { ACCEPT, BEAT, CANCEL, CREDIT, OFFER, REF, RESULT } from '../support/valid-messages.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { waitFor } from '../support/wait-for.ts'
import { yamuxStreamPair } from '../support/yamux-stream-pair.ts'

function pattern(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  for (let index = 0; index < sizeBytes; index++) bytes[index] = index % 251
  return bytes
}

const frameBytes = (frame: TaskFrame): Uint8Array => encodeFrame(encodeTaskFrame(frame))

/** What a frame is, in one word: chunks by their offset. */
const inShort = (frame: TaskFrame): string => (frame.kind === 'chunk' ? `chunk ${frame.offset}` : frame.kind)

const closed = (stream: Stream): Promise<void> =>
  waitFor(() => expect(['closed', 'aborted', 'reset']).toContain(stream.status))

describe.each([
  ['a stream pair', () => streamPair()],
  ['yamux', yamuxStreamPair],
])('two channels over %s', (_, pair) => {
  test('deliver every frame of one side to the other in order', async () => {
    const [outbound, inbound] = await pair()
    const coordinator = createCoordinatorStreamChannel(outbound)
    const executor = createExecutorStreamChannel(inbound)
    const atCoordinator = recordChannel<ExecutorFrame>()
    const atExecutor = recordChannel<CoordinatorFrame>()
    coordinator.start(atCoordinator)
    executor.start(atExecutor)

    coordinator.send(OFFER)
    coordinator.send(CANCEL)
    executor.send(CREDIT)
    executor.send(ACCEPT)
    executor.send(RESULT)

    expect(await atExecutor.waitForFrames(2)).toEqual([OFFER, CANCEL])
    expect(await atCoordinator.waitForFrames(3)).toEqual([CREDIT, ACCEPT, RESULT])
    coordinator.close()
    expect(await atExecutor.waitForClose()).toBeUndefined()
    expect(await atCoordinator.waitForClose()).toBeUndefined()
    await Promise.all([closed(outbound), closed(inbound)])
    expect([outbound.status, inbound.status]).toEqual(['closed', 'closed'])
    expect([atExecutor.closes.length, atCoordinator.closes.length]).toEqual([1, 1])
  })

  test('deliver what came before the start, and what was sent before a proper close', async () => {
    const [outbound, inbound] = await pair()
    const coordinator = createCoordinatorStreamChannel(outbound)
    coordinator.start(recordChannel())
    const executor = createExecutorStreamChannel(inbound)
    coordinator.send(OFFER)
    coordinator.send(CANCEL)
    coordinator.close()
    await waitFor(() => expect(inbound.remoteWriteStatus).toBe('closed'))

    const atExecutor = recordChannel<CoordinatorFrame>()
    executor.start(atExecutor)
    expect(atExecutor.frames).toEqual([])
    expect(await atExecutor.waitForClose()).toBeUndefined()
    expect(atExecutor.frames).toEqual([OFFER, CANCEL])
    await Promise.all([closed(outbound), closed(inbound)])
  })

  test('carry bodies one behind the other as chunks of at most 256 KiB', async () => {
    const [outbound, inbound] = await pair()
    const coordinator = createCoordinatorStreamChannel(outbound)
    const executor = createExecutorStreamChannel(inbound)
    coordinator.start(recordChannel())
    const received: Uint8Array[] = []
    const atExecutor = recordChannel<CoordinatorFrame>((frame) => {
      if (frame.kind === 'chunk') received.push(new Uint8Array(frame.bytes))
    })
    executor.start(atExecutor)

    const first = pattern(2 * limits.MAX_CHUNK_BYTES + 5)
    const second = pattern(1000)
    let firstChunks = 0
    const firstSent = coordinator.sendBody(REF, first, { onChunk: () => firstChunks++ })
    const secondSent = coordinator.sendBody({ ...REF, attempt: 2 }, second)
    await Promise.all([firstSent, secondSent])
    await atExecutor.waitForFrames(4)
    expect(atExecutor.frames.map(inShort)).toEqual(['chunk 0', 'chunk 262144', 'chunk 524288', 'chunk 0'])
    expect(firstChunks).toBe(3)
    expect(Buffer.concat(received)).toEqual(Buffer.concat([first, second]))
    coordinator.close()
    await Promise.all([closed(outbound), closed(inbound)])
  })

  test('let control frames overtake the chunks that still wait', async () => {
    const [outbound, inbound] = await pair()
    const coordinator = createCoordinatorStreamChannel(outbound)
    const executor = createExecutorStreamChannel(inbound)
    let isFirst = true
    const atCoordinator = recordChannel<ExecutorFrame>(() => {
      // at once: later all chunks may be on their way
      if (isFirst) executor.send(BEAT)
      isFirst = false
    })
    coordinator.start(atCoordinator)
    executor.start(recordChannel())

    await executor.sendBody(REF, pattern(8 * 1024 * 1024))
    await atCoordinator.waitForFrames(33)
    const beatAt = atCoordinator.frames.findIndex(({ kind }) => kind === 'beat')
    expect(beatAt).toBeGreaterThan(0)
    expect(beatAt).toBeLessThan(8)
    coordinator.close()
    await Promise.all([closed(outbound), closed(inbound)])
  })

  test('reset the other side when one closes with an error', async () => {
    const [outbound, inbound] = await pair()
    const coordinator = createCoordinatorStreamChannel(outbound)
    const executor = createExecutorStreamChannel(inbound)
    const atCoordinator = recordChannel<ExecutorFrame>()
    const atExecutor = recordChannel<CoordinatorFrame>()
    coordinator.start(atCoordinator)
    executor.start(atExecutor)
    const reason = new Error('enough')
    coordinator.close(reason)
    coordinator.close(new Error('more than enough'))
    expect(await atCoordinator.waitForClose()).toMatchObject({ message: 'enough', cause: reason })
    expect(await atExecutor.waitForClose()).toMatchObject({ code: 'ERR_PEER_LOST' })
    expect([outbound.status, inbound.status]).toEqual(['aborted', 'reset'])
  })

  test('reject the bodies that are not through when they close', async () => {
    const [outbound, inbound] = await pair()
    const coordinator = createCoordinatorStreamChannel(outbound)
    const executor = createExecutorStreamChannel(inbound)
    coordinator.start(recordChannel())
    let chunks = 0
    executor.start(
      recordChannel(() => {
        if (++chunks === 2) executor.close(new Error('no more'))
      }),
    )
    const sent = coordinator.sendBody(REF, pattern(20 * 1024 * 1024))
    await expect(sent).rejects.toMatchObject({ code: 'ERR_PEER_LOST' })
    await expect(coordinator.sendBody(REF, pattern(1))).rejects.toMatchObject({ code: 'ERR_PEER_LOST' })
    coordinator.send(CANCEL)
  })

  test('stop sending a body whose signal aborts, and go on with the next', async () => {
    const [outbound, inbound] = await pair()
    const coordinator = createCoordinatorStreamChannel(outbound)
    const executor = createExecutorStreamChannel(inbound)
    coordinator.start(recordChannel())
    const atExecutor = recordChannel<CoordinatorFrame>()
    executor.start(atExecutor)
    const abort = new AbortController()
    const reason = new Error('not needed any more')
    const onChunk = (): void => abort.abort(reason)
    const first = coordinator.sendBody(REF, pattern(20 * 1024 * 1024), { signal: abort.signal, onChunk })
    const second = coordinator.sendBody({ ...REF, attempt: 2 }, pattern(9))
    await expect(first).rejects.toBe(reason)
    await second
    await expect(coordinator.sendBody(REF, pattern(9), { signal: abort.signal })).rejects.toBe(reason)
    await atExecutor.waitForFrames(2)
    expect(atExecutor.frames).toMatchObject([{ attempt: 1 }, { attempt: 2 }])
    coordinator.close()
    await Promise.all([closed(outbound), closed(inbound)])
  })
})

describe('an executor whose coordinator is played by hand', () => {
  async function open() {
    const [stranger, inbound] = await yamuxStreamPair()
    const clock = createVirtualClock()
    const executor = createExecutorStreamChannel(inbound, { clock })
    const recorder = recordChannel<CoordinatorFrame>()
    executor.start(recorder)
    return { stranger, inbound, executor, recorder, clock }
  }

  test.each<[string, Uint8Array, string]>([
    ['bytes that are no message', encodeFrame(Uint8Array.of(0xff, 0xff, 0xff, 0xff)), 'ERR_MALFORMED'],
    ['a frame for the other direction', frameBytes(ACCEPT), 'ERR_PROTOCOL'],
    ['a frame of gigabytes', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f), 'ERR_LIMIT'],
    ['a length that is written too long', Uint8Array.of(0x81, 0x80, 0x00), 'ERR_MALFORMED'],
    ['a frame of no bytes', Uint8Array.of(0), 'ERR_MALFORMED'],
  ])('resets a stream that carries %s, after the frames before it', async (_, bytes, code) => {
    const { stranger, inbound, recorder } = await open()
    stranger.send(Buffer.concat([frameBytes(OFFER), bytes, frameBytes(CANCEL)]))
    expect(await recorder.waitForClose()).toMatchObject({ code })
    expect(recorder.frames).toEqual([OFFER])
    await closed(stranger)
    expect([stranger.status, inbound.status]).toEqual(['reset', 'aborted'])
  })

  test('takes a stream that ends within a frame for malformed', async () => {
    const { stranger, recorder } = await open()
    stranger.send(frameBytes(OFFER).subarray(0, 50))
    await stranger.close()
    expect(await recorder.waitForClose()).toMatchObject({ code: 'ERR_MALFORMED' })
    expect(recorder.frames).toEqual([])
  })

  test('tells of a frame that has begun to arrive, as a sign of life', async () => {
    const [stranger, inbound] = await yamuxStreamPair()
    const recorder = recordChannel<CoordinatorFrame>()
    const onPart = vi.fn()
    createExecutorStreamChannel(inbound).start({ ...recorder, onPart })
    const bytes = frameBytes(OFFER)
    stranger.send(bytes.subarray(0, 50))
    await waitFor(() => expect(onPart).toHaveBeenCalledTimes(1))
    stranger.send(bytes.subarray(50))
    await recorder.waitForFrames(1)
    expect(onPart).toHaveBeenCalledTimes(1)
    stranger.abort(new Error('enough'))
  })

  test('takes half a frame and a reset for a lost peer', async () => {
    const { stranger, recorder } = await open()
    stranger.send(frameBytes(OFFER).subarray(0, 50))
    stranger.abort(new Error('gone'))
    expect(await recorder.waitForClose()).toMatchObject({ code: 'ERR_PEER_LOST' })
  })

  test('reads frames that come byte by byte', async () => {
    const { stranger, recorder } = await open()
    for (const byte of frameBytes(OFFER)) stranger.send(Uint8Array.of(byte))
    expect(await recorder.waitForFrames(1)).toEqual([OFFER])
    stranger.abort(new Error('done'))
    await recorder.waitForClose()
  })

  test('closes when its own handler throws, and nothing escapes', async () => {
    const [stranger, inbound] = await yamuxStreamPair()
    const recorder = recordChannel<CoordinatorFrame>(() => {
      throw new TypeError('a bug')
    })
    createExecutorStreamChannel(inbound).start(recorder)
    stranger.send(Buffer.concat([frameBytes(OFFER), frameBytes(CANCEL)]))
    expect(await recorder.waitForClose()).toMatchObject({ code: 'ERR_INTERNAL', message: 'a bug' })
    expect(recorder.frames).toHaveLength(1)
  })

  test('sends the frames of one tick as one write', async () => {
    const { stranger, executor, inbound, recorder } = await open()
    const send = vi.spyOn(inbound, 'send')
    for (let index = 0; index < 100; index++) executor.send(CREDIT)
    let frames = 0
    const reader = createFrameReader({ maxFrameBytes: limits.MAX_FRAME_BYTES, onFrame: () => frames++ })
    stranger.addEventListener('message', ({ data }) => reader.push(data))
    await waitFor(() => expect(frames).toBe(100))
    expect(send).toHaveBeenCalledTimes(1)
    stranger.abort(new Error('done'))
    await recorder.waitForClose()
  })

  test('sends what nobody waits for with the next frame, in order, or alone soon after', async () => {
    const { stranger, executor, inbound, recorder, clock } = await open()
    const send = vi.spyOn(inbound, 'send')
    const frames: string[] = []
    const onFrame = (bytes: Uint8Array): unknown => frames.push(decodeExecutorFrame(bytes).kind)
    const reader = createFrameReader({ maxFrameBytes: limits.MAX_FRAME_BYTES, onFrame })
    stranger.addEventListener('message', ({ data }) => reader.push(data))

    executor.send(ACCEPT, { canWait: true })
    await clock.advance(limits.SEND_TOGETHER_MS - 1)
    expect(send).not.toHaveBeenCalled()
    executor.send(RESULT)
    await waitFor(() => expect(frames).toEqual(['accept', 'result']))
    expect(send).toHaveBeenCalledTimes(1)

    executor.send(ACCEPT, { canWait: true })
    await clock.advance(limits.SEND_TOGETHER_MS)
    await waitFor(() => expect(frames).toEqual(['accept', 'result', 'accept']))
    stranger.abort(new Error('done'))
    await recorder.waitForClose()
  })

  test('resets the stream of one who begins a frame and does not end it, however slowly it drips', async () => {
    const { stranger, recorder, clock } = await open()
    const frame = frameBytes(OFFER)
    for (let position = 0; position < 10; position++) {
      stranger.send(frame.subarray(position, position + 1))
      await clock.advance(limits.FRAME_STALL_MS / 10 - 1)
      expect(recorder.closes).toEqual([])
    }
    await clock.advance(10)
    expect(await recorder.waitForClose()).toMatchObject({ code: 'ERR_DEADLINE' })
    await closed(stranger)
  })

  test('keeps one whose frames arrive slowly, each in its time, and one who is silent between frames', async () => {
    const { stranger, recorder, clock } = await open()
    const frame = frameBytes(OFFER)
    for (let count = 1; count <= 3; count++) {
      stranger.send(frame.subarray(0, 5))
      await clock.advance(limits.FRAME_STALL_MS - 1)
      stranger.send(frame.subarray(5))
      await recorder.waitForFrames(count)
      await clock.advance(2 * limits.FRAME_STALL_MS)
    }
    expect(recorder.closes).toEqual([])
    stranger.abort(new Error('done'))
    await recorder.waitForClose()
  })

  test('accuses nobody of a slow frame when this process itself was stopped', async () => {
    const { stranger, recorder, clock } = await open()
    const frame = frameBytes(OFFER)
    stranger.send(frame.subarray(0, 5))
    await clock.advance(10)
    await clock.jump(10 * limits.FRAME_STALL_MS)
    expect(recorder.closes).toEqual([])
    stranger.send(frame.subarray(5))
    expect(await recorder.waitForFrames(1)).toEqual([OFFER])
    stranger.abort(new Error('done'))
    await recorder.waitForClose()
  })

  test('resets the stream of a coordinator that does not read for half a minute', async () => {
    const { stranger, executor, recorder, clock } = await open()
    stranger.pause()
    const sent = executor.sendBody(REF, pattern(4 * 1024 * 1024))
    const failure = expect(sent).rejects.toMatchObject({ code: 'ERR_DEADLINE' })
    await clock.advance(limits.RESULT_STALL_MS - 1)
    expect(recorder.closes).toEqual([])
    await clock.advance(1)
    expect(await recorder.waitForClose()).toMatchObject({ code: 'ERR_DEADLINE' })
    await failure
  })

  test('does not take the drain of other streams for reading', async () => {
    const { stranger, executor, inbound, recorder, clock } = await open()
    stranger.pause()
    const sent = executor.sendBody(REF, pattern(4 * 1024 * 1024))
    const failure = expect(sent).rejects.toMatchObject({ code: 'ERR_DEADLINE' })
    await clock.advance(0)
    for (let seconds = 0; seconds < limits.RESULT_STALL_MS / 1000; seconds++) {
      expect(recorder.closes).toEqual([])
      inbound.dispatchEvent(new Event('drain'))
      await clock.advance(1000)
    }
    await failure
    expect(recorder.closes).toMatchObject([{ code: 'ERR_DEADLINE' }])
  })

  test('holds no more than one chunk in the buffer of a stream that nobody reads', async () => {
    const { stranger, executor, inbound, recorder, clock } = await open()
    stranger.pause()
    const sent = executor.sendBody(REF, pattern(4 * 1024 * 1024))
    const failure = expect(sent).rejects.toThrow()
    await clock.advance(100)
    expect(inbound.writableNeedsDrain).toBe(true)
    expect(inbound.writeBufferLength).toBeLessThanOrEqual(limits.MAX_FRAME_BYTES)
    executor.close(new Error('done'))
    await failure
    await recorder.waitForClose()
  })

  test('keeps a slow coordinator that reads a little now and then', async () => {
    const { stranger, executor, recorder, clock } = await open()
    stranger.addEventListener('message', () => stranger.pause())
    let isSent = false
    let chunks = 0
    const sent = executor.sendBody(REF, pattern(2 * 1024 * 1024), { onChunk: () => chunks++ }).then(() => {
      isSent = true
    })
    while (!isSent) {
      await clock.advance(limits.RESULT_STALL_MS - 1000)
      expect(recorder.closes).toEqual([])
      const before = chunks
      // a message at a time, until the other end feels it
      await waitFor(() => {
        stranger.resume()
        expect(isSent || chunks > before).toBe(true)
      })
    }
    await sent
    expect(recorder.closes).toEqual([])
    stranger.abort(new Error('done'))
    await recorder.waitForClose()
  })

  test('resets a stream on which control frames pile up', async () => {
    const { stranger, executor, recorder } = await open()
    stranger.pause()
    const body = pattern(limits.MAX_INLINE_BODY_BYTES)
    const result = { ...RESULT, body, sizeBytes: body.byteLength }
    let sentFrames = 0
    while (recorder.closes.length === 0 && sentFrames < 1000) {
      executor.send(result)
      sentFrames++
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(recorder.closes).toMatchObject([{ code: 'ERR_LIMIT' }])
    expect(sentFrames * body.byteLength).toBeLessThan(2 * limits.MAX_CONTROL_QUEUE_BYTES)
  })

  test('resets a stream that the other side does not close after it was closed here', async () => {
    const { stranger, executor, inbound, recorder, clock } = await open()
    executor.close()
    expect(await recorder.waitForClose()).toBeUndefined()
    await waitFor(() => expect(stranger.remoteWriteStatus).toBe('closed'))
    stranger.send(frameBytes(OFFER))
    await clock.advance(limits.STREAM_CLOSE_MS)
    await closed(stranger)
    expect(inbound.status).toBe('aborted')
    expect(recorder).toMatchObject({ frames: [], closes: [undefined] })
  })

  test('says that the peer is lost when the connection ends without a word', async () => {
    const { inbound, recorder } = await open()
    // what a muxer does to its streams when the socket closes
    ;(inbound as unknown as { onTransportClosed(): void }).onTransportClosed()
    expect(await recorder.waitForClose()).toMatchObject({ code: 'ERR_PEER_LOST' })
  })

  test('closes at its start when the stream was gone before', async () => {
    const [stranger, inbound] = await yamuxStreamPair()
    inbound.abort(new Error('gone'))
    const recorder = recordChannel<CoordinatorFrame>()
    const executor = createExecutorStreamChannel(inbound)
    executor.start(recorder)
    expect(recorder.closes).toEqual([])
    expect(await recorder.waitForClose()).toMatchObject({ code: 'ERR_PEER_LOST' })
    await closed(stranger)
  })

  test('does not let an idle stream time out', async () => {
    const { inbound, executor, recorder } = await open()
    expect(inbound.inactivityTimeout).toBeGreaterThan(24 * 3600 * 1000)
    executor.close(new Error('done'))
    await recorder.waitForClose()
  })
})

test('a frame that breaks our own rules closes the channel and is not sent', async () => {
  const [outbound, inbound] = await yamuxStreamPair()
  const coordinator = createCoordinatorStreamChannel(outbound)
  const recorder = recordChannel<ExecutorFrame>()
  coordinator.start(recorder)
  coordinator.send({ ...OFFER, quality: 1000 })
  expect(recorder.closes).toEqual([])
  expect(await recorder.waitForClose()).toMatchObject({ code: 'ERR_LIMIT' })
  await closed(inbound)
})

test('chunks on the wire are frames like any other', async () => {
  const [outbound, stranger] = await yamuxStreamPair()
  const coordinator = createCoordinatorStreamChannel(outbound)
  const recorder = recordChannel<ExecutorFrame>()
  coordinator.start(recorder)
  const frames: CoordinatorFrame[] = []
  const reader = createFrameReader({
    maxFrameBytes: limits.MAX_FRAME_BYTES,
    onFrame: (bytes) => frames.push(decodeCoordinatorFrame(new Uint8Array(bytes))),
  })
  stranger.addEventListener('message', ({ data }) => reader.push(data))
  await coordinator.sendBody(REF, Uint8Array.of(1, 2, 3))
  await waitFor(() => expect(frames).toEqual([{ kind: 'chunk', ...REF, offset: 0, bytes: Uint8Array.of(1, 2, 3) }]))
  coordinator.close(new Error('done'))
  await recorder.waitForClose()
})
