import { describe, expect, test, vi } from 'vitest'
import { MAX_CHUNK_BYTES } from '../../src/base/limits.ts'
import { createChannelPair } from '../../src/peer/channel-pair.ts'
import type { CoordinatorFrame, ExecutorFrame } from '../../src/protocol/messages.ts'
import { recordChannel } from '../support/channel-recorder.ts'
import { ACCEPT, BEAT, CANCEL, CREDIT, OFFER, REF, RESULT } from '../support/valid-messages.ts'
import { settle } from '../support/virtual-clock.ts'

function open(onExecutorFrame?: (frame: CoordinatorFrame) => void) {
  const { coordinator, executor } = createChannelPair()
  const atCoordinator = recordChannel<ExecutorFrame>()
  const atExecutor = recordChannel<CoordinatorFrame>(onExecutorFrame)
  coordinator.start(atCoordinator)
  executor.start(atExecutor)
  return { coordinator, executor, atCoordinator, atExecutor }
}

describe('a channel pair', () => {
  test('delivers frames in order and never within send', async () => {
    const { coordinator, executor, atCoordinator, atExecutor } = open()
    coordinator.send(OFFER)
    coordinator.send(CANCEL)
    executor.send(CREDIT)
    executor.send(ACCEPT)
    expect([atExecutor.frames, atCoordinator.frames]).toEqual([[], []])
    await settle()
    expect([atExecutor.frames, atCoordinator.frames]).toEqual([
      [OFFER, CANCEL],
      [CREDIT, ACCEPT],
    ])
  })

  test('delivers what came before the start first', async () => {
    const { coordinator, executor } = createChannelPair()
    executor.send(CREDIT)
    executor.close()
    await settle()
    const recorder = recordChannel<ExecutorFrame>()
    coordinator.start(recorder)
    expect([recorder.frames, recorder.closes]).toEqual([[], []])
    await settle()
    expect([recorder.frames, recorder.closes]).toEqual([[CREDIT], [undefined]])
  })

  test('gives an executor an inline body of its own, so that a worker may take its memory', async () => {
    const { coordinator, atExecutor } = open((frame) => {
      if (frame.kind === 'offer') structuredClone(frame.body.buffer, { transfer: [frame.body.buffer as ArrayBuffer] })
    })
    coordinator.send(OFFER)
    await atExecutor.waitForFrames(1)
    expect(OFFER.body.byteLength).toBe(OFFER.sizeBytes)
  })

  test('delivers bodies as chunks that share their memory, one body behind the other', async () => {
    const { executor, atCoordinator } = open()
    const first = new Uint8Array(2 * MAX_CHUNK_BYTES + 1)
    const second = new Uint8Array(3)
    const onChunk = vi.fn()
    await Promise.all([executor.sendBody(REF, first, { onChunk }), executor.sendBody(REF, second)])
    expect(atCoordinator.frames).toEqual([
      { kind: 'chunk', ...REF, offset: 0, bytes: first.subarray(0, MAX_CHUNK_BYTES) },
      { kind: 'chunk', ...REF, offset: MAX_CHUNK_BYTES, bytes: first.subarray(0, MAX_CHUNK_BYTES) },
      { kind: 'chunk', ...REF, offset: 2 * MAX_CHUNK_BYTES, bytes: Uint8Array.of(0) },
      { kind: 'chunk', ...REF, offset: 0, bytes: second },
    ])
    expect(atCoordinator.frames.map((frame) => frame.kind === 'chunk' && frame.bytes.buffer)).toEqual([
      first.buffer,
      first.buffer,
      first.buffer,
      second.buffer,
    ])
    expect(onChunk).toHaveBeenCalledTimes(3)
  })

  test('lets control frames overtake the chunks that still wait', async () => {
    const { coordinator, executor } = createChannelPair()
    const kinds: string[] = []
    coordinator.start({
      onFrame({ kind }) {
        kinds.push(kind)
        if (kinds.length === 1) executor.send(BEAT)
      },
      onClose: () => {},
    })
    executor.start(recordChannel())
    await executor.sendBody(REF, new Uint8Array(3 * MAX_CHUNK_BYTES))
    expect(kinds).toEqual(['chunk', 'beat', 'chunk', 'chunk'])
  })

  test('delivers what was sent before a proper close, and nothing sent after it', async () => {
    const { coordinator, executor, atCoordinator, atExecutor } = open()
    executor.send(RESULT)
    coordinator.send(OFFER)
    coordinator.close()
    coordinator.send(CANCEL)
    await settle()
    executor.send(CREDIT)
    await settle()
    expect([atExecutor.frames, atExecutor.closes]).toEqual([[OFFER], [undefined]])
    expect([atCoordinator.frames, atCoordinator.closes]).toEqual([[], [undefined]])
  })

  test('tells the other side of a close with an error at once, and both sides only once', async () => {
    const { coordinator, executor, atCoordinator, atExecutor } = open()
    coordinator.send(OFFER)
    const reason = new Error('enough')
    coordinator.close(reason)
    coordinator.close()
    executor.close(new Error('me too'))
    expect(atCoordinator.closes).toEqual([])
    await settle()
    expect([atExecutor.frames, atCoordinator.closes]).toEqual([[], [reason]])
    expect(atExecutor.closes).toMatchObject([{ code: 'ERR_PEER_LOST' }])
  })

  test('rejects the bodies that are not through when it closes, and those that come later', async () => {
    const { coordinator, executor, atCoordinator } = open()
    const sent = executor.sendBody(REF, new Uint8Array(100 * MAX_CHUNK_BYTES))
    const failure = expect(sent).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    await Promise.resolve()
    coordinator.close()
    await failure
    await expect(executor.sendBody(REF, new Uint8Array(1))).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    expect(atCoordinator.frames.length).toBeLessThan(100)
  })

  test('stops sending a body whose signal aborts', async () => {
    const { executor, atCoordinator } = open()
    const abort = new AbortController()
    const sent = executor.sendBody(REF, new Uint8Array(10 * MAX_CHUNK_BYTES), {
      signal: abort.signal,
      onChunk: () => abort.abort(new Error('not needed')),
    })
    await expect(sent).rejects.toThrow('not needed')
    await settle()
    expect(atCoordinator.frames).toHaveLength(1)
  })

  test('closes both sides when a handler throws', async () => {
    const { coordinator, atCoordinator, atExecutor } = open(() => {
      throw new TypeError('a bug')
    })
    coordinator.send(OFFER)
    coordinator.send(CANCEL)
    await settle()
    expect(atExecutor.frames).toEqual([OFFER])
    expect(atExecutor.closes).toMatchObject([{ code: 'ERR_INTERNAL', message: 'a bug' }])
    expect(atCoordinator.closes).toMatchObject([{ code: 'ERR_PEER_LOST' }])
  })
})
