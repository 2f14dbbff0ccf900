/** Peer ids that are well-formed: the multihash of an Ed25519 public key, which nobody has the private key of, in base58btc. */

import { type PeerId, peerId } from '../../src/base/ids.ts'

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
/** identity, 36 bytes; protobuf: key type Ed25519, 32 bytes */
const PREFIX = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20]

export function simulatedPeerId(index: number): PeerId {
  const bytes = [...PREFIX, ...Array.from({ length: 32 }, (_, at) => (index * 31 + at * 7) % 256)]
  let value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  let text = ''
  for (; value > 0n; value /= 58n) text = (ALPHABET[Number(value % 58n)] ?? '') + text
  return peerId(`1${text}`)
}
