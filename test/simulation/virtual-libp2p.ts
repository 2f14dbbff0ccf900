/** A host of the simulated network in the shape of libp2p: what the parts of src/peer/node use of it, and nothing else. */

import type { ClusterLibp2p } from '../../src/peer/node/cluster-libp2p.ts'
import { LOAD_TOPIC } from '../../src/protocol/messages.ts'
import type { ConnectionEnd } from './connection.ts'
import type { GossipMessage, Host, StreamHandler } from './host.ts'

interface Text {
  toString(): string
}
interface WithSignal {
  readonly signal: AbortSignal
}
type Listener = (event: { readonly detail: unknown }) => void
type Validator = (from: Text, message: object) => string

export function createVirtualLibp2p(host: Host): ClusterLibp2p {
  const listeners = new Map<string, Set<Listener>>()
  const dispatch = (type: string, detail: unknown): void => {
    for (const listener of [...(listeners.get(type) ?? [])]) listener({ detail })
  }
  const listen = (type: string, listener: Listener): void => {
    listeners.set(type, (listeners.get(type) ?? new Set()).add(listener))
  }
  const forget = (type: string, listener: Listener): void => void listeners.get(type)?.delete(listener)

  host.onEvent = (event, end) => dispatch(event, event === 'connection:open' ? end : end.remotePeer)
  host.onSubscription = () =>
    dispatch('subscription-change', { subscriptions: [{ topic: LOAD_TOPIC, subscribe: true }] })

  const topicValidators = new Map<string, Validator>()
  host.onGossip = (message, via) => isToPassOn(message, via, topicValidators.get(message.topic))

  const libp2p = {
    peerId: { toString: () => host.id },
    getConnections: () => [...host.ends],
    getMultiaddrs: () => [`${host.endpoint}/p2p/${host.id}`],
    handle: async (protocol: string, handler: StreamHandler) => void host.handlers.set(protocol, handler),
    addEventListener: listen,
    removeEventListener: forget,
    dial: (addresses: readonly Text[], { signal, force = false }: WithSignal & { readonly force?: boolean }) =>
      host.dial(addresses.map(String), signal, force),
    start: async () => host.listen(),
    stop: async () => host.close(),
    services: {
      ping: { ping: (peer: Text, { signal }: WithSignal) => pingOver(host.endTo(String(peer)), signal) },
      connectionMonitor: { heard: () => {} },
      pubsub: {
        topicValidators,
        subscribe: () => {},
        getSubscribers: () =>
          [...host.ends].flatMap((end) => (end.isSubscribed && end.status === 'open' ? [end.remotePeer] : [])),
        addEventListener: listen,
        removeEventListener: forget,
        publish: async (topic: string, data: Uint8Array) => ({ recipients: host.publish(topic, data) }),
      },
    },
  }
  return libp2p as unknown as ClusterLibp2p // it has the members that src/peer/node uses
}

function isToPassOn({ from, topic, data }: GossipMessage, via: string, validate: Validator | undefined): boolean {
  const sender = { toString: () => from }
  return validate?.({ toString: () => via }, { type: 'signed', from: sender, topic, data }) === 'accept'
}

async function pingOver(end: ConnectionEnd | undefined, signal: AbortSignal): Promise<number> {
  if (end === undefined) throw new Error('there is no connection')
  return end.ping(signal)
}
