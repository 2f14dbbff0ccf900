/**
 * Finds the others and keeps enough connections: asks dial-plan.ts whom to dial, dials a few at once, and looks again
 * every DIAL_INTERVAL_MS plus jitter, or as soon as something new is known.
 */

import type { Clock, Timer } from '../../base/clock.ts'
import { asMurmurationError } from '../../base/errors.ts'
import type { PeerId } from '../../base/ids.ts'
import { DIAL_INTERVAL_MS, MAX_CONCURRENT_DIALS, MAX_KNOWN_PEERS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { Random } from '../../base/random.ts'
import type { Membership } from '../membership/membership.ts'
import type { DialProblem } from './cluster-node.ts'
import { type DialTarget, type NamedPeer, planDials } from './dial-plan.ts'
import { createDialRecord } from './dial-record.ts'

const log = createLog('dialer')

/** The running/ folder is read in each round while connections are few, and else only in each of so many. */
const ROUNDS_BETWEEN_LOOKS = 10

export interface DialerOptions {
  readonly clock: Clock
  readonly random: Random
  readonly configured: readonly string[]
  readonly known: readonly NamedPeer[]
  /** Depends on how many peers there are. */
  wantedConnections(): number
  /** Dials at once of those that only fill up to the wanted connections. */
  readonly maxFillers: number
  membership(): Membership
  coordinators(): readonly PeerId[]
  /** Peers of this user on this machine. */
  readRunning(): Promise<readonly NamedPeer[]>
  /** Connects, with handshake and proof; resolves with whom was found. @throws MurmurationError */
  dial(addresses: readonly string[]): Promise<PeerId>
  /** A configured address failed in another way than before. */
  onProblem?(): void
  /** This peer is not, or no longer, where it was said to be. */
  onAbsent?(target: NamedPeer): void
}

export interface Dialer {
  start(): void
  /** Something new is known: look now. */
  kick(): void
  /** What made dials fail has changed: try everything again now. */
  retry(): void
  /** A peer that mDNS announced. */
  discovered(peer: NamedPeer): void
  /** Of the configured addresses. */
  problems(): readonly DialProblem[]
  stop(): void
}

export function createDialer(options: DialerOptions): Dialer {
  const { clock, random } = options
  const record = createDialRecord(clock, random)
  const foundAt = new Map<string, PeerId>()
  const discovered = new Map<PeerId, NamedPeer>()
  const pending = new Set<string>()
  let running: readonly NamedPeer[] = []
  let timer: Timer | undefined
  let isRunning = false
  let isLooking = false
  let isKicked = false
  let rounds = 0
  /**
   * Dials at once. Halved by each that times out: where a whole flock starts on a busy machine, all handshakes are slow
   * because there are so many, and more of them would only make all of them fail.
   */
  let allowance = MAX_CONCURRENT_DIALS

  async function look(): Promise<void> {
    if (isLooking) {
      isKicked = true
      return
    }
    isLooking = true
    timer?.cancel()
    const isShort = options.membership().connected.size < options.wantedConnections()
    if (isShort || rounds % ROUNDS_BETWEEN_LOOKS === 0) running = await readRunning()
    rounds += 1
    if (isRunning) startDials()
    isLooking = false
    if (!isRunning) return
    const waitMs = isKicked ? 0 : DIAL_INTERVAL_MS * (1 + random.next())
    isKicked = false
    timer = clock.setTimer(waitMs, () => void look())
  }

  async function readRunning(): Promise<readonly NamedPeer[]> {
    try {
      return await options.readRunning()
    } catch (error) {
      // A full disk, perhaps: the other ways to find peers still work.
      log.error('the peers of this machine were not read - %e', error)
      return running
    }
  }

  function startDials(): void {
    const targets = planDials({
      membership: options.membership(),
      configured: options.configured.map((address) => ({ address, peer: foundAt.get(address) })),
      nearby: [...running, ...discovered.values()],
      coordinators: options.coordinators(),
      known: options.known,
      wantedConnections: options.wantedConnections(),
      maxFillers: Math.min(options.maxFillers, allowance),
      pending,
      canTry: record.canTry,
      random,
    })
    for (const target of targets.slice(0, Math.max(0, allowance - pending.size))) void dial(target)
  }

  async function dial(target: DialTarget): Promise<void> {
    pending.add(target.key)
    try {
      const found = await options.dial(target.addresses)
      if (target.peer === undefined) foundAt.set(target.key, found)
      record.succeeded(target)
      allowance = Math.min(MAX_CONCURRENT_DIALS, allowance + 1)
      log('connected to %s at %s', found, target.addresses)
    } catch (error) {
      const reason = asMurmurationError(error, 'ERR_UNREACHABLE')
      if (record.failed(target, reason)) options.onProblem?.()
      if (reason.facts['isTimeout'] === true) allowance = Math.max(1, Math.floor(allowance / 2))
      else if (target.peer !== undefined) options.onAbsent?.({ id: target.peer, addresses: target.addresses })
      log('no connection to %s - %e', target.key, error)
    } finally {
      pending.delete(target.key)
    }
    // The next of those that did not fit into MAX_CONCURRENT_DIALS.
    if (isRunning) kick()
  }

  function kick(): void {
    if (!isRunning) return
    if (isLooking) {
      isKicked = true
      return
    }
    timer?.cancel()
    timer = clock.setTimer(0, () => void look())
  }

  return {
    start() {
      isRunning = true
      void look()
    },
    kick,
    retry() {
      record.forgetFailures()
      kick()
    },
    discovered(peer) {
      if (discovered.size >= MAX_KNOWN_PEERS && !discovered.has(peer.id)) return
      discovered.set(peer.id, peer)
      kick()
    },
    problems: record.problems,
    stop() {
      isRunning = false
      timer?.cancel()
    },
  }
}
