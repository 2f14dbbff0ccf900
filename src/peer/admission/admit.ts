/**
 * Who may join is decided inside connection establishment: the connection encrypter (TLS or noise) is wrapped, and the
 * proof of membership runs before libp2p sees a connection at all. So no protocol, no topic and no identify message
 * exists for a stranger. The wrapped protocols have names of their own: a stock libp2p does not even get to negotiate.
 *
 * Tried and refused: libp2p's connection gater (it gets no stream), a protocol after the connection is up (gossipsub adds
 * peers the moment it is), `@libp2p/pnet` (encrypts everything twice, a quarter of the speed).
 */

import {
  type ComponentLogger,
  type ConnectionEncrypter,
  type MessageStream,
  type PeerId,
  type SecureConnectionOptions,
  type SecuredConnection,
  serviceCapabilities,
} from '@libp2p/interface'
import { type ByteStream, byteStream } from '@libp2p/utils'
import { type Clock, deadlineSignal, sleep, systemClock } from '../../base/clock.ts'
import { ADMISSION_MS, MAX_UNREAD_AT_ADMISSION_BYTES, WRONG_KEY_LINGER_MS } from '../../base/limits.ts'
import { type ClusterKey, isSameKey } from '../identity/cluster-key.ts'
import type { Doorway } from './doorway.ts'
import {
  type AdmissionRole,
  commonKey,
  createNonce,
  isProofTag,
  NONCE_BYTES,
  type ProofSubject,
  proofTag,
  TAG_BYTES,
} from './proof.ts'

export interface AdmissionComponents {
  readonly peerId: PeerId
  readonly logger: ComponentLogger
}

/** A proof that was made with another key. The upgrader keeps only the text of errors, so this is told beside them. */
export interface FailedProof {
  readonly remotePeer: PeerId
  /** The multiaddr that was dialled, or that the other side came from. */
  readonly address: string
  readonly role: AdmissionRole
}

/** The keys that prove membership, at any moment. */
export interface AdmissionKeys {
  /** The one to prove with first. Never empty. */
  accepted(): readonly ClusterKey[]
}

export interface AdmissionOptions {
  /** Undefined admits everybody who speaks the protocol: `--insecure`. */
  readonly keys: AdmissionKeys | undefined
  readonly doorway?: Doorway
  readonly clock?: Clock
  onProofFailed?(failure: FailedProof): void
}

export const WRONG_KEY_SENTENCE = 'the other side holds another cluster key'

/** The protocol name under which `inner` is negotiated, such as `/murmuration/tls/1.0.0`. */
export const admittedProtocol = (inner: string, hasKey: boolean): string =>
  `/murmuration${hasKey ? '' : '-open'}/${inner.split('/')[1] ?? 'unknown'}/1.0.0`

/** Wraps `inner` so that a connection comes up only with members of this cluster. */
export function admit<Components>(
  inner: (components: Components) => ConnectionEncrypter,
  options: AdmissionOptions,
): (components: Components & AdmissionComponents) => ConnectionEncrypter {
  return (components) => new AdmittingEncrypter(inner(components), components, options)
}

class AdmittingEncrypter implements ConnectionEncrypter {
  readonly protocol: string
  readonly [Symbol.toStringTag] = 'murmuration/admission'
  readonly [serviceCapabilities]: readonly string[] = ['@libp2p/connection-encryption']
  readonly #inner: ConnectionEncrypter
  readonly #components: AdmissionComponents
  readonly #options: AdmissionOptions

  constructor(inner: ConnectionEncrypter, components: AdmissionComponents, options: AdmissionOptions) {
    this.protocol = admittedProtocol(inner.protocol, options.keys !== undefined)
    this.#inner = inner
    this.#components = components
    this.#options = options
  }

  async secureOutbound(connection: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    const secured = await this.#inner.secureOutbound(connection, options)
    return this.#prove(connection, secured, 'initiator', options)
  }

  async secureInbound(connection: MessageStream, options?: SecureConnectionOptions): Promise<SecuredConnection> {
    const secured = await this.#inner.secureInbound(connection, options)
    return this.#prove(connection, secured, 'responder', options)
  }

  async #prove(
    connection: MessageStream,
    secured: SecuredConnection,
    role: AdmissionRole,
    options: SecureConnectionOptions | undefined,
  ): Promise<SecuredConnection> {
    const { keys, doorway, clock = systemClock } = this.#options
    if (!keys) {
      doorway?.admitted(connection, undefined)
      return secured
    }
    const deadline = deadlineSignal(clock, ADMISSION_MS, 'the proof of membership', options?.signal)
    const { signal } = deadline
    const bytes = byteStream(secured.connection, { maxBufferSize: MAX_UNREAD_AT_ADMISSION_BYTES })
    try {
      const proved = await exchangeProofs(bytes, keys, role, this.#components.peerId, secured.remotePeer, signal)
      // Looked at in the same turn in which it is noted: a key may be retired while its proof is on the way.
      const key = proved && keys.accepted().find((accepted) => isSameKey(accepted, proved))
      if (!key) {
        this.#options.onProofFailed?.({ remotePeer: secured.remotePeer, address: addressOf(connection), role })
        // The other side must read our tag to learn the same: a reset at once could overtake it.
        await sleep(clock, WRONG_KEY_LINGER_MS, signal).catch(() => undefined)
        throw new Error(WRONG_KEY_SENTENCE)
      }
      doorway?.admitted(connection, key)
      // What came behind the proof belongs to the muxer: unwrap puts it back in front of the stream.
      return { ...secured, connection: bytes.unwrap() }
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause))
      secured.connection.abort(error)
      throw error
    } finally {
      deadline.cancel()
    }
  }
}

/** The key that the other side proved to hold, if it is one of `keys`. Rejects when it broke off, was too slow or sent too much. */
async function exchangeProofs(
  bytes: ByteStream<MessageStream>,
  keys: AdmissionKeys,
  role: AdmissionRole,
  self: PeerId,
  remote: PeerId,
  signal: AbortSignal,
): Promise<ClusterKey | undefined> {
  const remoteRole = role === 'initiator' ? 'responder' : 'initiator'
  const ownNonce = createNonce(keys.accepted(), role, self)
  await bytes.write(ownNonce, { signal })
  const remoteNonce = (await bytes.read({ bytes: NONCE_BYTES, signal })).subarray()
  const subject: ProofSubject =
    role === 'initiator'
      ? { initiator: self, responder: remote, initiatorNonce: ownNonce, responderNonce: remoteNonce }
      : { initiator: remote, responder: self, initiatorNonce: remoteNonce, responderNonce: ownNonce }
  const [current] = keys.accepted()
  const spoken = commonKey(remoteNonce, keys.accepted(), remoteRole, remote) ?? current
  // Without a common key too: the other side learns by it that the keys differ.
  if (spoken) await bytes.write(proofTag(spoken, role, subject), { signal })
  const remoteTag = (await bytes.read({ bytes: TAG_BYTES, signal })).subarray()
  return keys.accepted().find((key) => isProofTag(remoteTag, key, remoteRole, subject))
}

/** Below every encrypter is a MultiaddrConnection; its interface here is narrower. */
function addressOf(connection: MessageStream): string {
  return 'remoteAddr' in connection ? String(connection.remoteAddr) : ''
}
