/** The tool of the tests with real faults does what it says: a proxy that damages nothing would prove nothing. */

import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createRandom } from '../../src/base/random.ts'
import { type FaultProxy, type Faults, startFaultProxy } from '../support/fault-proxy.ts'
import { waitFor } from '../support/wait-for.ts'

/** A server that sends everything back, a proxy before it, and one connection through it. */
async function world(faults: Partial<Faults>, isNamed = false): Promise<{ proxy: FaultProxy; socket: Socket }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const target = isNamed ? 'named' : { host: '127.0.0.1', port: address.port }
  const proxy = await startFaultProxy(target, createRandom(1), faults)
  const socket = connect({ host: '127.0.0.1', port: proxy.port })
  onTestFinished(async () => {
    socket.destroy()
    await proxy.close()
    for (const one of sockets) one.destroy()
    server.close()
  })
  await once(socket, 'connect')
  if (isNamed) socket.write(Buffer.from([address.port >> 8, address.port & 0xff]))
  return { proxy, socket }
}

/** Sends `bytes` and resolves with as many as come back. */
function echoOf(socket: Socket, bytes: Buffer): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>()
  let came = Buffer.alloc(0)
  const onData = (piece: Buffer): void => {
    came = Buffer.concat([came, piece])
    if (came.length < bytes.length) return
    socket.off('data', onData)
    resolve(came)
  }
  socket.on('data', onData)
  socket.write(bytes)
  return promise
}

const BYTES = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251))

describe('a fault proxy', () => {
  it('passes every byte in order, also with jitter', async () => {
    const { proxy, socket } = await world({ latencyMs: 1, jitterMs: 20 })
    expect((await echoOf(socket, BYTES)).equals(BYTES)).toBe(true)
    expect(proxy.passedBytes).toBe(2 * BYTES.length)
  })

  it('is as slow as it was told', async () => {
    const { socket } = await world({ latencyMs: 50, bytesPerSecond: 1_000_000 })
    const beganMs = performance.now()
    await echoOf(socket, BYTES)
    // 0.3 s in one direction and 50 ms in both; the directions work at once
    expect(performance.now() - beganMs).toBeGreaterThan(390)
  })

  it('turns bits', async () => {
    const { socket } = await world({ flipProbability: 0.001 })
    const came = await echoOf(socket, BYTES)
    const different = came.filter((byte, index) => byte !== BYTES[index]).length
    expect(different).toBeGreaterThan(300)
    expect(different).toBeLessThan(900)
  })

  it('cuts a connection half-way', async () => {
    const { proxy, socket } = await world({ cutAfterBytes: 100_000 })
    let length = 0
    socket.on('data', (piece) => {
      length += piece.length
    })
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    socket.on('error', () => {}).on('close', () => resolve())
    socket.write(BYTES)
    await closed
    expect(length).toBeLessThanOrEqual(100_000)
    await waitFor(() => expect(proxy.connections).toBe(0))
  })

  it('cuts what lives in the midst of the next bytes, and lets new connections through', async () => {
    const { proxy, socket } = await world({})
    await echoOf(socket, Buffer.from('before'))
    const came: Buffer[] = []
    socket.on('data', (piece) => came.push(piece))
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    socket.on('error', () => {}).on('close', () => resolve())
    proxy.cutAll()
    socket.write('0123456789')
    await closed
    expect(Buffer.concat(came).length).toBeLessThan(10)
    const again = connect({ host: '127.0.0.1', port: proxy.port })
    onTestFinished(() => void again.destroy())
    expect((await echoOf(again, BYTES)).equals(BYTES)).toBe(true)
  })

  it('takes each connection to the port that it names', async () => {
    const { proxy, socket } = await world({}, true)
    expect((await echoOf(socket, BYTES)).equals(BYTES)).toBe(true)
    socket.destroy()
    await waitFor(() => expect(proxy.connections).toBe(0))
  })

  it('resets what lives, and lets new connections through', async () => {
    const { proxy, socket } = await world({})
    await echoOf(socket, Buffer.from('before'))
    const failed = once(socket, 'error').catch((error: unknown) => [error])
    proxy.resetAll()
    expect(String((await failed)[0])).toContain('ECONNRESET')
    const again = connect({ host: '127.0.0.1', port: proxy.port })
    onTestFinished(() => void again.destroy())
    expect((await echoOf(again, Buffer.from('after'))).toString()).toBe('after')
  })

  it('holds everything back and loses nothing', async () => {
    const { proxy, socket } = await world({})
    await echoOf(socket, Buffer.from('before'))
    proxy.hold()
    const passedBytes = proxy.passedBytes
    const echo = echoOf(socket, Buffer.from('held'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(proxy.passedBytes).toBe(passedBytes)
    proxy.heal()
    expect((await echo).toString()).toBe('held')
  })
})
