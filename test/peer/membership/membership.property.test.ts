import fc from 'fast-check'
import { expect, it } from 'vitest'
import { STARVED_MS } from '../../../src/base/limits.ts'
import {
  compareReports,
  createMembership,
  type Membership,
  type MembershipEvent,
  reduceMembership,
  toleratedSilenceMs,
} from '../../../src/peer/membership/membership.ts'
import type { LoadReport } from '../../../src/protocol/messages.ts'
import { loadReport, PEER_A, PEER_B, PEER_C } from '../../support/load-reports.ts'

const someReport = fc
  .record({
    peer: fc.constantFrom(PEER_B, PEER_C),
    incarnation: fc.integer({ min: 1, max: 3 }),
    sequence: fc.integer({ min: 1, max: 6 }),
    isLeaving: fc.boolean(),
    nextReportWithinMs: fc.integer({ min: 0, max: 60_000 }),
  })
  .map((part) => loadReport(part))

/** What one peer says under one number is always the same. */
const consistent = (reports: readonly LoadReport[]): LoadReport[] => [
  ...new Map(
    reports.map((report) => [`${report.peer} ${report.incarnation} ${report.isLeaving} ${report.sequence}`, report]),
  ).values(),
]

const someEvent: fc.Arbitrary<(atMs: number) => MembershipEvent> = fc.oneof(
  { weight: 4, arbitrary: someReport.map((report) => (atMs: number) => ({ kind: 'report', report, atMs }) as const) },
  fc.tuple(someReport, fc.nat(60_000)).map(
    ([report, ageMs]) =>
      (atMs: number) =>
        ({ kind: 'hearsay', report, ageMs, atMs }) as const,
  ),
  { weight: 4, arbitrary: fc.constant((atMs: number) => ({ kind: 'tick', atMs, latenessMs: 0 }) as const) },
  fc
    .constantFrom(PEER_B, PEER_C)
    .map((peer) => (atMs: number) => ({ kind: 'ping-failed', peer, atMs, tookMs: 100 }) as const),
  fc.constantFrom(PEER_B, PEER_C).map((peer) => (atMs: number) => ({ kind: 'ping-answered', peer, atMs }) as const),
  fc.constantFrom(PEER_B, PEER_C).map((peer) => (atMs: number) => ({ kind: 'connection-closed', peer, atMs }) as const),
)

const someHistory = fc.array(fc.tuple(fc.nat(30_000), someEvent), { maxLength: 40 }).map((steps) => {
  let atMs = 0
  return steps.map(([laterMs, event]) => {
    atMs += laterMs
    return event(atMs)
  })
})

const replay = (events: readonly MembershipEvent[], from: Membership = createMembership(PEER_A)): Membership =>
  events.reduce((state, event) => reduceMembership(state, event).state, from)

it('ends the same in whatever order reports come, and however often', () => {
  const reports = fc.array(someReport, { maxLength: 20 }).map(consistent)
  const shuffles = reports.chain((list) =>
    fc.tuple(
      fc.constant(list),
      fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2, maxLength: list.length * 2 }),
    ),
  )
  const outcome = (list: readonly LoadReport[]) =>
    [...replay(list.map((report) => ({ kind: 'report', report, atMs: 5 }))).members.values()]
      .map(({ report, state }) => ({ report, state }))
      .sort((a, b) => a.report.peer.localeCompare(b.report.peer))
  fc.assert(
    fc.property(shuffles, ([list, again]) => {
      expect(outcome(again)).toEqual(outcome(list))
    }),
  )
})

it('never goes back to an older word, whatever happens', () => {
  fc.assert(
    fc.property(someHistory, (events) => {
      let state = createMembership(PEER_A)
      for (const event of events) {
        const next = reduceMembership(state, event).state
        for (const [peer, member] of next.members) {
          const before = state.members.get(peer)
          if (before) expect(compareReports(member.report, before.report)).toBeGreaterThanOrEqual(0)
        }
        state = next
      }
    }),
  )
})

it('accuses nobody in the tick after its own starvation, and dies of nothing but a failed ping', () => {
  fc.assert(
    fc.property(someHistory, fc.integer({ min: STARVED_MS + 1, max: 10_000_000 }), (events, latenessMs) => {
      let state = createMembership(PEER_A)
      for (const event of events) {
        const next = reduceMembership(state, event).state
        for (const [peer, member] of next.members) {
          const before = state.members.get(peer)?.state
          if (member.state === 'dead' && before !== 'dead') {
            expect(event.kind).toBe('ping-failed')
            expect(before).toBe('suspect')
          }
        }
        state = next
      }
      const atMs = (events.at(-1)?.atMs ?? 0) + latenessMs
      const woken = reduceMembership(state, { kind: 'tick', atMs, latenessMs })
      expect(woken.effects.filter(({ kind }) => kind === 'ping')).toEqual([])
      for (const member of woken.state.members.values()) expect(member.state).not.toBe('suspect')
      const soon = reduceMembership(woken.state, { kind: 'tick', atMs: atMs + 600, latenessMs: 0 })
      expect(soon.effects.filter(({ kind }) => kind === 'ping')).toEqual([])
    }),
  )
})

it('suspects exactly those that were silent for longer than they announced', () => {
  fc.assert(
    fc.property(someHistory, fc.nat(200_000), (events, laterMs) => {
      const state = replay(events)
      const atMs = (events.at(-1)?.atMs ?? 0) + laterMs
      const { effects } = reduceMembership(state, { kind: 'tick', atMs, latenessMs: 0 })
      const expected = [...state.members.values()]
        .filter((member) => member.state === 'alive')
        .filter((member) => atMs - member.silentSinceMs > toleratedSilenceMs(member.report))
        .map((member) => member.report.peer)
      const asked = effects.flatMap((effect) => (effect.kind === 'ping' ? [effect.peer] : []))
      expect(asked.sort()).toEqual(expected.sort())
    }),
  )
})
