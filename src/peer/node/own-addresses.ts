import { MAX_ADDRESS_BYTES, MAX_ADDRESSES } from '../../base/limits.ts'
import type { LoadReport } from '../../protocol/messages.ts'
import { isLoopback } from '../identity/running-peers.ts'
import type { ClusterLibp2p } from './cluster-libp2p.ts'

/** What others can dial: addresses that reach this machine from outside first. */
export function ownAddresses(libp2p: Pick<ClusterLibp2p, 'getMultiaddrs'>): LoadReport['addresses'] {
  const addresses = libp2p
    .getMultiaddrs()
    .map(String)
    .filter((address) => Buffer.byteLength(address) <= MAX_ADDRESS_BYTES)
  const byReach = (address: string): number => (isLoopback(address) ? 1 : 0)
  return addresses.sort((a, b) => byReach(a) - byReach(b)).slice(0, MAX_ADDRESSES)
}
