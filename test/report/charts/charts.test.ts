import { describe, expect, test } from 'vitest'
import { peerId } from '../../../src/base/ids.ts'
import { MAX_REPORT_LANE_ROWS } from '../../../src/base/limits.ts'
import { busyChart } from '../../../src/report/charts/busy-chart.ts'
import { delayChart } from '../../../src/report/charts/delay-chart.ts'
import { timeTicks } from '../../../src/report/charts/drawing.ts'
import { latencyAxisEndMs, latencyChart } from '../../../src/report/charts/latency-chart.ts'
import { peersChart } from '../../../src/report/charts/peers-chart.ts'
import { strategiesChart } from '../../../src/report/charts/strategies-chart.ts'
import { timelineChart } from '../../../src/report/charts/timeline-chart.ts'
import { expectedDelay } from '../../../src/report/expected-delay.ts'
import { accepted, done, STAGES, summary } from '../../support/sample-events.ts'
import { collect } from '../report-fixture.ts'

const numbers = (svg: string, pattern: RegExp): number[] => [...svg.matchAll(pattern)].map(([, text]) => Number(text))

describe('the axis of time', () => {
  test.each([
    [8, ['0', '1 ms', '2 ms', '3 ms', '4 ms', '5 ms', '6 ms', '7 ms', '8 ms']],
    [2_000, ['0', '0.25 s', '0.5 s', '0.75 s', '1 s', '1.25 s', '1.5 s', '1.75 s', '2 s']],
    [600_000, ['0', '2 min', '4 min', '6 min', '8 min', '10 min']],
  ])('has round moments up to %d ms, in the unit that fits', (endMs, texts) => {
    expect(timeTicks(endMs, 8).map(({ text }) => text)).toEqual(texts)
  })

  test.each([1, 3, 17, 999, 1501, 86_400_000, 31_536_000_000])(
    'never has more than a dozen of them: %d ms',
    (endMs) => {
      expect(timeTicks(endMs, 8).length).toBeLessThanOrEqual(12)
      expect(timeTicks(endMs, 8).length).toBeGreaterThan(1)
    },
  )
})

describe('images per peer', () => {
  const share = { share: 0.5, accepted: 1, refused: 0, delayed: 0, failed: 0, lost: 0, meanMs: 20, totalMs: 40 }
  const peers = [
    { ...share, id: peerId('a'), name: 'ann', done: 20 },
    { ...share, id: peerId('b'), name: 'ben', done: 10 },
  ]

  test('bars are as long as the counts say', () => {
    const svg = peersChart('c', summary({ peers }), peers, 20).toString()
    const [ann = 0, ben = 0] = numbers(svg, /<rect class="work"[^>]* width="([\d.]+)"/g)
    expect(ben / ann).toBeCloseTo(0.5, 2)
    expect(svg).toContain('ann: 20 images, 50 %')
  })

  test('a shared scale makes the bars of several charts comparable', () => {
    const widths = [20, 40].map((most) => {
      const svg = peersChart('c', summary({ peers }), peers, most).toString()
      return numbers(svg, /<rect class="work"[^>]* width="([\d.]+)"/g)[0] ?? 0
    })
    expect((widths[1] ?? 0) / (widths[0] ?? 1)).toBeCloseTo(0.5, 2)
  })
})

describe('the timeline', () => {
  const about = (task: number, atMs: number) => ({ path: `${task}.jpg`, task, attempt: 0, atMs })

  test('attempts that run side by side stand in rows, later ones use free rows again', () => {
    const stages = { ...STAGES, decodeMs: 100, saveMs: 0 }
    const job = collect([
      accepted('ann', about(0, 0)),
      accepted('ann', about(1, 10)),
      done('ann', { ...about(0, 50), stages }),
      accepted('ann', about(2, 60)),
      done('ann', { ...about(1, 90), stages }),
      done('ann', { ...about(2, 99), stages }),
    ])
    const svg = String(timelineChart('t', job, 100, 'balanced'))
    const rows = new Set(numbers(svg, /<rect class="work"[^>]* y="([\d.]+)"/g))
    expect(rows.size).toBe(2)
  })

  test('too many side by side are not drawn one by one', () => {
    const count = MAX_REPORT_LANE_ROWS + 1
    const starts = Array.from({ length: count }, (_, task) => accepted('ann', about(task, task)))
    const job = collect([...starts, summary({ elapsedMs: 100 })])
    expect(timelineChart('t', job, 100, 'balanced')).toBeUndefined()
    const svg = busyChart('b', job, 100, 'balanced').toString()
    // 17 attempts that began one ms after another and never ended: (100 + 99 + … + 84) / 100 ms
    expect(svg).toContain('at most 17.0 attempts at once')
  })
})

test('latency has a row per stage with its median, and one axis for all jobs', () => {
  const job = collect([done('ann', { stages: { ...STAGES, totalMs: 4000, delayMs: 3000 } })])
  const other = collect([done('ann', { stages: { ...STAGES, totalMs: 60_000 } })])
  const endMs = latencyAxisEndMs([job, other])
  expect(endMs).toBeGreaterThan(60_000)
  const svg = latencyChart('l', summary(), job, endMs).toString()
  expect(svg).toContain('process: median 18 ms')
  expect(svg).toContain('process: 95 % took at most 40 ms')
  expect(svg).toMatch(/sleep: 1 image took 2\.\d+ s to 3\.\d+ s/)
  expect(svg).toContain('>10 s</text>')
})

describe('strategies', () => {
  const figures = {
    ...{ runs: 2, images: 10, failed: 0, elapsedMs: 2000, fastestMs: 1500, slowestMs: 2500, imagesPerSecond: 5 },
    ...{ medianMs: 1, p95Ms: 2, refusals: 0, delayed: 0, meanDelayMs: 0, speedup: 2.5 },
  }

  test('show their mean, the range of their runs and how they compare with random', () => {
    const svg = strategiesChart('s', [{ strategy: 'balanced', figures, longestDelayMs: 0 }]).toString()
    expect(svg).toContain('balanced: 1.50 s to 2.50 s in 2 runs')
    expect(svg).toContain('2.50× random’s speed')
  })

  test('show measured and expected sleep at their places', () => {
    const expected = expectedDelay('random', [0.5], 1000, 4)
    expect(expected).toEqual({ perImageMs: 500, longestMs: 937.5 })
    const svg = delayChart('d', [{ strategy: 'random', measuredMs: 1000, expected }]).toString()
    const at = (kind: string): number =>
      numbers(svg, new RegExp(`class="${kind}" transform="translate\\(([\\d.]+)`, 'g'))[0] ?? 0
    expect((at('expected') - 180) / (at('measured') - 180)).toBeCloseTo(0.5, 2)
  })
})
