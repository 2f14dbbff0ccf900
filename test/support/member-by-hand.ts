/** A member, or one who would like to be, whose messages the test writes itself: the real libp2p object and nothing on top. */

import { generateKeyPair } from '@libp2p/crypto/keys'
import { systemClock } from '../../src/base/clock.ts'
import { createDoorway } from '../../src/peer/admission/doorway.ts'
import type { ClusterKey } from '../../src/peer/identity/cluster-key.ts'
import { type ClusterLibp2p, createClusterLibp2p } from '../../src/peer/node/cluster-libp2p.ts'
import { atEnd } from './temporary-folder.ts'

/** Proves membership with the first of `keys`, accepts all of them, and is stopped when the test ends. */
export async function startMemberByHand(...keys: readonly ClusterKey[]): Promise<ClusterLibp2p> {
  const libp2p = await createClusterLibp2p({
    privateKey: await generateKeyPair('Ed25519'),
    keys: { accepted: () => keys },
    doorway: createDoorway(),
    listen: [],
    mdns: false,
    version: 'by-hand',
    clock: systemClock,
    onProofFailed: () => undefined,
  })
  await libp2p.start()
  atEnd(async () => libp2p.stop())
  return libp2p
}
