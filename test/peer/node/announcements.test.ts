import { expect, it } from 'vitest'
import { type PeerId, peerId } from '../../../src/base/ids.ts'
import { MAX_HELLO_REPORTS } from '../../../src/base/limits.ts'
import { createRandom } from '../../../src/base/random.ts'
import type { Member } from '../../../src/peer/membership/membership.ts'
import { type AnnouncementsOptions, createAnnouncements } from '../../../src/peer/node/announcements.ts'
import type { HelloConnection } from '../../../src/peer/node/hello.ts'
import type { LoadReport } from '../../../src/protocol/messages.ts'
import { loadReport, PEER_A, PEER_B, PEER_C } from '../../support/load-reports.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const connectionTo = (peer: PeerId) => ({ remotePeer: { toString: () => peer } }) as unknown as HelloConnection

function setUp(options: Partial<AnnouncementsOptions> = {}) {
  const clock = createVirtualClock()
  const published: LoadReport[] = []
  const greeted: string[] = []
  const report = loadReport({ peer: PEER_A })
  const { peer, incarnation, name, role, version, pixelVersion, operationsHash } = report
  const announcements = createAnnouncements({
    clock,
    random: createRandom(1),
    load: { read: () => report, onChange: () => () => {} },
    own: { peer, incarnation, name, role, version, pixelVersion, operationsHash },
    members: { alive: () => [], countAlive: () => 0 },
    addresses: () => report.addresses,
    onReport: () => {},
    async publishReport(one) {
      published.push(one)
      return new Set([PEER_B])
    },
    publishJob: async () => {},
    connections: () => [connectionTo(PEER_B), connectionTo(PEER_C), connectionTo(PEER_C)],
    greet: async (connection) => void greeted.push(connection.remotePeer.toString()),
    ...options,
  })
  return { clock, announcements, published, greeted }
}

it('a farewell goes by hello, once, to each neighbour that gossip has not told', async () => {
  const { clock, announcements, published, greeted } = setUp()
  announcements.start()
  await clock.advance(10)
  expect(greeted).toEqual([])
  const left = [announcements.leave(), announcements.leave()]
  await clock.advance(1_000)
  await Promise.all(left)
  expect(published.map(({ isLeaving }) => isLeaving)).toEqual([false, true])
  expect(announcements.reportsSent).toBe(2)
  expect(greeted).toEqual([PEER_C])
})

it('a hello tells of those that were heard last, and how long ago', () => {
  const members = Array.from({ length: MAX_HELLO_REPORTS + 5 }, (_, index) => ({
    report: loadReport({ peer: peerId(`peer-${index}`) }),
    heardAtMs: index,
  })) as unknown as Member[]
  const { clock, announcements } = setUp({ members: { alive: () => members, countAlive: () => members.length } })
  const { own, heard } = announcements.composeHello()
  expect(own.peer).toBe(PEER_A)
  expect(heard).toHaveLength(MAX_HELLO_REPORTS)
  expect(heard[0]?.report.peer).toBe(`peer-${members.length - 1}`)
  expect(heard[0]?.ageMs).toBe(clock.now() - (members.length - 1))
})
