/**
 * One dial, and why it failed in words for a person. libp2p's upgrader keeps only the text of what went wrong inside a
 * handshake; that a proof was made with another key comes beside it, through `proofFailed`.
 */

import type { Connection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { type Clock, deadlineSignal } from '../../base/clock.ts'
import { MurmurationError } from '../../base/errors.ts'
import { DIAL_MS } from '../../base/limits.ts'
import type { FailedProof } from '../admission/admit.ts'
import type { ClusterLibp2p } from './cluster-libp2p.ts'
import { endpointOf } from './dial-plan.ts'

export interface Connector {
  /**
   * The open connection to whoever is at `addresses`. Undefined when that is this peer itself.
   * @throws MurmurationError ERR_WRONG_KEY, ERR_UNREACHABLE; the signal's reason when it aborts first
   */
  dial(addresses: readonly string[], signal?: AbortSignal, options?: DialOptions): Promise<Connection | undefined>
}

export interface DialOptions {
  /** Open a connection even where there is one. Default false. */
  readonly force?: boolean
}

export interface ConnectorOptions {
  readonly libp2p: ClusterLibp2p
  readonly clock: Clock
  readonly hasKey: boolean
}

/** Proofs that failed in dials of this peer, told from within the handshake. */
export interface FailedProofs {
  add(failure: FailedProof): void
  has(address: string): boolean
  forget(address: string): void
  /** How many there were, also those of others that dialled this peer. */
  readonly count: number
}

export function createFailedProofs(): FailedProofs {
  // Only addresses under dial are in it: connector.ts forgets them when the dial ends.
  const endpoints = new Set<string>()
  let count = 0
  return {
    add({ role, address }) {
      count += 1
      if (role === 'initiator') endpoints.add(endpointOf(address))
    },
    get count() {
      return count
    },
    has: (address) => endpoints.has(endpointOf(address)),
    forget: (address) => void endpoints.delete(endpointOf(address)),
  }
}

export function createConnector(options: ConnectorOptions, failedProofs: FailedProofs): Connector {
  const { libp2p, clock, hasKey } = options
  return {
    async dial(addresses, signal, { force = false } = {}) {
      const deadline = deadlineSignal(clock, DIAL_MS, `a connection to ${addresses[0]}`, signal)
      try {
        return await libp2p.dial(addresses.map(multiaddr), { signal: deadline.signal, force })
      } catch (cause) {
        signal?.throwIfAborted()
        if (isSelf(cause)) return undefined
        const wrong = addresses.find(failedProofs.has)
        if (wrong !== undefined) {
          const sentence = `the peer at ${wrong} belongs to a cluster with another key`
          throw new MurmurationError('ERR_WRONG_KEY', sentence, { cause, facts: { address: wrong } })
        }
        throw new MurmurationError('ERR_UNREACHABLE', `${addresses.join(', ')}: ${reasonOf(cause, hasKey)}`, {
          cause,
          facts: { isTimeout: deadline.signal.aborted },
        })
      } finally {
        deadline.cancel()
        for (const address of addresses) failedProofs.forget(address)
      }
    },
  }
}

/** A certificate of ours begins an hour before it is made (`@libp2p/tls`). */
export const CLOCKS_DIFFER = 'its clock and the clock of this machine are an hour or more apart'

const isSelf = (error: unknown): boolean => error instanceof Error && /dial self/i.test(error.message)

function reasonOf(error: unknown, hasKey: boolean): string {
  const errors = error instanceof AggregateError ? error.errors : [error]
  const reasons = errors.map((one: unknown) => sentenceOf(one instanceof Error ? one.message : String(one), hasKey))
  return [...new Set(reasons)].join('; ')
}

function sentenceOf(message: string, hasKey: boolean): string {
  if (message.includes('ECONNREFUSED')) return 'nobody listens there (connection refused)'
  if (/EHOSTUNREACH|ENETUNREACH/.test(message)) return 'there is no way to that address from here'
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return 'that host name is not known'
  if (/certificate is not valid yet|certificate has expired/i.test(message)) return CLOCKS_DIFFER
  if (/unexpected ?peer/i.test(message)) return 'another peer listens there now'
  if (/abort|timed? ?out|expected within/i.test(message)) return `no answer within ${DIAL_MS} ms`
  if (message.includes('Protocol selection failed')) {
    return hasKey
      ? 'another program answers there, or a peer that was started with --insecure'
      : 'another program answers there, or a peer of a cluster with a key'
  }
  return message
}
