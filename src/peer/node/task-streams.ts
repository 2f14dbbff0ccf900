/** Task streams over libp2p: opening one to an executor, and handing those that coordinators open to the executor here. */

import type { Connection, Stream } from '@libp2p/interface'
import { type Clock, deadlineSignal } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { type PeerId, peerId } from '../../base/ids.ts'
import { SUSPECT_PING_MS, TASK_STREAM_OPEN_MS } from '../../base/limits.ts'
import { TASK_PROTOCOL } from '../../protocol/messages.ts'
import { createCoordinatorStreamChannel, createExecutorStreamChannel } from '../stream-channel.ts'
import type { CoordinatorChannel, ExecutorChannel } from '../task-channel.ts'
import type { ClusterLibp2p } from './cluster-libp2p.ts'
import type { TaskSource } from './cluster-node.ts'

export type TaskHandler = (channel: ExecutorChannel, from: TaskSource) => void

/**
 * @throws MurmurationError ERR_UNREACHABLE, ERR_DEADLINE; the signal's reason when it aborts first
 */
export async function openTaskChannel(
  clock: Clock,
  peer: PeerId,
  connect: (signal: AbortSignal) => Promise<Connection>,
  { signal }: { readonly signal: AbortSignal },
): Promise<CoordinatorChannel> {
  signal.throwIfAborted()
  const deadline = deadlineSignal(clock, TASK_STREAM_OPEN_MS, `a task stream to ${peer}`, signal)
  try {
    const connection = await connect(deadline.signal)
    const stream = await connection.newStream(TASK_PROTOCOL, { signal: deadline.signal })
    return createCoordinatorStreamChannel(stream, { clock })
  } catch (cause) {
    // libp2p throws errors of its own for an aborted signal: what it aborted with says more.
    deadline.signal.throwIfAborted()
    if (cause instanceof MurmurationError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MurmurationError('ERR_UNREACHABLE', `no task stream to ${peer}: ${reason}`, { cause })
  } finally {
    deadline.cancel()
  }
}

/** Gives an incoming stream to `handler`, or resets it when there is none. */
export function acceptTaskStream(
  libp2p: ClusterLibp2p,
  clock: Clock,
  stream: Stream,
  connection: Connection,
  handler: TaskHandler | undefined,
): void {
  if (!handler) {
    stream.abort(new MurmurationError('ERR_REFUSED', 'this peer runs no tasks'))
    return
  }
  void measureRoundTrip(libp2p, clock, connection)
  const from = { peer: peerId(connection.remotePeer.toString()), rttMs: () => connection.rtt }
  try {
    handler(createExecutorStreamChannel(stream, { clock }), from)
  } catch (error) {
    stream.abort(asMurmurationError(error))
  }
}

/** The connection's monitor measures too, but for the first time ten seconds after it came up. */
async function measureRoundTrip(libp2p: ClusterLibp2p, clock: Clock, connection: Connection): Promise<void> {
  if (connection.rtt !== undefined) return
  const deadline = deadlineSignal(clock, SUSPECT_PING_MS, 'the answer to a ping')
  try {
    const rttMs = await libp2p.services.ping.ping(connection.remotePeer, { signal: deadline.signal })
    connection.rtt ??= rttMs
  } catch {
    // Not known, then: the executor grants its first credits without it.
  } finally {
    deadline.cancel()
  }
}
