/** Where a peer listens: the address that was asked for, or the first free port from the default one upwards. */

import { createServer } from 'node:net'
import { multiaddr } from '@multiformats/multiaddr'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_PORT_TRIES } from '../../base/limits.ts'
import { faultOfAddress } from '../identity/bootstrap-list.ts'
import { isLoopback } from '../identity/running-peers.ts'

export const DEFAULT_PORT = 4601

export interface ListenOptions {
  readonly listen?: string
  readonly lan?: boolean
  readonly insecure?: boolean
}

/**
 * Checks what was asked for.
 * @throws MurmurationError ERR_USAGE for an address that is none, and for `insecure` where others could reach it
 */
export function checkListenOptions({ listen, lan, insecure }: ListenOptions): void {
  if (listen !== undefined) {
    const fault = faultOfAddress(listen)
    if (fault !== undefined) throw new MurmurationError('ERR_USAGE', `--listen: ${fault}`)
  }
  const isReachable = lan === true || (listen !== undefined && !isLoopback(listen))
  if (insecure === true && isReachable) {
    const got = listen ?? '--lan'
    throw new MurmurationError(
      'ERR_USAGE',
      `--insecure expects to listen on loopback only, such as /ip4/127.0.0.1/tcp/${DEFAULT_PORT}, got ${got}`,
    )
  }
}

/**
 * The addresses to try in order. Of the default ones only those whose port looks free: another peer may still be faster.
 */
export async function* listenCandidates({ listen, lan }: ListenOptions): AsyncGenerator<string> {
  if (listen !== undefined) {
    yield listen
    return
  }
  const host = lan === true ? '0.0.0.0' : '127.0.0.1'
  for (let port = DEFAULT_PORT; port < DEFAULT_PORT + MAX_PORT_TRIES; port++) {
    if (await isPortFree(host, port)) yield `/ip4/${host}/tcp/${port}`
  }
}

/** The error for a person when no candidate could be listened on. */
export function portTaken({ listen }: ListenOptions, cause: unknown): MurmurationError {
  if (listen === undefined) {
    const last = DEFAULT_PORT + MAX_PORT_TRIES - 1
    return new MurmurationError('ERR_PORT_TAKEN', `every port from ${DEFAULT_PORT} to ${last} is in use`, { cause })
  }
  const port = multiaddr(listen)
    .getComponents()
    .find(({ name }) => name === 'tcp')?.value
  return new MurmurationError('ERR_PORT_TAKEN', `port ${port} of ${listen} is in use`, { cause, facts: { port } })
}

/** Whether an error of libp2p's start tells that the port is in use; it keeps only the text of what went wrong. */
export const isPortTaken = (error: unknown): boolean => error instanceof Error && error.message.includes('EADDRINUSE')

function isPortFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
