/** The network of this machine, as the doctor tries it. */

import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { DOCTOR_CONNECT_MS, DOCTOR_MULTICAST_MS } from '../../base/limits.ts'
import { MDNS_SERVICE } from '../node/cluster-libp2p.ts'
import type { ConnectOutcome, DoctorNetwork, ListenOutcome, MulticastOutcome } from './world.ts'

const MDNS_GROUP = '224.0.0.251'
const MDNS_PORT = 5353

export const systemNetwork: DoctorNetwork = {
  connect: (host, port) =>
    new Promise((resolve) => {
      const socket = connect({ host, port })
      const end = (outcome: ConnectOutcome): void => {
        clearTimeout(timer)
        socket.destroy()
        resolve(outcome)
      }
      // not the socket's own timeout: that begins only when the name is resolved
      const timer = setTimeout(() => end('silent'), DOCTOR_CONNECT_MS)
      socket.once('connect', () => end('open'))
      socket.on('error', (error: NodeJS.ErrnoException) => end(CONNECT_OUTCOMES[error.code ?? ''] ?? 'silent'))
    }),
  listen: (host, port) =>
    new Promise((resolve) => {
      const server = createServer()
      server.once('error', (error: NodeJS.ErrnoException) => resolve(LISTEN_OUTCOMES[error.code ?? ''] ?? 'taken'))
      server.listen({ host, port, exclusive: true }, () => server.close(() => resolve('free')))
    }),
  interfaces: () =>
    Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses.flatMap(({ family, internal, address }) => (family === 'IPv4' && !internal ? [{ name, address }] : [])),
    ),
  multicast,
}

const CONNECT_OUTCOMES: Readonly<Record<string, ConnectOutcome>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
}

const LISTEN_OUTCOMES: Readonly<Record<string, ListenOutcome>> = {
  EADDRINUSE: 'taken',
  EACCES: 'forbidden',
  EADDRNOTAVAIL: 'no-such-address',
}

function multicast(address: string): Promise<MulticastOutcome> {
  return new Promise((resolve) => {
    const query = mdnsQuery(MDNS_SERVICE)
    const own = new Set(systemNetwork.interfaces().map((one) => one.address))
    const socket = createSocket({ type: 'udp4', reuseAddr: true })
    let outcome: MulticastOutcome = 'silent'
    const end = (): void => {
      clearTimeout(timer)
      socket.close()
      resolve(outcome)
    }
    const timer = setTimeout(end, DOCTOR_MULTICAST_MS)
    const fail = (): void => {
      outcome = 'failed'
      end()
    }
    socket.once('error', fail)
    socket.on('message', (message, { address: from }) => {
      if (message.equals(query)) outcome = 'heard'
      else if (isAnswer(message) && !own.has(from)) {
        outcome = 'answered'
        end()
      }
    })
    socket.bind({ port: MDNS_PORT, exclusive: false }, () => {
      try {
        socket.addMembership(MDNS_GROUP, address)
        socket.setMulticastInterface(address)
        socket.setMulticastLoopback(true)
        socket.send(query, MDNS_PORT, MDNS_GROUP, (error) => {
          if (error) fail()
        })
      } catch {
        fail()
      }
    })
  })
}

/** A question for PTR records (RFC 6762). The id, which multicast answers ignore, tells our own query from those of others. */
function mdnsQuery(service: string): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  randomBytes(2).copy(header)
  const labels = service.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)])
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 12, 0, 1])])
}

const isAnswer = (message: Buffer): boolean =>
  ((message[2] ?? 0) & 0x80) !== 0 && message.includes(MDNS_SERVICE.split('.')[0] ?? '')
