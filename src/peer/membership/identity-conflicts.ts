/**
 * Notices one identity that two processes use at once: a data folder that was copied to another machine, or a snapshot of a
 * virtual machine started twice. Membership would show one peer that jumps, and libp2p mixes up their connections.
 *
 * A life is what one process says: its incarnation and where it listens. A restart ends one life and begins another, a new
 * network changes the addresses of one; neither is a conflict. Two things are:
 * - two lives answered over two connections that were open at the same moment (`answeredTogether`);
 * - the older of two lives says something new CLONE_EVIDENCE_MS after the newer one was first heard (`heard`).
 */

import type { Clock } from '../../base/clock.ts'
import type { PeerId } from '../../base/ids.ts'
import { CLONE_EVIDENCE_MS, MAX_IDENTITY_LIVES, MAX_PEERS } from '../../base/limits.ts'
import type { LoadReport } from '../../protocol/messages.ts'
import { isLoopback } from '../identity/running-peers.ts'
import { endpointOf } from '../node/dial-plan.ts'

export interface IdentityConflict {
  readonly peer: PeerId
  readonly name: string
  /** Where its two processes listen. */
  readonly places: readonly [readonly string[], readonly string[]]
}

export interface IdentityConflicts {
  /** A peer's own word, by gossip or hello, in the order in which they come; one's own published words too. */
  heard(report: LoadReport): void
  /** Own words that came over connections which were all open at the same moment. */
  answeredTogether(reports: readonly LoadReport[]): void
  list(): readonly IdentityConflict[]
}

/** `name` may be anything: whoever shows it escapes it. */
export function conflictSentence({ name, peer, places }: IdentityConflict): string {
  const [one, other] = places.map((addresses) => addresses.map(endpointOf).join(', ') || 'no address')
  return `two processes use the identity of ${name} (${peer}) at the same time: one at ${one}, one at ${other}`
}

interface Life {
  readonly latest: LoadReport
  readonly firstHeardMs: number
}

export function createIdentityConflicts(clock: Clock): IdentityConflicts {
  const lives = new Map<PeerId, readonly Life[]>()
  const conflicts = new Map<PeerId, IdentityConflict>()

  function tell(one: LoadReport, other: LoadReport): void {
    const places = [one.addresses, other.addresses] as const
    if (conflicts.size < MAX_PEERS) conflicts.set(one.peer, { peer: one.peer, name: one.name, places })
  }

  return {
    heard(report) {
      const nowMs = clock.now()
      const known = lives.get(report.peer) ?? []
      const own = known.find(({ latest }) => isSameLife(latest, report))
      // a copy that took a longer way, or came twice
      if (own && report.sequence <= own.latest.sequence) return
      const newer = known.find(
        ({ latest, firstHeardMs }) =>
          !isSameLife(latest, report) && isOlder(report, latest) && nowMs - firstHeardMs >= CLONE_EVIDENCE_MS,
      )
      if (newer && own) tell(report, newer.latest)
      if (!own && !lives.has(report.peer) && lives.size >= MAX_PEERS) return
      const life = { latest: report, firstHeardMs: own?.firstHeardMs ?? nowMs }
      lives.set(report.peer, [life, ...known.filter((one) => one !== own)].slice(0, MAX_IDENTITY_LIVES))
    },
    answeredTogether(reports) {
      for (const [index, report] of reports.entries()) {
        const other = reports.slice(index + 1).find(({ peer }) => peer === report.peer)
        if (other && !isSameLife(report, other)) tell(report, other)
      }
    },
    list: () => [...conflicts.values()],
  }
}

const isOlder = (a: LoadReport, b: LoadReport): boolean =>
  a.incarnation < b.incarnation || (a.incarnation === b.incarnation && a.sequence < b.sequence)

/** A process listens on one port for its life, while its machine's addresses may change, but not all while it is heard. */
function isSameLife(a: LoadReport, b: LoadReport): boolean {
  if (a.incarnation !== b.incarnation) return false
  const [ports, otherPorts] = [portsOf(a), portsOf(b)]
  if (ports.size > 0 && otherPorts.size > 0 && !hasCommon(ports, otherPorts)) return false
  const [hosts, otherHosts] = [hostsOf(a), hostsOf(b)]
  return hosts.size === 0 || otherHosts.size === 0 || hasCommon(hosts, otherHosts)
}

const portsOf = ({ addresses }: LoadReport): ReadonlySet<string> =>
  new Set(addresses.flatMap((address) => /\/tcp\/(\d+)/.exec(address)?.[1] ?? []))

/** Every machine has the loopback ones. */
const hostsOf = ({ addresses }: LoadReport): ReadonlySet<string> =>
  new Set(addresses.flatMap((address) => (isLoopback(address) ? [] : (/^\/[^/]+\/[^/]+/.exec(address)?.[0] ?? []))))

const hasCommon = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => [...a].some((one) => b.has(one))
