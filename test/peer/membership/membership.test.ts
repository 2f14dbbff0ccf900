import { describe, expect, it } from 'vitest'
import { type PeerId, peerId } from '../../../src/base/ids.ts'
import { FORGET_MS, MAX_PEERS, STARVED_MS, SUSPECT_PING_MS } from '../../../src/base/limits.ts'
import {
  createMembership,
  type Membership,
  type MembershipEffect,
  type MembershipEvent,
  reduceMembership,
} from '../../../src/peer/membership/membership.ts'
import type { PeerState } from '../../../src/peer/snapshot.ts'
import type { LoadReport } from '../../../src/protocol/messages.ts'
import { loadReport, PEER_A, PEER_B, PEER_C } from '../../support/load-reports.ts'

const NEXT_MS = 6_000
/** The last moment at which silence after a report at 0 is still no reason to suspect. */
const TOLERATED_MS = 2.5 * NEXT_MS

function run(events: readonly MembershipEvent[], from: Membership = createMembership(PEER_A)) {
  let state = from
  const effects: MembershipEffect[] = []
  for (const event of events) {
    const step = reduceMembership(state, event)
    state = step.state
    effects.push(...step.effects)
  }
  return { state, effects }
}

const report = (atMs: number, part: Partial<LoadReport> = {}): MembershipEvent => ({
  kind: 'report',
  atMs,
  report: loadReport({ peer: PEER_B, nextReportWithinMs: NEXT_MS, ...part }),
})
const tick = (atMs: number, latenessMs = 0): MembershipEvent => ({ kind: 'tick', atMs, latenessMs })
const pingFailed = (atMs: number, tookMs = 100): MembershipEvent => ({
  kind: 'ping-failed',
  peer: PEER_B,
  atMs,
  tookMs,
})
const stateOf = ({ state }: { state: Membership }, peer: PeerId = PEER_B): PeerState | undefined =>
  state.members.get(peer)?.state
const kinds = (effects: readonly MembershipEffect[]) => effects.map(({ kind }) => kind)

