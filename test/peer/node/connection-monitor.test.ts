import type { Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { streamPair } from '@libp2p/utils'
import { describe, expect, it } from 'vitest'
import { CONNECTION_PING_MS, CONNECTION_PING_TIMEOUT_MS, STARVED_MS } from '../../../src/base/limits.ts'
import { connectionMonitor, type MonitoredConnection } from '../../../src/peer/node/connection-monitor.ts'
import { PEER_B } from '../../support/load-reports.ts'
import { createVirtualClock, settle } from '../../support/virtual-clock.ts'

/** One open connection, on which each new stream is what `open` says. */
function world(open: (signal: AbortSignal | undefined) => Promise<Stream>, connections = 1) {
  const clock = createVirtualClock()
  const aborts: Error[] = []
  let streams = 0
  const connection: MonitoredConnection = {
    remotePeer: peerIdFromString(PEER_B),
    status: 'open',
    newStream: (_, options) => {
      streams += 1
      return open(options?.signal)
    },
    abort: (error) => void aborts.push(error),
  }
  const monitor = connectionMonitor(clock)({
    connectionManager: { getConnections: () => Array.from({ length: connections }, () => connection) },
  })
  void monitor.start()
  return { clock, connection, monitor, aborts, streams: () => streams }
}

/** Nothing comes back. */
const silent = (signal: AbortSignal | undefined): Promise<Stream> =>
  new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))

describe('the monitor of connections', () => {
  it('aborts a connection on which nothing comes back', async () => {
    const { clock, aborts } = world(silent)
    await clock.advance(CONNECTION_PING_MS + CONNECTION_PING_TIMEOUT_MS - 1)
    expect(aborts).toEqual([])
    await clock.advance(1)
    expect(aborts).toHaveLength(1)
  })

  it('aborts a connection whose stream opens and then says nothing', async () => {
    const { clock, aborts } = world(async () => (await streamPair())[0])
    await clock.advance(CONNECTION_PING_MS + CONNECTION_PING_TIMEOUT_MS)
    expect(aborts).toHaveLength(1)
  })

  it('does not ask where something came since it last looked, and asks again when nothing comes any more', async () => {
    const { clock, monitor, streams, aborts } = world(silent)
    monitor.heard(PEER_B)
    await clock.advance(CONNECTION_PING_MS)
    expect(streams()).toBe(0)
    await clock.advance(CONNECTION_PING_MS)
    expect(streams()).toBe(1)
    await clock.advance(CONNECTION_PING_TIMEOUT_MS)
    expect(aborts).toHaveLength(1)
  })

  it('asks on both of two connections: what came may have come over the other', async () => {
    const { clock, monitor, streams } = world(silent, 2)
    monitor.heard(PEER_B)
    await clock.advance(CONNECTION_PING_MS)
    expect(streams()).toBe(2)
  })

  it('takes a stream that the other side resets for a sign of life', async () => {
    const { clock, aborts, streams } = world(() => Promise.reject(new Error('The stream has been reset')))
    await clock.advance(3 * CONNECTION_PING_MS + CONNECTION_PING_TIMEOUT_MS)
    expect(streams()).toBeGreaterThanOrEqual(3)
    expect(aborts).toEqual([])
  })

  it('leaves alone what answers, though it never closes the stream, and notes the round trip', async () => {
    const { clock, connection, aborts } = world(async () => {
      const [near, far] = await streamPair()
      far.addEventListener('message', ({ data }) => void far.send(data))
      return near
    })
    await clock.advance(CONNECTION_PING_MS + CONNECTION_PING_TIMEOUT_MS)
    // the pair in memory moves its bytes in turns of the event loop
    for (let turn = 0; turn < 20; turn++) await settle()
    await clock.advance(CONNECTION_PING_TIMEOUT_MS)
    expect(aborts).toEqual([])
    expect(connection.rtt).toBeGreaterThanOrEqual(0)
  })

  it('accuses nobody when this process itself was stopped', async () => {
    const { clock, aborts } = world(silent)
    await clock.advance(CONNECTION_PING_MS)
    await clock.jump(CONNECTION_PING_TIMEOUT_MS + STARVED_MS + 1)
    await settle()
    expect(aborts).toEqual([])
  })

  it('ends with the node', async () => {
    const { clock, monitor, aborts, streams } = world(silent)
    await clock.advance(CONNECTION_PING_MS)
    void monitor.stop()
    await clock.advance(10 * CONNECTION_PING_MS)
    expect([aborts, streams()]).toEqual([[], 1])
  })
})
