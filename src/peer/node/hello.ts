/**
 * The hello (`/murmuration/hello/1.0.0`): on each new connection, right after admission, both sides tell what they know.
 * Who dialled opens one stream; one message goes each way on it. What a peer says of itself must be about itself.
 */

import type { Connection, Stream } from '@libp2p/interface'
import { type Clock, deadlineSignal } from '../../base/clock.ts'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { HELLO_MS, MAX_HELLO_BYTES } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import { decodeHello, encodeHello } from '../../protocol/hello-codec.ts'
import { HELLO_PROTOCOL, type Hello, type LoadReport } from '../../protocol/messages.ts'
import { readOneMessage, writeOneMessage } from '../stream-message.ts'

const log = createLog('hello')

/** What is used of a connection. */
export type HelloConnection = Pick<Connection, 'remotePeer' | 'newStream'>

export interface HelloService {
  /**
   * Opens a stream; resolves with what the other side says of itself. Failures are only logged, and give undefined: gossip tells
   * the same, later.
   */
  greet(connection: HelloConnection): Promise<LoadReport | undefined>
  /** Answers on the stream of a connection that the other side dialled. */
  answer(stream: Stream, connection: HelloConnection): Promise<void>
}

export interface HelloOptions {
  readonly clock: Clock
  compose(): Hello
  onHello(hello: Hello, connection: HelloConnection): void
}

export function createHelloService({ clock, compose, onHello }: HelloOptions): HelloService {
  async function exchange(stream: Stream, connection: HelloConnection, signal: AbortSignal): Promise<LoadReport> {
    try {
      const [bytes] = await Promise.all([
        readOneMessage(stream, { maxBytes: MAX_HELLO_BYTES, signal }),
        writeOneMessage(stream, encodeHello(compose()), { signal }),
      ])
      const hello = decodeHello(bytes)
      const from = connection.remotePeer.toString()
      if (hello.own.peer !== from) {
        throw new MurmurationError(
          'ERR_PROTOCOL',
          `a hello expects its sender's own report, got one of ${hello.own.peer}`,
        )
      }
      onHello(hello, connection)
      await stream.close({ signal })
      return hello.own
    } catch (error) {
      stream.abort(asMurmurationError(error))
      throw error
    }
  }

  async function within(
    connection: HelloConnection,
    open: (signal: AbortSignal) => Promise<Stream>,
  ): Promise<LoadReport | undefined> {
    const deadline = deadlineSignal(clock, HELLO_MS, 'a hello')
    try {
      const own = await exchange(await open(deadline.signal), connection, deadline.signal)
      log('%p says hello as %s, %s, %s', connection.remotePeer, own.name, own.role, own.version)
      return own
    } catch (error) {
      log.error('no hello with %p - %e', connection.remotePeer, error)
      return undefined
    } finally {
      deadline.cancel()
    }
  }

  return {
    greet: (connection) => within(connection, (signal) => connection.newStream(HELLO_PROTOCOL, { signal })),
    async answer(stream, connection) {
      await within(connection, () => Promise.resolve(stream))
    },
  }
}
