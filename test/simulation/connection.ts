/** A connection between two hosts, as each of its ends sees it: what libp2p calls a Connection, once on either side. */

import type { Host } from './host.ts'
import type { Network } from './network.ts'
import { Pipe, type PipeWorld } from './pipe.ts'
import { VirtualStream } from './virtual-stream.ts'

const OPEN_STREAM_BYTES = 60
const PING_BYTES = 32

export class ConnectionEnd {
  readonly host: Host
  readonly direction: 'inbound' | 'outbound'
  readonly connection: Connection
  readonly streams = new Set<VirtualStream>()
  readonly remotePeer: { toString(): string }
  status: 'open' | 'closed' = 'open'
  rtt: number | undefined
  /** The other side has told that it listens to gossip. */
  isSubscribed = false
  /** Promises that end with the connection. */
  readonly onClosed = new Set<(error: Error) => void>()

  constructor(connection: Connection, host: Host, remote: Host, direction: 'inbound' | 'outbound') {
    this.connection = connection
    this.host = host
    this.direction = direction
    this.remotePeer = { toString: () => remote.id }
  }

  get other(): ConnectionEnd {
    return this.connection.otherEnd(this)
  }

  newStream(protocol: string, { signal }: { readonly signal: AbortSignal }): Promise<VirtualStream> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (this.status !== 'open') return reject(new Error('The connection is closed'))
      const { local, remote, accept, answer } = this.connection.streamPair(this, protocol)
      const settle = (act: () => void): void => {
        signal.removeEventListener('abort', onAbort)
        local.removeEventListener('close', onClose)
        act()
      }
      const onAbort = (): void =>
        settle(() => {
          local.abort(new Error('aborted'))
          reject(signal.reason)
        })
      const onClose = (): void => settle(() => reject(new Error('Protocol selection failed: the stream was reset')))
      signal.addEventListener('abort', onAbort, { once: true })
      local.addEventListener('close', onClose)
      accept(() => {
        if (this.other.status !== 'open') return
        const handler = this.other.host.handlers.get(protocol)
        if (!handler) return remote.abort(new Error('no such protocol'))
        answer(() => {
          if (!local.isOver) settle(() => resolve(local))
        })
        handler(remote, this.other)
      })
    })
  }

  /** Resolves with the round trip in milliseconds. */
  ping(signal: AbortSignal): Promise<number> {
    const { timeline } = this.host.network
    const startedMs = timeline.nowMs
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (this.status !== 'open') return reject(new Error('The connection is closed'))
      const settle = (act: () => void): void => {
        signal.removeEventListener('abort', onAbort)
        this.onClosed.delete(onClose)
        act()
      }
      const onAbort = (): void => settle(() => reject(signal.reason))
      const onClose = (error: Error): void => settle(() => reject(error))
      signal.addEventListener('abort', onAbort, { once: true })
      this.onClosed.add(onClose)
      this.connection.control(this).push(PING_BYTES, () => {
        const back = this.connection.control(this.other)
        back.push(PING_BYTES, () => settle(() => resolve(timeline.nowMs - startedMs)))
      })
    })
  }

  /** This side gives it up; the other hears of it where it still can. */
  abort(error: Error): void {
    if (this.status === 'closed') return
    this.connection.endedBy(this)
    this.closed(error)
  }

  /** In this end's process: nothing comes or goes any more. */
  closed(error: Error): void {
    if (this.status === 'closed') return
    this.status = 'closed'
    for (const stream of [...this.streams]) stream.reset(error)
    for (const tell of [...this.onClosed]) tell(error)
    this.onClosed.clear()
    this.host.lostConnection(this)
  }
}

export class Connection {
  readonly network: Network
  readonly ends: readonly [ConnectionEnd, ConnectionEnd]
  /** Since when one of the two does not answer. */
  silentSinceMs: number | undefined
  isBroken = false
  readonly #pipes = new Set<Pipe>()
  readonly #controls: readonly [Pipe, Pipe]

