/** One life of a peer on the simulated network: where it listens, whom it is connected to, what it gossips. */

import type { Random } from '../../src/base/random.ts'
import type { ConnectionEnd } from './connection.ts'
import type { Network } from './network.ts'
import type { SimProcess } from './sim-process.ts'
import type { VirtualStream } from './virtual-stream.ts'

export interface GossipMessage {
  readonly from: string
  readonly topic: string
  readonly data: Uint8Array
  /** To whom it was sent by now, by whomever. */
  readonly reached: Set<string>
}

export type StreamHandler = (stream: VirtualStream, end: ConnectionEnd) => void
type HostEvent = 'connection:open' | 'peer:disconnect'

export interface HostOptions {
  readonly network: Network
  readonly process: SimProcess
  readonly id: string
  /** `/ip4/10.0.0.1/tcp/4601` */
  readonly endpoint: string
  readonly bytesPerMs: number
  /** Breaks what leaves on task streams. */
  readonly garble?: (bytes: Uint8Array) => Uint8Array
}

export class Host {
  readonly network: Network
  readonly process: SimProcess
  readonly id: string
  readonly endpoint: string
  readonly bytesPerMs: number
  readonly handlers = new Map<string, StreamHandler>()
  readonly ends: ConnectionEnd[] = []
  onEvent: (event: HostEvent, end: ConnectionEnd) => void = () => {}
  onSubscription: () => void = () => {}
  /** Says whether the message, which came from the host `via`, is to be passed on. */
  onGossip: (message: GossipMessage, via: string) => boolean = () => false
  readonly #garble: HostOptions['garble']
  readonly #dials = new Set<() => void>()

  constructor(options: HostOptions) {
    this.network = options.network
    this.process = options.process
    this.id = options.id
    this.endpoint = options.endpoint
    this.bytesPerMs = options.bytesPerMs
    this.#garble = options.garble
    this.network.owners.set(this.endpoint, this.id)
  }

  get random(): Random {
    return this.network.random
  }

  garbleFor(protocol: string): HostOptions['garble'] {
    return protocol.includes('/task/') ? this.#garble : undefined
  }

  listen(): void {
    this.network.hosts.set(this.endpoint, this)
  }

  endTo(id: string): ConnectionEnd | undefined {
    return this.ends.find((end) => end.status === 'open' && end.other.host.id === id)
  }

