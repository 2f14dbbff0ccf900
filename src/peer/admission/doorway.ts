/**
 * Who is at the door and who is inside. An inbound connection is at the door until it has proved a key; there is room for
 * MAX_UNPROVEN_CONNECTIONS, and beyond it one of the host with the most of them goes, the one that has waited longest: a flood
 * of strangers who prove nothing pushes out itself, and a member, who needs some milliseconds, gets in. (libp2p's own bound
 * refuses the newest instead, so that silent strangers kept everybody out for as long as they liked.) Of who is inside it is
 * known by which key, so that a key that is not accepted any more closes what it opened.
 */

import type { MessageStream } from '@libp2p/interface'
import { MAX_UNPROVEN_CONNECTIONS } from '../../base/limits.ts'
import { type ClusterKey, isSameKey } from '../identity/cluster-key.ts'

/** What is used of a connection below its encryption. */
export type RawConnection = Pick<MessageStream, 'status' | 'abort' | 'addEventListener'>

export interface Doorway {
  /** An inbound connection, of which nothing is known but where it comes from. */
  arrived(connection: RawConnection, host: string): void
  /** It has proved `key`, or nothing is asked for. */
  admitted(connection: RawConnection, key: ClusterKey | undefined): void
  /** Closes what was opened by a key that is not among `accepted`; how many there were. */
  closeRetired(accepted: readonly ClusterKey[]): number
}

export const RETIRED_KEY_SENTENCE = 'the cluster key that this connection was opened with is not accepted any more'

export function createDoorway(): Doorway {
  // In the order in which they came; with the host of each.
  const waiting = new Map<RawConnection, string>()
  const inside = new Map<RawConnection, ClusterKey>()

  return {
    arrived(connection, host) {
      if (connection.status !== 'open') return
      waiting.set(connection, host)
      connection.addEventListener('close', () => waiting.delete(connection), { once: true })
      if (waiting.size <= MAX_UNPROVEN_CONNECTIONS) return
      const crowded = mostFrequent(waiting.values())
      const longest = [...waiting].find(([, from]) => from === crowded)?.[0]
      if (!longest) return
      waiting.delete(longest)
      longest.abort(new Error('too many connections wait for their proof of membership'))
    },
    admitted(connection, key) {
      waiting.delete(connection)
      if (!key || connection.status !== 'open') return
      inside.set(connection, key)
      connection.addEventListener('close', () => inside.delete(connection), { once: true })
    },
    closeRetired(accepted) {
      const retired = [...inside].filter(([, key]) => !accepted.some((one) => isSameKey(one, key)))
      for (const [connection] of retired) connection.abort(new Error(RETIRED_KEY_SENTENCE))
      return retired.length
    },
  }
}

function mostFrequent(hosts: Iterable<string>): string | undefined {
  const counts = new Map<string, number>()
  let most: string | undefined
  for (const host of hosts) {
    const count = (counts.get(host) ?? 0) + 1
    counts.set(host, count)
    if (count > (most === undefined ? 0 : (counts.get(most) ?? 0))) most = host
  }
  return most
}
