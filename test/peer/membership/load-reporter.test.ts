import { expect, it } from 'vitest'
import { URGENT_REPORT_MS } from '../../../src/base/limits.ts'
import { createRandom } from '../../../src/base/random.ts'
import { createLoadReporter } from '../../../src/peer/membership/load-reporter.ts'
import { busyIntervalMs, idleIntervalMs } from '../../../src/peer/membership/report-rate.ts'
import type { LoadReport } from '../../../src/protocol/messages.ts'
import { loadReport, PEER_A } from '../../support/load-reports.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

function setUp(peers = 1) {
  const clock = createVirtualClock()
  const published: { readonly atMs: number; readonly report: LoadReport }[] = []
  const cluster = { peers, isBroken: false }
  const reporter = createLoadReporter({
    clock,
    random: createRandom(3),
    countPeers: () => cluster.peers,
    compose: (position) => loadReport({ peer: PEER_A, ...position }),
    publish: async (report) => {
      published.push({ atMs: clock.now(), report })
      if (cluster.isBroken) throw new Error('no network')
    },
  })
  const gapsMs = () => published.slice(1).map(({ atMs }, index) => atMs - (published[index]?.atMs ?? 0))
  return { clock, published, reporter, cluster, gapsMs }
}

it('grows both intervals with the cluster, so that a peer hears about twenty reports a second at most', () => {
  expect([1, 5, 20, 100].map(busyIntervalMs)).toEqual([250, 250, 1_000, 5_000])
  expect([1, 50, 100, 1_000].map(idleIntervalMs)).toEqual([5_000, 5_000, 10_000, 100_000])
  for (let peers = 1; peers < 2_000; peers += 7) expect((peers * 1_000) / busyIntervalMs(peers)).toBeLessThanOrEqual(20)
})

it('speaks at once, and then before the time that each report promised', async () => {
  const { clock, published, reporter, gapsMs } = setUp(80)
  reporter.start()
  await clock.advance(100_000)
  expect(published[0]?.atMs).toBe(1_000)
  expect(published.length).toBeGreaterThan(10)
  for (const [index, gap] of gapsMs().entries()) {
    expect(gap).toBeGreaterThanOrEqual(0.9 * idleIntervalMs(80))
    expect(gap).toBeLessThanOrEqual((published[index]?.report.nextReportWithinMs ?? 0) - 1_000)
  }
})

it('speaks soon after a change, but not faster than the busy interval however much changes', async () => {
  const { clock, published, reporter, gapsMs } = setUp(10)
  reporter.start()
  await clock.advance(3_000)
  for (let count = 0; count < 100; count++) {
    reporter.changed()
    await clock.advance(50)
  }
  const busy = gapsMs()
  expect(busy[0]).toBe(3_000)
  for (const gap of busy.slice(1)) expect(gap).toBe(500)
  const count = published.length
  await clock.advance(500)
  expect(published.length - count).toBeLessThanOrEqual(1)
})

it('keeps its promise also when the cluster grows meanwhile', async () => {
  const { clock, published, reporter, cluster } = setUp(1)
  reporter.start()
  await clock.advance(10)
  const promisedMs = published[0]?.report.nextReportWithinMs ?? 0
  cluster.peers = 1_000
  await clock.advance(promisedMs)
  expect(published).toHaveLength(2)
})

it('numbers what it says, also what it only says in a hello', async () => {
  const { clock, published, reporter } = setUp()
  reporter.start()
  await clock.advance(1)
  const hello = reporter.current()
  await clock.advance(6_000)
  expect([published[0]?.report.sequence, hello.sequence, published[1]?.report.sequence]).toEqual([1, 2, 3])
})

it('goes on when a report could not be published', async () => {
  const { clock, published, reporter, cluster } = setUp()
  cluster.isBroken = true
  reporter.start()
  await clock.advance(20_000)
  expect(published.length).toBeGreaterThan(3)
})

it('says farewell once, and nothing after it', async () => {
  const { clock, published, reporter } = setUp()
  reporter.start()
  await clock.advance(1)
  await reporter.leave()
  await reporter.leave()
  reporter.changed()
  await clock.advance(60_000)
  expect(published.map(({ report }) => report.isLeaving)).toEqual([false, true])
})

it('tells at once what a person changed, in a cluster of any size, and a key held down ten times a second', async () => {
  const { clock, published, reporter, gapsMs } = setUp(100)
  reporter.start()
  await clock.advance(400)
  reporter.changed()
  reporter.urgent()
  await clock.advance(0)
  expect(published.map(({ atMs }) => atMs)).toEqual([1_000, 1_400])
  for (let count = 0; count < 100; count++) {
    reporter.urgent()
    await clock.advance(30)
  }
  for (const gap of gapsMs().slice(1)) expect(gap).toBeGreaterThanOrEqual(URGENT_REPORT_MS)
  expect(published.length).toBeGreaterThan(25)
})

it('keeps an urgent word from being put off by a lesser one', async () => {
  const { clock, published, reporter } = setUp(100)
  reporter.start()
  await clock.advance(10)
  reporter.urgent()
  reporter.changed()
  await clock.advance(URGENT_REPORT_MS)
  expect(published).toHaveLength(2)
})
