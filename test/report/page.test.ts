import { describe, expect, test } from 'vitest'
import { MAX_REPORT_FAILURES } from '../../src/base/limits.ts'
import type { JobEvent } from '../../src/peer/job-events.ts'
import { reportPage } from '../../src/report/page.ts'
import type { StrategyReport } from '../../src/report/report.ts'
import { accepted, delayed, done, failed, peerRef, refused, STAGES, summary } from '../support/sample-events.ts'
import { jobReport, report } from './report-fixture.ts'

const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>'.jpg`

const about = (task: number, attempt: number, atMs: number) => ({ path: `${task}.jpg`, task, attempt, atMs })

const strategy = (name: string, elapsedMs: number, meanDelayMs: number): StrategyReport => ({
  strategy: name,
  longestDelayMs: 3000,
  figures: {
    runs: 1,
    images: 100,
    failed: 0,
    elapsedMs,
    fastestMs: elapsedMs,
    slowestMs: elapsedMs,
    imagesPerSecond: 100_000 / elapsedMs,
    medianMs: 20,
    p95Ms: 40,
    refusals: name === 'random' ? 0 : 14,
    delayed: 3,
    meanDelayMs,
    speedup: 34_000 / elapsedMs,
  },
})

const LOADS = [0.1, 0.5, 0.2, 0.9]
const PEERS = LOADS.map((load, index) => ({
  id: `id-${index}`,
  name: `peer-${index}`,
  load,
  slots: 2,
  version: '0.1.0',
  pixelVersion: 'test',
  msPerMegapixel: 25,
}))

describe('what a report says', () => {
  test('the answers stand on top in sentences', () => {
    const page = reportPage(report({ jobs: [jobReport([done('ann'), failed()], { failed: 1, done: 3 })] }))
    expect(page).toContain('<li>balanced processed 3 of 4 images in 2.00 s (2.0 images/s).</li>')
    expect(page).toContain('1 image failed: a.jpg (expected an image, got an empty file (0 bytes)).')
  })

  test('the figures are those of the summary', () => {
    const page = reportPage(report({ jobs: [jobReport([], { retries: 17, bytesSent: 4096 })] }))
    expect(page).toMatch(/data-figure="retries">17</)
    expect(page).toMatch(/data-figure="refusals">3</)
    expect(page).toMatch(/data-figure="sent">4\.0 KiB</)
  })

  test('a timeline has a bar or a mark for all that happened, each with words', () => {
    const events: JobEvent[] = [
      refused('ann', about(0, 0, 5)),
      accepted('ben', about(0, 1, 10)),
      delayed('ben', { ...about(0, 1, 10), delayMs: 300 }),
      { event: 'hedged', peer: peerRef('cid'), ...about(0, 2, 200) },
      { event: 'lost', peer: peerRef('cid'), message: 'it went away', ...about(0, 2, 250) },
      done('ben', { ...about(0, 1, 500), stages: { ...STAGES, delayMs: 300 } }),
    ]
    const page = reportPage(report({ jobs: [jobReport(events)] }))
    expect(page).toContain('0.jpg, attempt 1: refused by ann at 5.0 ms: REFUSED_LOAD')
    expect(page).toContain('0.jpg, attempt 3: run a second time here by cid at 200 ms')
    expect(page).toContain('0.jpg, attempt 3: lost by cid at 250 ms: it went away')
    expect(page).toMatch(/0\.jpg, attempt 2: done; accepted at 10 ms, waited \d+ ms, slept 300 ms, worked \d+ ms/)
    for (const kind of ['refused', 'hedged', 'lost']) expect(page).toContain(`class="mark ${kind}" transform`)
    expect(page).toContain('class="sleep" x=')
  })

  test('a comparison shows measured beside expected, by the formulas of the experiments', () => {
    const events = [accepted('peer-0'), delayed('peer-0', { delayMs: 3000 }), done('peer-0')]
    const jobs = ['random', 'balanced'].map((name) => jobReport(events, { strategy: name }))
    const strategies = [strategy('random', 34_000, 1300), strategy('balanced', 17_200, 700)]
    const page = reportPage(report({ command: 'compare', jobs, strategies, peers: PEERS }))
    // A = 0.425; D = (.09 + .25 + .16 + .09) / 4 = 0.1475; 3 s x A = 1.275 s, 3 s x D / (1 - A) = 0.77 s
    expect(page).toContain('random: expected 1.28 s per image')
    expect(page).toContain('balanced: expected 770 ms per image')
    expect(page).toContain('random: measured 1.30 s per image')
    expect(page).toContain('balanced was the fastest: 100 images in 17.2 s')
    expect(page).toContain('random was the slowest: 34.0 s, 2.0 times as long.')
  })

  test('a comparison in which nobody slept says so instead', () => {
    const jobs = ['random', 'balanced'].map((name) => jobReport([done('peer-0')], { strategy: name }))
    const strategies = [strategy('random', 1000, 0), strategy('balanced', 900, 0)]
    expect(reportPage(report({ command: 'compare', jobs, strategies, peers: PEERS }))).toContain('Nothing slept')
  })

  test('more failures than are shown are said to be more', () => {
    const events = Array.from({ length: 150 }, (_, task) => failed(about(task, 0, task)))
    const page = reportPage(report({ jobs: [jobReport(events, { failed: 150, done: 0 })] }))
    expect(page).toContain(`150 images failed. The first ${MAX_REPORT_FAILURES} are shown; summary.json lists all.`)
    expect(page.match(/, which failed|no picture: a test/g)).toHaveLength(MAX_REPORT_FAILURES)
  })

  test('a job without any event is a page too', () => {
    expect(reportPage(report({ jobs: [jobReport([], { done: 0, peers: [], images: 0 })] }))).toContain(
      'No peer was asked',
    )
  })
})

