/**
 * Runs the membership reducer: holds its state, feeds it the ticks, carries out the pings that it asks for. Everything
 * that decides is in membership.ts; everything that reaches a network is injected.
 */

import type { Clock, Timer } from '../../base/clock.ts'
import type { PeerId } from '../../base/ids.ts'
import { MEMBERSHIP_TICK_MS, STARVED_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { HeardReport, LoadReport } from '../../protocol/messages.ts'
import { createMembership, type Member, type Membership, type MembershipEvent, reduceMembership } from './membership.ts'

const log = createLog('membership')

export interface MemberListOptions {
  readonly self: PeerId
  readonly clock: Clock
  /** Asks the peer directly; rejects within about SUSPECT_PING_MS when no answer comes. */
  ping(member: Member): Promise<void>
  /** A report that is newer than what was known; before `onChange`. */
  onHeard?(report: LoadReport): void
  /** A new peer, or a new life of one, was heard. */
  onJoined(peer: PeerId): void
}

export interface MemberList {
  state(): Membership
  /** A peer's own word. */
  report(report: LoadReport): void
  hearsay(heard: HeardReport): void
  connection(peer: PeerId, isOpen: boolean): void
  /** Alive peers, oneself excluded. */
  alive(): readonly Member[]
  countAlive(): number
  /**
   * Goes up when somebody comes, goes, falls silent or is heard again, and stays through reports of those who are there: what
   * would look at every member after each of those looks at this first.
   */
  presence(): number
  /** Calls `listener` after every change of what is listed; returns the way to stop. */
  onChange(listener: () => void): () => void
  start(): void
  stop(): void
}

export function createMemberList(options: MemberListOptions): MemberList {
  const { clock } = options
  const listeners = new Set<() => void>()
  let state = createMembership(options.self)
  let timer: Timer | undefined
  let isRunning = false
  let presence = 0
  let counted: { readonly presence: number; readonly alive: number } | undefined

  function apply(event: MembershipEvent): void {
    const before = state
    const step = reduceMembership(state, event)
    state = step.state
    if (step.effects.some(({ kind }) => kind === 'changed') && isOfPresence(event, before, state)) presence += 1
    if (log.enabled) logStep(event, before, state)
    if (event.kind === 'report' && state.members.get(event.report.peer)?.report === event.report) {
      options.onHeard?.(event.report)
    }
    for (const effect of step.effects) {
      if (effect.kind === 'changed') for (const listener of [...listeners]) listener()
      else if (effect.kind === 'joined') options.onJoined(effect.peer)
      else void ping(effect.peer)
    }
  }

  async function ping(peer: PeerId): Promise<void> {
    const member = state.members.get(peer)
    if (!member) return
    const askedAtMs = clock.now()
    const isAnswered = await options.ping(member).then(
      () => true,
      () => false,
    )
    if (!isRunning) return
    const atMs = clock.now()
    apply(
      isAnswered
        ? { kind: 'ping-answered', peer, atMs }
        : { kind: 'ping-failed', peer, atMs, tookMs: atMs - askedAtMs },
    )
  }

  function scheduleTick(): void {
    const plannedMs = clock.now() + MEMBERSHIP_TICK_MS
    timer = clock.setTimer(MEMBERSHIP_TICK_MS, () => {
      const atMs = clock.now()
      scheduleTick()
      apply({ kind: 'tick', atMs, latenessMs: atMs - plannedMs })
    })
  }

  const alive = (): readonly Member[] => [...state.members.values()].filter((member) => member.state === 'alive')

  return {
    state: () => state,
    report: (report) => apply({ kind: 'report', report, atMs: clock.now() }),
    hearsay: ({ report, ageMs }) => apply({ kind: 'hearsay', report, ageMs, atMs: clock.now() }),
    connection: (peer, isOpen) =>
      apply({ kind: isOpen ? 'connection-opened' : 'connection-closed', peer, atMs: clock.now() }),
    alive,
    countAlive() {
      if (counted?.presence !== presence) counted = { presence, alive: alive().length }
      return counted.alive
    },
    presence: () => presence,
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    start() {
      isRunning = true
      scheduleTick()
    },
    stop() {
      isRunning = false
      timer?.cancel()
      listeners.clear()
    },
  }
}

/** Of a change of the list: most are one more report of a life that is known to be there. */
function isOfPresence(event: MembershipEvent, before: Membership, after: Membership): boolean {
  if (event.kind !== 'report') return true
  const { peer } = event.report
  const [was, is] = [before.members.get(peer), after.members.get(peer)]
  if (was?.state !== is?.state || was?.report.incarnation !== is?.report.incarnation) return true
  // what is told of it when it goes, or makes it a candidate for tasks
  return was?.report.name !== is?.report.name || was?.report.role !== is?.report.role
}

/** Who is another than before; most events are reports that change no state. */
function logStep(event: MembershipEvent, before: Membership, after: Membership): void {
  if (event.kind === 'tick' && event.latenessMs > STARVED_MS) {
    log('own timers came %i ms late: every silence starts anew', event.latenessMs)
  }
  if (before.members === after.members) return
  for (const [id, { state, report, heardAtMs }] of after.members) {
    const was = before.members.get(id)
    if (was?.state === state && was.report.incarnation === report.incarnation) continue
    const silentMs = event.atMs - (was?.heardAtMs ?? heardAtMs)
    log('%s (%s) is %s, was %s; last heard %i ms ago', report.name, id, state, was?.state ?? 'not known', silentMs)
  }
}