  /** Connects to whoever listens there: a handshake of some round trips. */
  dial(addresses: readonly string[], signal: AbortSignal, force: boolean): Promise<ConnectionEnd> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const [endpoint = '', expected] = (addresses[0] ?? '').split('/p2p/')
      if (endpoint === this.endpoint) return reject(new Error('Can not dial self'))
      const open = expected === undefined || force ? undefined : this.endTo(expected)
      if (open) return resolve(open)
      let isSettled = false
      const settle = (act: () => void): void => {
        if (isSettled) return
        isSettled = true
        signal.removeEventListener('abort', onAbort)
        this.#dials.delete(onStop)
        act()
      }
      const onAbort = (): void => settle(() => reject(signal.reason))
      const onStop = (): void => settle(() => reject(new Error('The dial was aborted')))
      signal.addEventListener('abort', onAbort, { once: true })
      this.#dials.add(onStop)
      const refuse = (sentence: string): void =>
        void this.network.timeline.after(this.network.latencyMs(), () =>
          this.process.enter(() => settle(() => reject(new Error(sentence)))),
        )
      this.#knock(endpoint, expected, {
        isOver: () => isSettled,
        refuse,
        accept: (end) => settle(() => resolve(end)),
      })
    })
  }

  publish(topic: string, data: Uint8Array): string[] {
    const message = { from: this.id, topic, data, reached: new Set([this.id]) }
    return this.#spread(message)
  }

  /** Ends all connections in order. */
  close(): void {
    this.#leaveNetwork()
    for (const stop of [...this.#dials]) stop()
    for (const end of [...this.ends]) {
      end.connection.endedBy(end)
      end.closed(new Error('the connection was closed'))
    }
  }

  /** The process is gone; the machine says so to the others, unless it lost its power. */
  crash(isPowerLoss: boolean): void {
    this.#leaveNetwork()
    for (const end of this.ends) {
      if (isPowerLoss) this.network.watch(end.connection)
      else end.connection.endedBy(end)
    }
  }

  lostConnection(end: ConnectionEnd): void {
    const index = this.ends.indexOf(end)
    if (index >= 0) this.ends.splice(index, 1)
    const id = end.other.host.id
    if (this.endTo(id) === undefined) this.onEvent('peer:disconnect', end)
  }

  #leaveNetwork(): void {
    if (this.network.hosts.get(this.endpoint) === this) this.network.hosts.delete(this.endpoint)
  }

  #knock(
    endpoint: string,
    expected: string | undefined,
    dial: { isOver(): boolean; refuse(sentence: string): void; accept(end: ConnectionEnd): void },
  ): void {
    const { network } = this
    const { timeline } = network
    timeline.after(network.latencyMs(), () => {
      if (dial.isOver() || this.process.state === 'dead') return
      const target = network.hosts.get(endpoint)
      // a packet that gets no answer is sent again
      if (!network.isUp(this.id, network.owners.get(endpoint) ?? '')) {
        timeline.after(1_000, () => this.#knock(endpoint, expected, dial))
        return
      }
      if (!target) return dial.refuse('connect ECONNREFUSED')
      if (expected !== undefined && target.id !== expected) return dial.refuse('UnexpectedPeerError')
      target.process.enter(() => {
        timeline.after(2 * network.latencyMs(), () => {
          const isPossible = target.process.isRunning && this.process.isRunning && network.isUp(this.id, target.id)
          if (dial.isOver() || !isPossible) return
          this.#connected(target, dial.accept)
        })
      })
    })
  }

  #connected(target: Host, accept: (end: ConnectionEnd) => void): void {
    const { network } = this
    const [ours, theirs] = network.connect(this, target).ends
    if (network.trace.isOn) network.trace.add(this.process.name, `connected to ${target.process.name}`)
    for (const end of [ours, theirs]) {
      end.host.process.enter(() => {
        if (end.status !== 'open') return
        end.host.ends.push(end)
        end.host.onEvent('connection:open', end)
        if (end === ours) accept(end)
      })
      network.timeline.after(2 * network.latencyMs(), () =>
        end.host.process.enter(() => {
          if (end.status !== 'open') return
          end.isSubscribed = true
          end.host.onSubscription()
        }),
      )
    }
  }

  #spread(message: GossipMessage): string[] {
    const told: string[] = []
    for (const end of this.ends) {
      const id = end.other.host.id
      if (!end.isSubscribed || end.status !== 'open' || message.reached.has(id)) continue
      told.push(id)
      this.#send(message, end.other)
    }
    return told
  }

  #send(message: GossipMessage, to: ConnectionEnd): void {
    const { network, random } = this
    const { loss, doubled, reordered, gossipAgeMs } = network.traits
    // one that is lost here may still come by way of somebody else
    if (random.next() < loss) return
    message.reached.add(to.host.id)
    const copies = random.next() < doubled ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const extraMs = random.next() < reordered ? random.next() * 4_000 : 0
      network.timeline.after(gossipAgeMs + network.latencyMs() + extraMs, () => this.#arrive(message, to))
    }
  }

  #arrive(message: GossipMessage, to: ConnectionEnd): void {
    if (to.connection.isUp()) {
      to.host.process.enter(() => {
        if (to.status === 'open' && to.host.onGossip(message, this.id)) to.host.#spread(message)
      })
      return
    }
    // what waits in the socket comes after the link is healed, if the connection is still there
    if (!to.connection.isBroken) this.network.timeline.after(500, () => this.#arrive(message, to))
  }
}
