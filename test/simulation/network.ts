/**
 * The network of a simulated world: who can reach whom, how late, and what happens to connections when machines, processes or
 * links fail. Streams are reliable and ordered, and break whole; gossip may be lost, doubled, late and out of order.
 */

import { CONNECTION_PING_MS, CONNECTION_PING_TIMEOUT_MS } from '../../src/base/limits.ts'
import type { Random } from '../../src/base/random.ts'
import { Connection } from './connection.ts'
import type { Host } from './host.ts'
import type { Timeline } from './timeline.ts'
import type { Trace } from './trace.ts'

export interface NetworkTraits {
  /** One way. */
  readonly latencyMs: number
  readonly jitterMs: number
  /** Shares of gossip messages. */
  readonly loss: number
  readonly doubled: number
  readonly reordered: number
  /** So old is everything that is heard by gossip. */
  readonly gossipAgeMs: number
}

/** connection-monitor.ts closes a silent connection somewhere between. */
const LEAST_SILENT_MS = CONNECTION_PING_TIMEOUT_MS
export const MOST_SILENT_MS = CONNECTION_PING_TIMEOUT_MS + CONNECTION_PING_MS

export class Network {
  readonly timeline: Timeline
  readonly random: Random
  readonly traits: NetworkTraits
  readonly trace: Trace
  /** By the address they listen at. */
  readonly hosts = new Map<string, Host>()
  readonly connections = new Set<Connection>()
  /** Whose machine has which address, whether or not somebody listens there. */
  readonly owners = new Map<string, string>()
  #sides = new Map<string, number>()
  /** When each pair could last not reach each other. */
  readonly #apartUntilMs = new Map<string, number>()

  constructor(timeline: Timeline, random: Random, traits: NetworkTraits, trace: Trace) {
    this.timeline = timeline
    this.random = random
    this.traits = traits
    this.trace = trace
  }

  latencyMs(): number {
    return this.traits.latencyMs + this.random.next() * this.traits.jitterMs
  }

  isUp(a: string, b: string): boolean {
    return (this.#sides.get(a) ?? 0) === (this.#sides.get(b) ?? 0)
  }

  /** Whether `a` could reach `b`'s machine all the time since then. */
  wereTogetherSince(a: string, b: string, sinceMs: number): boolean {
    return this.isUp(a, b) && (this.#apartUntilMs.get(pairOf(a, b)) ?? Number.NEGATIVE_INFINITY) <= sinceMs
  }

  /** Peers of different sides can't reach each other from now on; who is not named is on side 0. */
  divide(sides: ReadonlyMap<string, number>): void {
    const before = this.#sides
    this.#sides = new Map(sides)
    const ids = [...new Set(this.owners.values())]
    for (const [index, a] of ids.entries()) {
      for (const b of ids.slice(index + 1)) {
        const wasUp = (before.get(a) ?? 0) === (before.get(b) ?? 0)
        if (!wasUp) this.#apartUntilMs.set(pairOf(a, b), this.timeline.nowMs)
      }
    }
    for (const connection of this.connections) {
      if (connection.isUp()) connection.resume()
      else this.watch(connection)
    }
  }

  /** Closes the connection if nothing passes through it for as long as libp2p tolerates. */
  watch(connection: Connection): void {
    connection.silentSinceMs ??= this.timeline.nowMs
    const sinceMs = connection.silentSinceMs
    this.timeline.after(LEAST_SILENT_MS + this.random.next() * (MOST_SILENT_MS - LEAST_SILENT_MS), () => {
      if (connection.silentSinceMs !== sinceMs || !connection.isSilent()) return
      connection.break(new Error('ping timeout'), 0)
    })
  }

  connectionsOf(id: string): Connection[] {
    return [...this.connections].filter((connection) => connection.ends.some((end) => end.host.id === id))
  }

  connect(initiator: Host, target: Host): Connection {
    const connection = new Connection(this, initiator, target)
    this.connections.add(connection)
    return connection
  }
}

const pairOf = (a: string, b: string): string => (a < b ? `${a} ${b}` : `${b} ${a}`)
