/**
 * Who is in the cluster, as one peer sees it: a pure function of the state and one event, without clock, timer or
 * network. Time comes in with the events (`atMs`, monotonic), what must be done comes out as effects.
 *
 * - A peer is listed by its own word only: a report it signed, or said itself in a hello. What others say of it
 *   (hearsay) is kept apart, for dialling.
 * - `alive` -> `suspect` after SUSPECT_INTERVALS x nextReportWithinMs of silence, which asks for a direct ping;
 *   `suspect` -> `dead` only when that ping failed. A connection that closed says nothing.
 * - Reports are ordered by life (incarnation), then by farewell, then by sequence; an older one changes nothing. So the
 *   result does not depend on the order in which they come.
 * - When this peer's own timers run late (stopped, starved, woken from sleep), the silence was its own: every clock
 *   restarts and nobody is accused.
 */

import type { PeerId } from '../../base/ids.ts'
import {
  FORGET_MS,
  MAX_PEERS,
  REPORT_BUSY_MS,
  STARVED_MS,
  SUSPECT_INTERVALS,
  SUSPECT_PING_MS,
} from '../../base/limits.ts'
import { PersistentMap } from '../../base/persistent-map.ts'
import type { LoadReport } from '../../protocol/messages.ts'
import type { PeerState } from '../snapshot.ts'

export interface Member {
  readonly report: LoadReport
  readonly state: PeerState
  /** When it was last heard, by report or by answered ping: what "last seen" shows. */
  readonly heardAtMs: number
  /** Since when its silence counts; later than `heardAtMs` after this peer's own starvation. */
  readonly silentSinceMs: number
  /** When it became dead or left; undefined while it is neither. */
  readonly goneAtMs: number | undefined
}

/** A peer that others spoke of and that has not spoken itself. */
export interface Hearsay {
  readonly report: LoadReport
  readonly heardAtMs: number
}

export interface Membership {
  readonly self: PeerId
  readonly members: PersistentMap<PeerId, Member>
  readonly hearsay: PersistentMap<PeerId, Hearsay>
  readonly connected: ReadonlySet<PeerId>
}

export type MembershipEvent =
  /** A peer's own word. */
  | { readonly kind: 'report'; readonly report: LoadReport; readonly atMs: number }
  | { readonly kind: 'hearsay'; readonly report: LoadReport; readonly ageMs: number; readonly atMs: number }
  | { readonly kind: 'connection-opened' | 'connection-closed'; readonly peer: PeerId; readonly atMs: number }
  | { readonly kind: 'ping-answered'; readonly peer: PeerId; readonly atMs: number }
  /** `tookMs`: from the asking on; far above SUSPECT_PING_MS it tells of this peer's own standstill. */
  | { readonly kind: 'ping-failed'; readonly peer: PeerId; readonly atMs: number; readonly tookMs: number }
  /** `latenessMs`: how much later than planned this tick came. */
  | { readonly kind: 'tick'; readonly atMs: number; readonly latenessMs: number }

export type MembershipEffect =
  /** Ping this peer directly and say how it went. */
  | { readonly kind: 'ping'; readonly peer: PeerId }
  /** What is listed has changed. */
  | { readonly kind: 'changed' }
  /** A new peer, or a new life of one: tell it about oneself soon. */
  | { readonly kind: 'joined'; readonly peer: PeerId }

export interface MembershipStep {
  readonly state: Membership
  readonly effects: readonly MembershipEffect[]
}

export const createMembership = (self: PeerId): Membership => ({
  self,
  members: PersistentMap.empty(),
  hearsay: PersistentMap.empty(),
  connected: new Set(),
})

export function reduceMembership(state: Membership, event: MembershipEvent): MembershipStep {
  switch (event.kind) {
    case 'report':
      return onReport(state, event.report, event.atMs)
    case 'hearsay':
      return onHearsay(state, event.report, event.atMs - Math.max(0, event.ageMs))
    case 'connection-opened':
      return unchanged({ ...state, connected: new Set(state.connected).add(event.peer) })
    case 'connection-closed':
      return unchanged({ ...state, connected: without(state.connected, event.peer) })
    case 'ping-answered':
      return onPingAnswered(state, event.peer, event.atMs)
    case 'ping-failed':
      return event.tookMs > SUSPECT_PING_MS + STARVED_MS
        ? restartClocks(state, event.atMs)
        : onPingFailed(state, event.peer, event.atMs)
    case 'tick':
      return event.latenessMs > STARVED_MS ? restartClocks(state, event.atMs) : onTick(state, event.atMs)
  }
}

/** Negative when `a` is older than `b`, 0 when they are the same word, positive when `a` is newer. */
export function compareReports(a: LoadReport, b: LoadReport): number {
  // A farewell is the last word of its life, whatever number a late report of that life carries.
  return a.incarnation - b.incarnation || Number(a.isLeaving) - Number(b.isLeaving) || a.sequence - b.sequence
}

/** The silence after which a peer that sent `report` is suspect, in ms. */
export const toleratedSilenceMs = (report: LoadReport): number =>
  SUSPECT_INTERVALS * Math.max(REPORT_BUSY_MS, report.nextReportWithinMs)

