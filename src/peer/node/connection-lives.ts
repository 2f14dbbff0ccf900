/**
 * Which life of a peer a connection belongs to, by the hello on it. A peer whose machine lost power says no goodbye: its connection
 * looks open until libp2p's monitor gives it up, some 20 s later. When it is back before that, streams and pings would go over
 * the old connection, and a peer that is there would be called dead.
 */

import type { Connection } from '@libp2p/interface'
import { MurmurationError } from '../../base/errors.ts'
import type { LoadReport } from '../../protocol/messages.ts'

export interface ConnectionLives {
  /** The peer at the other end spoke on it: connections of its earlier lives are closed. */
  heardOn(connection: object, own: LoadReport): void
}

type OpenConnection = Pick<Connection, 'remotePeer' | 'abort'>

export function createConnectionLives(connections: () => readonly OpenConnection[]): ConnectionLives {
  const incarnations = new WeakMap<object, number>()
  return {
    heardOn(connection, { peer, incarnation }) {
      incarnations.set(connection, incarnation)
      for (const other of connections()) {
        const earlier = incarnations.get(other)
        if (earlier === undefined || earlier >= incarnation || other.remotePeer.toString() !== peer) continue
        other.abort(new MurmurationError('ERR_PEER_LOST', 'the peer was started again'))
      }
    },
  }
}
