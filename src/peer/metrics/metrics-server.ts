/**
 * `GET /metrics` on loopback, and nothing else. A page in a browser of this machine must not read it either: the Host has to be
 * loopback's (a name that somebody points at 127.0.0.1 is not), and no header allows other origins.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { MurmurationError } from '../../base/errors.ts'
import {
  MAX_METRICS_CONNECTIONS,
  MAX_METRICS_HEADER_BYTES,
  METRICS_IDLE_MS,
  METRICS_REQUEST_MS,
} from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import { EXPOSITION_TYPE } from './exposition.ts'

const log = createLog('metrics')

const HOST = '127.0.0.1'
const OWN_HOSTS = /^(127\.0\.0\.1|localhost)(:\d+)?$/i

export interface MetricsServer {
  /** `http://127.0.0.1:9464/metrics`. */
  readonly url: string
  /** Idempotent. Closes open connections too. */
  close(): Promise<void>
}

/**
 * Listens on loopback; port 0 takes any.
 * @param read the text; what it throws is answered with 500
 * @throws MurmurationError ERR_PORT_TAKEN
 */
export async function openMetricsServer(port: number, read: () => string): Promise<MetricsServer> {
  const server = createServer(
    {
      maxHeaderSize: MAX_METRICS_HEADER_BYTES,
      headersTimeout: METRICS_REQUEST_MS,
      requestTimeout: METRICS_REQUEST_MS,
      keepAliveTimeout: METRICS_IDLE_MS,
      connectionsCheckingInterval: METRICS_REQUEST_MS / 2,
    },
    (request, response) => answer(request, response, read),
  )
  server.maxConnections = MAX_METRICS_CONNECTIONS
  await listen(server, port)
  const address = server.address()
  const taken = typeof address === 'object' && address !== null ? address.port : port
  let closed: Promise<void> | undefined
  return {
    url: `http://${HOST}:${taken}/metrics`,
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      return closed
    },
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on: ${cause.message}`
      const sentence = `port ${port} of --metrics ${why}`
      const facts = { port, help: 'Choose another port with --metrics; 0 takes any free one.' }
      reject(new MurmurationError('ERR_PORT_TAKEN', sentence, { cause, facts }))
    })
    // exclusive: two processes must not share a port and answer in turns
    server.listen({ host: HOST, port, exclusive: true }, () => {
      server.removeAllListeners('error')
      server.on('error', (error) => log.error('the metrics server fails - %e', error))
      resolve()
    })
  })
}

function answer({ method, url, headers }: IncomingMessage, response: ServerResponse, read: () => string): void {
  if (method !== 'GET' || url !== '/metrics' || !OWN_HOSTS.test(headers.host ?? '')) {
    log('%s %s for %s is refused', method, url, headers.host)
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end('not found\n')
    return
  }
  let text: string
  try {
    text = read()
  } catch (error) {
    log.error('metrics cannot be read - %e', error)
    response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end('failed\n')
    return
  }
  response.writeHead(200, { 'content-type': EXPOSITION_TYPE, 'x-content-type-options': 'nosniff' }).end(text)
}