function onReport(state: Membership, report: LoadReport, atMs: number): MembershipStep {
  if (report.peer === state.self) return unchanged(state)
  const before = state.members.get(report.peer)
  if (before && compareReports(report, before.report) <= 0) return unchanged(state)
  const room = before ? state.members : makeRoom(state.members)
  if (!room) return unchanged(state)
  const members = room.with(report.peer, {
    report,
    state: report.isLeaving ? 'left' : 'alive',
    heardAtMs: atMs,
    silentSinceMs: atMs,
    goneAtMs: report.isLeaving ? (before?.state === 'left' ? before.goneAtMs : atMs) : undefined,
  })
  const hearsay = state.hearsay.without(report.peer)
  const isNewLife = !report.isLeaving && before?.report.incarnation !== report.incarnation
  const effects: MembershipEffect[] = [{ kind: 'changed' }]
  if (isNewLife) effects.push({ kind: 'joined', peer: report.peer })
  return { state: { ...state, members, hearsay }, effects }
}

function onHearsay(state: Membership, report: LoadReport, heardAtMs: number): MembershipStep {
  if (report.peer === state.self || report.isLeaving) return unchanged(state)
  const own = state.members.get(report.peer)
  // Worth dialling although it is listed: only a life that is newer than the one that ended here.
  if (own && (own.goneAtMs === undefined || report.incarnation <= own.report.incarnation)) return unchanged(state)
  const before = state.hearsay.get(report.peer)
  if (before && (compareReports(report, before.report) < 0 || heardAtMs <= before.heardAtMs)) return unchanged(state)
  if (!before && state.hearsay.size >= MAX_PEERS) return unchanged(state)
  return unchanged({ ...state, hearsay: state.hearsay.with(report.peer, { report, heardAtMs }) })
}

function onPingAnswered(state: Membership, peer: PeerId, atMs: number): MembershipStep {
  const member = state.members.get(peer)
  // It may have said goodbye, or been given up, since it was asked.
  if (!member || member.state === 'left' || member.state === 'dead') return unchanged(state)
  return changed(state, peer, { ...member, state: 'alive', heardAtMs: atMs, silentSinceMs: atMs })
}

function onPingFailed(state: Membership, peer: PeerId, atMs: number): MembershipStep {
  const member = state.members.get(peer)
  // A report, or the restart of the clocks, has cleared it of the suspicion meanwhile.
  if (member?.state !== 'suspect') return unchanged(state)
  return changed(state, peer, { ...member, state: 'dead', goneAtMs: atMs })
}

function onTick(state: Membership, atMs: number): MembershipStep {
  const silent: PeerId[] = []
  let { members, hearsay } = state
  for (const [peer, member] of state.members) {
    if (member.state === 'alive' && atMs - member.silentSinceMs > toleratedSilenceMs(member.report)) {
      members = members.with(peer, { ...member, state: 'suspect' })
      silent.push(peer)
    } else if (member.goneAtMs !== undefined && atMs - member.goneAtMs > FORGET_MS) {
      members = members.without(peer)
    }
  }
  for (const [peer, { report, heardAtMs }] of state.hearsay) {
    if (atMs - heardAtMs > toleratedSilenceMs(report)) hearsay = hearsay.without(peer)
  }
  const isListChanged = silent.length > 0 || members.size < state.members.size
  if (!isListChanged && hearsay.size === state.hearsay.size) return unchanged(state)
  const effects: MembershipEffect[] = silent.map((peer) => ({ kind: 'ping', peer }))
  if (isListChanged) effects.push({ kind: 'changed' })
  return { state: { ...state, members, hearsay }, effects }
}

function restartClocks(state: Membership, atMs: number): MembershipStep {
  const restarted = (member: Member): Member =>
    member.goneAtMs === undefined ? { ...member, state: 'alive', silentSinceMs: atMs } : member
  const members = PersistentMap.of([...state.members].map(([peer, member]) => [peer, restarted(member)] as const))
  return { state: { ...state, members }, effects: [{ kind: 'changed' }] }
}

/** Room for one more: beyond MAX_PEERS whoever is gone longest goes. Undefined when nobody is gone. */
function makeRoom(members: Membership['members']): Membership['members'] | undefined {
  if (members.size < MAX_PEERS) return members
  let longest: Member | undefined
  for (const member of members.values()) {
    if (member.goneAtMs === undefined) continue
    if (longest?.goneAtMs === undefined || member.goneAtMs < longest.goneAtMs) longest = member
  }
  return longest && members.without(longest.report.peer)
}

const unchanged = (state: Membership): MembershipStep => ({ state, effects: [] })

const changed = (state: Membership, peer: PeerId, member: Member): MembershipStep => ({
  state: { ...state, members: state.members.with(peer, member) },
  effects: [{ kind: 'changed' }],
})

function without<T>(set: ReadonlySet<T>, element: T): ReadonlySet<T> {
  const copy = new Set(set)
  copy.delete(element)
  return copy
}