describe('a peer', () => {
  it('is listed from its first own word on', () => {
    const after = run([report(0)])
    expect(stateOf(after)).toBe('alive')
    expect(kinds(after.effects)).toEqual(['changed', 'joined'])
  })

  it('does not list itself', () => {
    expect(run([report(0, { peer: PEER_A })]).state.members.size).toBe(0)
  })

  it('becomes suspect after 2.5 announced intervals of silence, which asks for one ping', () => {
    expect(stateOf(run([report(0), tick(TOLERATED_MS)]))).toBe('alive')
    const after = run([report(0), tick(TOLERATED_MS + 1), tick(TOLERATED_MS + 500)])
    expect(stateOf(after)).toBe('suspect')
    expect(after.effects.filter(({ kind }) => kind === 'ping')).toEqual([{ kind: 'ping', peer: PEER_B }])
  })

  it('that announces no time at all is still given the shortest interval there is', () => {
    expect(stateOf(run([report(0, { nextReportWithinMs: 0 }), tick(600)]))).toBe('alive')
    expect(stateOf(run([report(0, { nextReportWithinMs: 0 }), tick(626)]))).toBe('suspect')
  })

  it('is never dead of silence alone', () => {
    const ticks = Array.from({ length: 2_000 }, (_, index) => tick(index * 10_000))
    expect(stateOf(run([report(0), ...ticks]))).toBe('suspect')
  })

  it('is dead when it is suspect and a direct ping failed, and not listed as alive by a late answer', () => {
    const dead = run([report(0), tick(20_000), pingFailed(21_000)])
    expect(stateOf(dead)).toBe('dead')
    expect(dead.state.members.get(PEER_B)?.heardAtMs).toBe(0)
    expect(stateOf(run([{ kind: 'ping-answered', peer: PEER_B, atMs: 22_000 }], dead.state))).toBe('dead')
  })

  it('is cleared by an answered ping, and its silence counts anew from then on', () => {
    const cleared = run([report(0), tick(20_000), { kind: 'ping-answered', peer: PEER_B, atMs: 20_100 }])
    expect(stateOf(cleared)).toBe('alive')
    expect(stateOf(run([tick(20_100 + TOLERATED_MS)], cleared.state))).toBe('alive')
    expect(stateOf(run([tick(20_101 + TOLERATED_MS)], cleared.state))).toBe('suspect')
  })

  it('is cleared by a report, and the ping that fails afterwards says nothing', () => {
    expect(stateOf(run([report(0), tick(20_000), report(20_100, { sequence: 2 }), pingFailed(21_000)]))).toBe('alive')
  })

  it('stays what it is when its connection closes', () => {
    const opened = run([report(0), { kind: 'connection-opened', peer: PEER_B, atMs: 1 }])
    expect([...opened.state.connected]).toEqual([PEER_B])
    const closed = run([{ kind: 'connection-closed', peer: PEER_B, atMs: 2 }, tick(100)], opened.state)
    expect([...closed.state.connected]).toEqual([])
    expect(stateOf(closed)).toBe('alive')
  })

  it('is left when it says so, and comes back only in another life', () => {
    const left = run([report(0), report(1, { sequence: 2, isLeaving: true })])
    expect(stateOf(left)).toBe('left')
    expect(stateOf(run([report(2, { sequence: 3 })], left.state))).toBe('left')
    expect(stateOf(run([tick(60_000), pingFailed(60_001)], left.state))).toBe('left')
    const back = run([report(3, { incarnation: 2, sequence: 1 })], left.state)
    expect(stateOf(back)).toBe('alive')
    expect(kinds(back.effects)).toEqual(['changed', 'joined'])
  })

  it('that was given up comes back with a newer word, not with an old one', () => {
    const dead = run([report(0, { sequence: 5 }), tick(20_000), pingFailed(21_000)])
    expect(stateOf(run([report(22_000, { sequence: 5 })], dead.state))).toBe('dead')
    expect(stateOf(run([report(22_000, { sequence: 4 })], dead.state))).toBe('dead')
    expect(stateOf(run([report(22_000, { sequence: 6 })], dead.state))).toBe('alive')
  })

  it.each<[PeerState, readonly MembershipEvent[]]>([
    ['dead', [report(0), tick(20_000), pingFailed(20_000)]],
    ['left', [report(20_000, { isLeaving: true })]],
  ])('that is %s stays listed for ten minutes', (state, events) => {
    expect(stateOf(run([...events, tick(20_000 + FORGET_MS)]))).toBe(state)
    expect(stateOf(run([...events, tick(20_001 + FORGET_MS)]))).toBeUndefined()
  })
})

describe('a peer that was itself stopped or starved', () => {
  it('restarts its clocks and accuses nobody', () => {
    const woken = run([report(0), tick(600_000, STARVED_MS + 1)])
    expect(stateOf(woken)).toBe('alive')
    expect(woken.effects.some(({ kind }) => kind === 'ping')).toBe(false)
    expect(woken.state.members.get(PEER_B)?.heardAtMs).toBe(0)
    expect(stateOf(run([tick(600_000 + TOLERATED_MS)], woken.state))).toBe('alive')
    expect(stateOf(run([tick(600_001 + TOLERATED_MS)], woken.state))).toBe('suspect')
  })

  it('takes back a suspicion from before it was stopped', () => {
    const woken = run([report(0), tick(20_000), tick(90_000, 60_000), pingFailed(90_001)])
    expect(stateOf(woken)).toBe('alive')
  })

  it('believes no ping that failed while it stood still, even when that is heard before any tick', () => {
    const woken = run([report(0), tick(20_000), pingFailed(90_000, SUSPECT_PING_MS + STARVED_MS + 1)])
    expect(stateOf(woken)).toBe('alive')
  })

  it('leaves the dead dead', () => {
    expect(stateOf(run([report(0), tick(20_000), pingFailed(21_000), tick(90_000, 60_000)]))).toBe('dead')
  })

  it('does not take an ordinary delay for starvation', () => {
    expect(stateOf(run([report(0), tick(20_000, STARVED_MS)]))).toBe('suspect')
  })
})