  constructor(network: Network, initiator: Host, target: Host) {
    this.network = network
    this.ends = [
      new ConnectionEnd(this, initiator, target, 'outbound'),
      new ConnectionEnd(this, target, initiator, 'inbound'),
    ]
    this.#controls = [this.#pipe(target), this.#pipe(initiator)]
  }

  otherEnd(end: ConnectionEnd): ConnectionEnd {
    return this.ends[0] === end ? this.ends[1] : this.ends[0]
  }

  /** From this end to the other: pings, and that it closes. */
  control(end: ConnectionEnd): Pipe {
    return this.ends[0] === end ? this.#controls[0] : this.#controls[1]
  }

  isUp(): boolean {
    return this.network.isUp(this.ends[0].host.id, this.ends[1].host.id)
  }

  isSilent(): boolean {
    return !this.isBroken && (!this.isUp() || this.ends.some(({ host }) => !host.process.isRunning))
  }

  /** What waited for the link goes on. */
  resume(): void {
    if (!this.isSilent()) this.silentSinceMs = undefined
    for (const pipe of this.#pipes) pipe.resume()
  }

  /** Both ends hear of it, the second one perhaps much later; what is under way is lost, half a frame may have come through. */
  break(error: Error, lateMs: number): void {
    if (this.isBroken) return
    this.isBroken = true
    this.network.connections.delete(this)
    for (const pipe of this.#pipes) pipe.clear()
    const [first, second] = this.network.random.next() < 0.5 ? this.ends : [this.ends[1], this.ends[0]]
    first.host.process.enter(() => first.closed(error))
    this.network.timeline.after(lateMs, () => second.host.process.enter(() => second.closed(error)))
  }

  /** This end closed it, or its process is gone: its kernel says so. What it sent before may or may not come first. */
  endedBy(end: ConnectionEnd): void {
    if (this.isBroken) return
    this.isBroken = true
    this.network.connections.delete(this)
    const { other } = end
    const { random, timeline } = this.network
    const areBytesLost = random.next() < 0.5
    if (areBytesLost) for (const pipe of this.#pipes) pipe.clear()
    const tell = (): void => {
      if (this.isUp()) other.host.process.enter(() => other.closed(new Error('read ECONNRESET')))
      else timeline.after(1_000, tell)
    }
    timeline.after(this.network.latencyMs() + (random.next() < 0.2 ? random.next() * 3_000 : 0), tell)
  }

  streamPair(end: ConnectionEnd, protocol: string) {
    const { other } = end
    const there = this.#pipe(other.host)
    const back = this.#pipe(end.host)
    const forget = (from: ConnectionEnd, stream: VirtualStream): void => {
      from.streams.delete(stream)
      if (local.isOver && remote.isOver) {
        this.#pipes.delete(there)
        this.#pipes.delete(back)
      }
    }
    const local: VirtualStream = new VirtualStream(protocol, end.host.process, there, () => forget(end, local))
    const remote: VirtualStream = new VirtualStream(protocol, other.host.process, back, () => forget(other, remote))
    local.other = remote
    remote.other = local
    local.garble = end.host.garbleFor(protocol)
    remote.garble = other.host.garbleFor(protocol)
    end.streams.add(local)
    other.streams.add(remote)
    return {
      local,
      remote,
      accept: (act: () => void) => there.push(OPEN_STREAM_BYTES, act),
      answer: (act: () => void) => back.push(OPEN_STREAM_BYTES, act),
    }
  }

  #pipe(to: Host): Pipe {
    const { timeline } = this.network
    const bytesPerMs = Math.min(...this.ends.map(({ host }) => host.bytesPerMs))
    const world: PipeWorld = {
      timeline,
      latencyMs: () => this.network.latencyMs(),
      bytesPerMs,
      isUp: () => this.isUp(),
    }
    const pipe = new Pipe(world, to.process)
    this.#pipes.add(pipe)
    return pipe
  }
}
