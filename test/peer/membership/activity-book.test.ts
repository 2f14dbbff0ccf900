import { expect, it } from 'vitest'
import { createActivityBook } from '../../../src/peer/membership/activity-book.ts'
import { createMemberList } from '../../../src/peer/membership/member-list.ts'
import { loadReport, PEER_A, PEER_B } from '../../support/load-reports.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

function setUp() {
  const clock = createVirtualClock()
  const book = createActivityBook(clock)
  const list = createMemberList({
    self: PEER_B,
    clock,
    ping: async () => {
      throw new Error('no answer')
    },
    onHeard: (report) => book.heard(report, list.alive().length + 1),
    onJoined: () => undefined,
  })
  list.onChange(() => book.follow(list.state().members))
  list.start()
  return { clock, book, list }
}

const counts = (completed: number) => ({ accepted: completed, refused: 0, delayed: 0, completed, failed: 0 })

it('knows a peer from its own reports, and counts none of them twice', async () => {
  const { clock, book, list } = setUp()
  const first = loadReport({ peer: PEER_A, sequence: 1, running: 2 })
  const second = loadReport({ peer: PEER_A, sequence: 2, running: 1, counts: counts(5) })
  list.report(first)
  await clock.advance(200)
  list.report(second)
  list.report(second)
  list.report(first)
  expect(book.of(PEER_A).activity).toEqual([{ running: 2, completed: 5, delayed: 0, refused: 0, failed: 0 }])
})

it('shows nothing running at a peer that left or was lost', async () => {
  const { clock, book, list } = setUp()
  list.report(loadReport({ peer: PEER_A, running: 2 }))
  await clock.advance(60_000)
  expect(list.state().members.get(PEER_A)?.state).toBe('dead')
  expect(book.of(PEER_A).activity.at(-1)?.running).toBe(0)
  list.report(loadReport({ peer: PEER_A, incarnation: 2, running: 2 }))
  expect(book.of(PEER_A).activity.at(-1)?.running).toBe(2)
  list.report(loadReport({ peer: PEER_A, incarnation: 2, sequence: 9, running: 2, isLeaving: true }))
  await clock.advance(1_000)
  expect(book.of(PEER_A).activity.at(-1)?.running).toBe(0)
})

it('forgets whom the list forgets', async () => {
  const { clock, book, list } = setUp()
  list.report(loadReport({ peer: PEER_A }))
  await clock.advance(15 * 60_000)
  expect(list.state().members.has(PEER_A)).toBe(false)
  expect(book.of(PEER_A)).toEqual({ imagesPerSecond: 0, activity: [] })
})