describe('what strangers wrote into it', () => {
  test('names, messages and settings are text everywhere', () => {
    const at = { path: HOSTILE, task: 0, attempt: 0, atMs: 10 }
    const events: JobEvent[] = [
      accepted(HOSTILE, at),
      { event: 'lost', peer: peerRef(HOSTILE), message: HOSTILE, ...at },
      done(HOSTILE, { ...at, output: HOSTILE, source: HOSTILE }),
      failed({ ...at, task: 1, peer: peerRef(HOSTILE), message: HOSTILE, code: HOSTILE }),
    ]
    const [share] = summary().peers
    if (share === undefined) throw new Error('the sample summary has a peer')
    const fields = {
      peers: [{ ...share, name: HOSTILE }],
      reason: HOSTILE,
      outcome: 'stopped',
      pipeline: HOSTILE,
    } as const
    const [peer] = PEERS
    if (peer === undefined) throw new Error('there are peers')
    const page = reportPage(
      report({
        jobs: [jobReport(events, fields)],
        peers: [{ ...peer, name: HOSTILE, version: HOSTILE, pixelVersion: HOSTILE }],
        settings: [[HOSTILE, HOSTILE]],
        version: HOSTILE,
      }),
    )
    expect(page).not.toContain('<script')
    expect(page).not.toContain('<img src=x')
    expect(page).toContain('&lt;script&gt;')
  })

  test('a policy forbids scripts and every address', () => {
    const page = reportPage(report({ jobs: [jobReport([done('ann')])] }))
    expect(page).toMatch(
      /http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-/,
    )
    expect(page).not.toMatch(/(?:src|href)="(?!#|data:)/)
    expect(page).not.toMatch(/ on[a-z]+=| style="/)
  })
})

describe('a job of a hundred thousand images', () => {
  const events = function* (): Generator<JobEvent> {
    for (let task = 0; task < 100_000; task++) {
      yield accepted(`peer-${task % 4}`, about(task, 0, task))
      yield done(`peer-${task % 4}`, about(task, 0, task + 30))
    }
  }

  test('is drawn as sums, says so, and its page stays small', () => {
    const page = reportPage(
      report({ jobs: [jobReport([...events()], { images: 100_000, done: 100_000, elapsedMs: 100_030 })] }),
    )
    expect(page).toContain('100,000 attempts and marks are too many to draw one by one')
    expect(page.length).toBeLessThan(600_000)
  })
})