describe('hearsay', () => {
  const hearsay = (atMs: number, ageMs: number, part: Partial<LoadReport> = {}): MembershipEvent => ({
    kind: 'hearsay',
    atMs,
    ageMs,
    report: loadReport({ peer: PEER_C, nextReportWithinMs: NEXT_MS, ...part }),
  })

  it('lists nobody, and is kept for dialling', () => {
    const after = run([hearsay(1_000, 400)])
    expect(after.effects).toEqual([])
    expect(after.state.members.size).toBe(0)
    expect(after.state.hearsay.get(PEER_C)?.heardAtMs).toBe(600)
  })

  it('never touches what a peer said itself, and goes when it speaks', () => {
    const spoken = run([hearsay(0, 0), report(1, { peer: PEER_C, sequence: 3 })])
    expect(spoken.state.hearsay.size).toBe(0)
    const after = run([hearsay(2, 0, { sequence: 9, name: 'liar' })], spoken.state)
    expect(after.state).toEqual(spoken.state)
  })

  it('of a new life of a peer that is gone is worth a dial; of its old one it is not', () => {
    const left = run([report(0, { peer: PEER_C, isLeaving: true })])
    expect(run([hearsay(1, 0, { sequence: 7 })], left.state).state.hearsay.size).toBe(0)
    expect(run([hearsay(1, 0, { incarnation: 2 })], left.state).state.hearsay.size).toBe(1)
  })

  it('is forgotten when it is as old as a silence that makes suspect', () => {
    const heard = run([hearsay(1_000, 1_000)])
    expect(run([tick(TOLERATED_MS)], heard.state).state.hearsay.size).toBe(1)
    expect(run([tick(TOLERATED_MS + 1)], heard.state).state.hearsay.size).toBe(0)
  })

  it('about oneself or about a farewell is nothing', () => {
    expect(run([hearsay(0, 0, { peer: PEER_A }), hearsay(0, 0, { isLeaving: true })]).state.hearsay.size).toBe(0)
  })
})

describe('a full list', () => {
  const stranger = (index: number): PeerId => peerId(`stranger-${index}`)
  const crowd = (count: number): MembershipEvent[] =>
    Array.from({ length: count }, (_, index) => report(index, { peer: stranger(index), nextReportWithinMs: 600_000 }))

  it('takes nobody in while everybody is alive', () => {
    const full = run(crowd(MAX_PEERS))
    const after = run([report(9_000)], full.state)
    expect(after.state.members.size).toBe(MAX_PEERS)
    expect(stateOf(after)).toBeUndefined()
  })

  it('drops whoever is gone longest', () => {
    const leave = (index: number, atMs: number) => report(atMs, { peer: stranger(index), sequence: 2, isLeaving: true })
    const after = run([...crowd(MAX_PEERS), leave(7, 8_000), leave(3, 8_001), report(9_000)])
    expect(after.state.members.size).toBe(MAX_PEERS)
    expect(stateOf(after, stranger(7))).toBeUndefined()
    expect(stateOf(after, stranger(3))).toBe('left')
    expect(stateOf(after)).toBe('alive')
  })

  it('holds no more hearsay than peers either', () => {
    const events = Array.from({ length: MAX_PEERS + 10 }, (_, index): MembershipEvent => {
      return { kind: 'hearsay', ageMs: 0, atMs: 0, report: loadReport({ peer: stranger(index) }) }
    })
    expect(run(events).state.hearsay.size).toBe(MAX_PEERS)
  })
})
