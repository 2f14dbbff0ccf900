import { describe, expect, it } from 'vitest'
import { peerId } from '../../../../src/base/ids.ts'
import { createRandom } from '../../../../src/base/random.ts'
import { balanced } from '../../../../src/peer/coordinator/strategies/balanced.ts'
import { leastConnections } from '../../../../src/peer/coordinator/strategies/least-connections.ts'
import { random } from '../../../../src/peer/coordinator/strategies/random.ts'
import { roundRobin } from '../../../../src/peer/coordinator/strategies/round-robin.ts'
import type { Candidate, Strategy } from '../../../../src/peer/coordinator/strategies/strategy.ts'
import { weightedResponseTime } from '../../../../src/peer/coordinator/strategies/weighted-response-time.ts'

const candidate = (name: string, more: Partial<Candidate> = {}): Candidate => ({
  id: peerId(name),
  slots: 1,
  outstanding: 0,
  hasCredit: true,
  meanResponseMs: undefined,
  msPerMegapixel: undefined,
  refusalRate: 0,
  ...more,
})

/** How often each candidate is chosen in `count` choices that do not know of one another. */
function shares(strategy: Strategy, candidates: readonly Candidate[], count = 10_000): Record<string, number> {
  const source = createRandom('shares')
  const chosen: Record<string, number> = Object.fromEntries(candidates.map(({ id }) => [id, 0]))
  for (let turn = 0; turn < count; turn++) {
    const id = strategy({ candidates, previous: undefined, random: source })
    if (id !== undefined) chosen[id] = (chosen[id] ?? 0) + 1 / count
  }
  return chosen
}

describe('random', () => {
  it('chooses every peer equally often', () => {
    for (const share of Object.values(shares(random, [candidate('a'), candidate('b'), candidate('c')]))) {
      expect(share).toBeCloseTo(1 / 3, 1)
    }
  })
})

describe('round-robin', () => {
  const candidates = [candidate('b'), candidate('a'), candidate('c')]
  const next = (previous: string | undefined, among = candidates) =>
    roundRobin({
      candidates: among,
      previous: previous === undefined ? undefined : peerId(previous),
      random: createRandom(0),
    })

  it('goes through the peers in order and around the end', () => {
    expect([next(undefined), next('a'), next('b'), next('c')]).toEqual(['a', 'b', 'c', 'a'])
  })

  it('goes on behind a peer that is not there any more', () => {
    expect(next('b', [candidate('a'), candidate('c')])).toBe('c')
  })
})

describe('least-connections', () => {
  it('chooses the peer with the fewest tasks outstanding', () => {
    const candidates = [candidate('a', { outstanding: 3 }), candidate('b', { outstanding: 1 })]
    expect(shares(leastConnections, candidates)).toEqual({ a: 0, b: expect.closeTo(1) })
  })

  it('shares the load among equals', () => {
    expect(shares(leastConnections, [candidate('a'), candidate('b')])['a']).toBeCloseTo(0.5, 1)
  })
})

describe('weighted-response-time', () => {
  it('weighs by one over the mean response time plus 0.1 s', () => {
    const candidates = [candidate('a', { meanResponseMs: 100 }), candidate('b', { meanResponseMs: 500 })]
    // 1/0.2 against 1/0.6
    expect(shares(weightedResponseTime, candidates)['a']).toBeCloseTo(0.75, 1)
  })

  it('takes a peer without an answer at the median of the others', () => {
    const candidates = [
      candidate('a', { meanResponseMs: 100 }),
      candidate('new'),
      candidate('b', { meanResponseMs: 900 }),
    ]
    const { a, b, new: fresh } = shares(weightedResponseTime, candidates)
    expect(fresh).toBeGreaterThan(b ?? 1)
    expect(fresh).toBeLessThan(a ?? 0)
  })
})

describe('balanced', () => {
  it('waits when no peer has a free credit', () => {
    const candidates = [candidate('a', { hasCredit: false }), candidate('b', { hasCredit: false })]
    expect(balanced({ candidates, previous: undefined, random: createRandom(0) })).toBeUndefined()
  })

  it('never chooses a peer without a free credit', () => {
    const candidates = [candidate('a', { hasCredit: false }), candidate('b', { outstanding: 9 })]
    expect(shares(balanced, candidates)).toEqual({ a: 0, b: expect.closeTo(1) })
  })

  it.each([
    ['fewer outstanding tasks', { outstanding: 1 }, { outstanding: 2 }],
    ['more slots', { outstanding: 2, slots: 4 }, { outstanding: 2, slots: 1 }],
    ['more speed', { msPerMegapixel: 10 }, { msPerMegapixel: 30 }],
    ['fewer refusals', { refusalRate: 0.1 }, { refusalRate: 0.9 }],
  ])('prefers of two the one with %s', (_, better, worse) => {
    expect(shares(balanced, [candidate('better', better), candidate('worse', worse)])['better']).toBeCloseTo(1)
  })

  it('takes a peer of unknown speed at the median of the cluster', () => {
    const slow = candidate('slow', { msPerMegapixel: 100 })
    const fast = candidate('fast', { msPerMegapixel: 10 })
    const both = shares(balanced, [slow, candidate('new'), fast])
    expect(both['new']).toBeGreaterThan(both['slow'] ?? 1)
    expect(both['new']).toBeLessThan(both['fast'] ?? 0)
  })

  it('compares two random peers only, so that all coordinators do not herd to the best one', () => {
    const candidates = ['a', 'b', 'c', 'd'].map((name, index) => candidate(name, { outstanding: index }))
    const chosen = shares(balanced, candidates)
    // the best of four is in a random pair half of the time
    expect(chosen['a']).toBeCloseTo(0.5, 1)
    expect(chosen['d']).toBe(0)
  })
})
