/**
 * A TCP proxy in front of one address, or of whatever port each connection names, whose connections can be made slow, cut,
 * reset or damaged while they live. Each direction has a queue of its own, so latency and bandwidth hold for both, and bytes
 * never overtake each other.
 */

import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Random } from '../../src/base/random.ts'

/** What a network does; it may be changed while connections live, and holds for the bytes that come from then on. */
export interface Faults {
  /** One way. */
  latencyMs: number
  /** Added to the latency, uniform in [0, jitterMs). */
  jitterMs: number
  /** Of each direction of each connection; Infinity = as fast as it goes. */
  bytesPerSecond: number
  /** Of each byte, to have one bit turned. */
  flipProbability: number
  /** Bytes of one direction after which a connection is cut in the midst of whatever it carries; Infinity = never. */
  cutAfterBytes: number
}

export const NO_FAULTS: Faults = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  flipProbability: 0,
  cutAfterBytes: Number.POSITIVE_INFINITY,
}

export interface FaultProxy {
  readonly port: number
  /** Change it as you like. */
  readonly faults: Faults
  /** Connections that live. */
  readonly connections: number
  /** Bytes that came through, both directions together. */
  readonly passedBytes: number
  /** Ends every connection, as a router does that forgot it: RST, not FIN. */
  resetAll(): void
  /** Ends every connection in the midst of the next bytes that it carries: half of them arrive. */
  cutAll(): void
  /** Lets nothing through and loses nothing: a cable that is out, until `heal`. */
  hold(): void
  heal(): void
  close(): Promise<void>
}

/** Bytes read and not yet passed on before a direction stops reading: what a router buffers. */
const MAX_QUEUED_BYTES = 256 * 1024

export interface Target {
  readonly host: string
  readonly port: number
}

/** How a connection names a port of this machine: in its first two bytes, the higher one first (dial-through-proxy.ts writes them). */
const PORT_BYTES = 2

/** `target`: 'named' takes each connection to the port of this machine that it names. */
export async function startFaultProxy(
  target: Target | 'named',
  random: Random,
  first: Partial<Faults> = {},
): Promise<FaultProxy> {
  const faults: Faults = { ...NO_FAULTS, ...first }
  const pairs = new Set<readonly Socket[]>()
  const timers = new Set<NodeJS.Timeout>()
  const held: (() => void)[] = []
  let isHeld = false
  let passedBytes = 0
  /** How often all connections were to be cut: a direction that has seen fewer of them cuts its next bytes. */
  let cuts = 0

  function later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (isHeld) held.push(act)
      else act()
    }, delayMs)
    timers.add(timer)
  }

  function damage(bytes: Buffer): Buffer {
    if (faults.flipProbability === 0) return bytes
    const damaged = Buffer.from(bytes)
    for (const [index, byte] of bytes.entries()) {
      if (random.next() < faults.flipProbability) damaged[index] = byte ^ (1 << Math.floor(random.next() * 8))
    }
    return damaged
  }

  function relay(from: Socket, to: Socket, reset: () => void): void {
    let queuedBytes = 0
    let seenBytes = 0
    const cutsBefore = cuts
    /** When the wire is free again, and when the last byte arrives: later ones do not overtake it. */
    let freeAtMs = 0
    let arrivesAtMs = 0
    // timers may fire out of order by a millisecond: each lets through what is due at the front
    const onItsWay: (() => void)[] = []
    const send = (bytes: Buffer, act: () => void): void => {
      const nowMs = performance.now()
      freeAtMs = Math.max(nowMs, freeAtMs) + (bytes.length * 1000) / faults.bytesPerSecond
      const delayMs = faults.latencyMs + random.next() * faults.jitterMs
      arrivesAtMs = Math.max(arrivesAtMs, freeAtMs + delayMs)
      onItsWay.push(act)
      later(arrivesAtMs - nowMs, () => onItsWay.shift()?.())
    }
    from.on('data', (bytes: Buffer) => {
      const leftBytes = cuts > cutsBefore ? bytes.length >> 1 : faults.cutAfterBytes - seenBytes
      seenBytes += bytes.length
      queuedBytes += bytes.length
      if (queuedBytes > MAX_QUEUED_BYTES) from.pause()
      const isCut = bytes.length > leftBytes
      const passed = damage(isCut ? bytes.subarray(0, Math.max(0, leftBytes)) : bytes)
      send(passed, () => {
        queuedBytes -= bytes.length
        passedBytes += passed.length
        if (queuedBytes <= MAX_QUEUED_BYTES) from.resume()
        to.write(passed)
        if (isCut) reset()
      })
    })
    from.on('end', () => send(Buffer.alloc(0), () => to.end()))
  }

  function take(sockets: readonly Socket[]): () => void {
    const reset = (): void => {
      for (const socket of sockets) socket.resetAndDestroy()
    }
    pairs.add(sockets)
    for (const socket of sockets) {
      socket.setNoDelay(true)
      socket.on('error', reset).on('close', () => {
        if (sockets.every(({ destroyed }) => destroyed)) pairs.delete(sockets)
      })
    }
    return reset
  }

  function join(near: Socket, to: Target): void {
    const far = connect({ ...to, allowHalfOpen: true })
    const reset = take([near, far])
    relay(near, far, reset)
    relay(far, near, reset)
  }

  const server: Server = createServer({ allowHalfOpen: true }, (near) => {
    if (target !== 'named') {
      join(near, target)
      return
    }
    const alone = [near]
    take(alone)
    near.on('readable', function read() {
      const name: Buffer | null = near.read(PORT_BYTES)
      if (name === null) return
      near.off('readable', read)
      pairs.delete(alone)
      join(near, { host: '127.0.0.1', port: name.readUInt16BE() })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')

  function resetAll(): void {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy()
  }

  return {
    port: address.port,
    faults,
    get connections() {
      return pairs.size
    },
    get passedBytes() {
      return passedBytes
    },
    resetAll,
    cutAll() {
      cuts += 1
    },
    hold() {
      isHeld = true
    },
    heal() {
      isHeld = false
      for (const act of held.splice(0)) act()
    },
    async close() {
      for (const timer of timers) clearTimeout(timer)
      resetAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
