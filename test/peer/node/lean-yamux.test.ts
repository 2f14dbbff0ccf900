import type { Stream } from '@libp2p/interface'
import { describe, expect, test } from 'vitest'
import { YAMUX_WINDOW_BYTES } from '../../../src/base/limits.ts'
import { leanYamux } from '../../../src/peer/node/lean-yamux.ts'
import { eventually } from '../../support/eventually.ts'
import { yamuxStreamPair } from '../../support/yamux-stream-pair.ts'

const FRAME_HEADER_BYTES = 12

async function pairThatCounts() {
  const answers: number[] = []
  const [outbound, inbound] = await yamuxStreamPair(leanYamux(), (bytes) => void answers.push(bytes))
  let received = 0
  inbound.addEventListener('message', ({ data }) => {
    received += data.byteLength
  })
  return { outbound, answers, received: () => received }
}

async function sendAll(stream: Stream, pieces: number, pieceBytes: number): Promise<void> {
  for (let piece = 0; piece < pieces; piece++) {
    if (!stream.send(new Uint8Array(pieceBytes))) await stream.onDrain()
  }
}

describe('the muxer of a peer', () => {
  test('answers small messages with nothing', async () => {
    const { outbound, answers, received } = await pairThatCounts()
    await sendAll(outbound, 1, 400)
    await eventually(() => received() === 400)
    const answersToTheFirst = answers.length
    await sendAll(outbound, 100, 400)
    await eventually(() => received() === 101 * 400)
    expect(answers.slice(answersToTheFirst)).toEqual([])
  })

  test('renews the window of a stream before its sender has to wait, and a wider one less often', async () => {
    const { outbound, answers, received } = await pairThatCounts()
    const pieceBytes = 64 * 1024
    await sendAll(outbound, 64, pieceBytes)
    await eventually(() => received() === 64 * pieceBytes)
    const updates = answers.filter((bytes) => bytes === FRAME_HEADER_BYTES).length
    expect(updates).toBeGreaterThan(1)
    expect(updates).toBeLessThanOrEqual((64 * pieceBytes) / (YAMUX_WINDOW_BYTES / 2) + 2)
  })
})
