/**
 * Peers met in earlier lives, kept in the peer's own store, so that a cluster is found again when the first peer is gone.
 * Remembering only marks; what changed is written together, KNOWN_PEERS_FLUSH_MS later and at the end.
 */

import { type Datastore, Key } from 'interface-datastore'
import { z } from 'zod'
import { type Clock, type Timer, withDeadline } from '../../base/clock.ts'
import { type PeerId, peerId } from '../../base/ids.ts'
import {
  KNOWN_PEERS_FLUSH_MS,
  MAX_ADDRESS_BYTES,
  MAX_ADDRESSES,
  MAX_KNOWN_PEERS,
  MAX_NAME_BYTES,
} from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'

const log = createLog('known-peers')

export interface KnownPeer {
  readonly id: PeerId
  readonly name: string
  readonly addresses: readonly string[]
  /** Milliseconds since the Unix epoch. */
  readonly lastSeen: number
}

export interface KnownPeers {
  /** The last seen first. */
  list(): readonly KnownPeer[]
  remember(peer: KnownPeer): void
  forget(id: PeerId): void
  /** Writes what changed; nothing is written afterwards. */
  close(): Promise<void>
}

const PREFIX = '/known/'

const StoredPeer = z.object({
  name: z.string().max(MAX_NAME_BYTES),
  addresses: z.array(z.string().max(MAX_ADDRESS_BYTES)).max(MAX_ADDRESSES),
  lastSeen: z.number(),
})

export async function openKnownPeers(store: Datastore, clock: Clock): Promise<KnownPeers> {
  const peers = new Map<PeerId, KnownPeer>()
  const changed = new Set<PeerId>()
  let timer: Timer | undefined
  let writing: Promise<void> = Promise.resolve()

  for await (const { key, value } of store.query({ prefix: PREFIX })) {
    const id = peerId(key.toString().slice(PREFIX.length))
    const stored = StoredPeer.safeParse(parseJson(value))
    if (stored.success) peers.set(id, { id, ...stored.data })
    else changed.add(id)
  }

  function flush(): Promise<void> {
    timer = undefined
    for (const peer of byLastSeen().slice(MAX_KNOWN_PEERS)) {
      peers.delete(peer.id)
      changed.add(peer.id)
    }
    const batch = store.batch()
    for (const id of changed) {
      const peer = peers.get(id)
      const key = new Key(PREFIX + id)
      if (!peer) batch.delete(key)
      else batch.put(key, encodeJson({ name: peer.name, addresses: peer.addresses, lastSeen: peer.lastSeen }))
    }
    changed.clear()
    // A full disk costs only what the next life would know: it never ends this one.
    writing = writing.then(() => batch.commit()).catch((error) => log.error('known peers were not written - %e', error))
    return writing
  }

  const byLastSeen = (): KnownPeer[] => [...peers.values()].sort((a, b) => b.lastSeen - a.lastSeen)

  return {
    list: byLastSeen,
    remember(peer) {
      peers.set(peer.id, peer)
      changed.add(peer.id)
      if (peers.size > 2 * MAX_KNOWN_PEERS) {
        timer?.cancel()
        void flush()
        return
      }
      timer ??= clock.setTimer(KNOWN_PEERS_FLUSH_MS, () => void flush())
    },
    forget(id) {
      if (!peers.delete(id)) return
      changed.add(id)
      timer ??= clock.setTimer(KNOWN_PEERS_FLUSH_MS, () => void flush())
    },
    async close() {
      timer?.cancel()
      await withDeadline(clock, KNOWN_PEERS_FLUSH_MS, 'writing the known peers', flush())
    },
  }
}

const encodeJson = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
