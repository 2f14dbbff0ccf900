/** The strategies of `peer compare` side by side: elapsed time, and injected sleep beside what the formula expects. */

import { countOf, formatDuration, formatLoad, formatRate } from '../../tui/text/figures.ts'
import { type ComparedDelay, delayChart } from '../charts/delay-chart.ts'
import { strategiesChart } from '../charts/strategies-chart.ts'
import { expectedDelay } from '../expected-delay.ts'
import { type Markup, markup } from '../markup.ts'
import type { PeerFacts, Report, StrategyReport } from '../report.ts'
import { tableOf } from '../table.ts'

export function strategiesSection({ strategies, jobs, peers }: Report): Markup {
  return markup`<section id="strategies" aria-labelledby="strategies-title"><h2 id="strategies-title">Strategies</h2>
${strategiesChart('strategies-chart', strategies)}
${tableOf('Strategies: figures, means over the runs of each', COLUMNS, strategies.map(row))}
${expectedSection(strategies, peers, sleepsOf(jobs))}</section>`
}

const COLUMNS = [
  { title: 'strategy' },
  { title: 'runs' },
  { title: 'images' },
  { title: 'failed' },
  { title: 'elapsed' },
  { title: 'images/s' },
  { title: 'median' },
  { title: 'p95' },
  { title: 'refusals' },
  { title: 'delayed' },
  { title: 'against random' },
] as const

const row = ({ strategy, figures }: StrategyReport): readonly (string | number)[] => [
  strategy,
  figures.runs,
  figures.images,
  figures.failed,
  formatDuration(figures.elapsedMs),
  formatRate(figures.imagesPerSecond),
  formatDuration(figures.medianMs),
  formatDuration(figures.p95Ms),
  Math.round(figures.refusals * 10) / 10,
  Math.round(figures.delayed * 10) / 10,
  figures.speedup === null ? '-' : `${figures.speedup.toFixed(2)}×`,
]

interface Sleeps {
  readonly count: number
  readonly meanMs: number
}

function sleepsOf(jobs: Report['jobs']): Sleeps {
  const count = jobs.reduce((sum, { collected }) => sum + collected.sleeps.count, 0)
  const totalMs = jobs.reduce((sum, { collected }) => sum + collected.sleeps.totalMs, 0)
  return { count, meanMs: count === 0 ? 0 : totalMs / count }
}

function expectedSection(strategies: readonly StrategyReport[], peers: readonly PeerFacts[], sleeps: Sleeps): Markup {
  const loads = peers.flatMap(({ load }) => (load === undefined ? [] : [load]))
  const heading = markup`<h3 id="expected-title">Sleep per image, measured and expected</h3>`
  if (loads.length === 0 || sleeps.count === 0) {
    return markup`${heading}<p>Nothing slept, so there is nothing to compare: peers started with <code>--load</code> above 0 inject sleeps.</p>`
  }
  const meanLoad = loads.reduce((sum, load) => sum + load, 0) / loads.length
  const delays = strategies.map(
    ({ strategy, figures }): ComparedDelay => ({
      strategy,
      measuredMs: figures.meanDelayMs,
      expected: expectedDelay(strategy, loads, sleeps.meanMs, figures.images),
    }),
  )
  const rows = strategies.map(({ strategy, figures, longestDelayMs }, index) => {
    const expected = delays[index]?.expected
    return [
      strategy,
      formatDuration(figures.meanDelayMs),
      formatDuration(expected?.perImageMs ?? Number.NaN),
      formatDuration(longestDelayMs),
      formatDuration(expected?.longestMs ?? Number.NaN),
    ]
  })
  return markup`${heading}
<p>${countOf(loads.length, 'peer')} with load probabilities p of ${loads.map(formatLoad).join(', ')} (mean A = ${Math.round(meanLoad * 1000) / 1000}), delay T = ${formatDuration(sleeps.meanMs)}. An image sleeps with the probability A under random; elsewhere a peer that refuses with p was asked first, which leaves D / (1 − A), with D the mean of p(1 − p). The longest sleep of M images handed in at once is then expected at T − T(1 − A)<sup>M</sup> under random and T − T(1 − D / (1 − A))<sup>M</sup> elsewhere.</p>
${delayChart('delay-chart', delays)}
<p class="key"><span><svg viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true"><circle class="measured" r="5"/></svg> measured</span><span><svg viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true"><path class="expected" d="M0-7.5 4.5 0 0 7.5-4.5 0z"/></svg> expected by the formula</span></p>
${tableOf('Injected sleep: measured and expected', DELAY_COLUMNS, rows)}
<p class="muted">The formulas know nothing of queues and choose among peers uniformly. weighted-response-time and balanced prefer peers that refuse less, so they should stay below; with few images chance moves all of them.</p>`
}

const DELAY_COLUMNS = [
  { title: 'strategy' },
  { title: 'per image, measured' },
  { title: 'expected' },
  { title: 'longest, measured' },
  { title: 'expected' },
] as const
