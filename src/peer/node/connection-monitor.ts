/**
 * Finds connections that are dead without a word (a cable that is out, a router that forgot them) and aborts them, so that others
 * are opened. It stands in for libp2p's own monitor, which takes every failed ping for that: also a stream that the other side
 * reset because it was too busy for libp2p's deadlines there (10 s for a negotiation, 10 s for a ping). On saturated machines it
 * closed connections of peers that were hard at work, and their tasks were lost with them (measured). Here any answer is a sign
 * of life, a refusal too, and a silence counts only where this process itself was awake. A connection on which a report or the
 * like has come since the last look lives, and is not asked: with twenty peers pings were a third of all messages.
 *
 * What it speaks is libp2p's ping (https://github.com/libp2p/specs/blob/master/ping/ping.md).
 */

import { randomBytes } from 'node:crypto'
import type { Connection, Startable } from '@libp2p/interface'
import { byteStream } from '@libp2p/utils'
import { type Clock, deadlineSignal, type Timer } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { type PeerId, peerId } from '../../base/ids.ts'
import { CONNECTION_PING_MS, CONNECTION_PING_TIMEOUT_MS, STARVED_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'

const log = createLog('node')

const PING_PROTOCOL = '/ipfs/ping/1.0.0'
const PING_BYTES = 32

/** What is used of a connection. */
export type MonitoredConnection = Pick<Connection, 'remotePeer' | 'status' | 'newStream' | 'abort' | 'rtt'>

export interface MonitoredNode {
  readonly connectionManager: { getConnections(): readonly MonitoredConnection[] }
}

export interface ConnectionMonitor extends Startable {
  /** Something came from this peer, over whichever of its connections. */
  heard(peer: PeerId): void
}

/** A service for libp2p, which starts and stops it. */
export function connectionMonitor(clock: Clock): (node: MonitoredNode) => ConnectionMonitor {
  return ({ connectionManager }) => {
    const heard = new Set<PeerId>()
    let timer: Timer | undefined
    let stopped = new AbortController()

    function look(): void {
      timer = clock.setTimer(CONNECTION_PING_MS, look)
      const open = connectionManager.getConnections().filter(({ status }) => status === 'open')
      const counts = new Map<PeerId, number>()
      const peers = open.map(({ remotePeer }) => peerId(remotePeer.toString()))
      for (const peer of peers) counts.set(peer, (counts.get(peer) ?? 0) + 1)
      for (const [index, connection] of open.entries()) {
        const peer = peers[index]
        // of two connections either may be the one it came over
        const isKnownToLive = peer !== undefined && heard.has(peer) && counts.get(peer) === 1
        if (!isKnownToLive) void check(connection, clock, stopped.signal)
      }
      heard.clear()
    }

    return {
      heard: (peer) => void heard.add(peer),
      start() {
        stopped = new AbortController()
        timer = clock.setTimer(CONNECTION_PING_MS, look)
      },
      stop() {
        timer?.cancel()
        stopped.abort(new MurmurationError('ERR_CANCELLED', 'the node stops'))
      },
    }
  }
}

/** Aborts the connection unless something comes back on it in time. Never rejects. */
async function check(connection: MonitoredConnection, clock: Clock, stopped: AbortSignal): Promise<void> {
  const beganMs = clock.now()
  const deadline = deadlineSignal(clock, CONNECTION_PING_TIMEOUT_MS, 'an answer on an open connection', stopped)
  try {
    connection.rtt = await ping(connection, clock, deadline.signal)
  } catch (error) {
    const lateMs = clock.now() - beganMs - CONNECTION_PING_TIMEOUT_MS
    const isSilent = deadline.signal.aborted && !stopped.aborted
    if (isSilent && lateMs <= STARVED_MS) {
      log('%p is silent: its connection is closed', connection.remotePeer)
      connection.abort(asMurmurationError(deadline.signal.reason))
    } else if (!stopped.aborted) log('a ping of %p failed, and it lives - %e', connection.remotePeer, error)
  } finally {
    deadline.cancel()
  }
}

/** Milliseconds until the answer. */
async function ping(connection: MonitoredConnection, clock: Clock, signal: AbortSignal): Promise<number> {
  const stream = await connection.newStream(PING_PROTOCOL, { signal })
  try {
    const bytes = byteStream(stream)
    const beganMs = clock.now()
    await Promise.all([bytes.write(randomBytes(PING_BYTES), { signal }), bytes.read({ bytes: PING_BYTES, signal })])
    const tookMs = clock.now() - beganMs
    // that was the answer, whatever becomes of the stream
    await stream.close({ signal }).catch((error: unknown) => stream.abort(asMurmurationError(error)))
    return tookMs
  } catch (error) {
    stream.abort(asMurmurationError(error))
    throw error
  }
}
