/** The top of the page: what it is about, the answers in sentences, the most important figures. */

import { countOf, formatBytes, formatDuration, formatRate } from '../../tui/text/figures.ts'
import { comparisonFindings, jobFindings } from '../findings.ts'
import { type Markup, markup } from '../markup.ts'
import type { JobReport, Report } from '../report.ts'

export function overview(report: Report): Markup {
  const { command, jobs, strategies, madeAt } = report
  const isComparison = strategies.length > 1
  const [first] = jobs
  const pipeline = first?.summary.pipeline ?? ''
  const count = `${strategies.length} ${strategies.length === 1 ? 'strategy' : 'strategies'} compared`
  const what = isComparison ? count : first?.summary.strategy
  const sentences = isComparison ? comparisonFindings(strategies) : jobs.flatMap((job) => jobFindings(job))
  return markup`<header>
<p class="kind">Murmuration · report of peer ${command}</p>
<h1>${countOf(first?.summary.images ?? 0, 'image')} · ${what}</h1>
<p class="pipeline"><code>${pipeline}</code></p>
<p class="muted"><time datetime="${madeAt}">${madeAt.slice(0, 16).replace('T', ' ')} UTC</time></p>
</header>
<section id="summary" aria-labelledby="summary-title"><h2 id="summary-title">Summary</h2>
<ul class="findings">${sentences.map((sentence) => markup`<li>${sentence}</li>`)}</ul>
${!isComparison && first && keyFigures(first)}
</section>`
}

function keyFigures({ summary }: JobReport): Markup {
  const refusals = Object.values(summary.refusals).reduce((sum, count) => sum + count, 0)
  const figures: readonly (readonly [string, string, string])[] = [
    ['images-done', 'images done', String(summary.done)],
    ['elapsed', 'elapsed', formatDuration(summary.elapsedMs)],
    ['rate', 'images/s', formatRate(summary.imagesPerSecond)],
    ['failed', 'failed', String(summary.failed)],
    ['refusals', 'refusals', String(refusals)],
    ['retries', 'retries', String(summary.retries)],
    ['sent', 'sent', formatBytes(summary.bytesSent)],
    ['received', 'received', formatBytes(summary.bytesReceived)],
  ]
  return markup`<dl class="figures">${figures.map(
    ([id, name, value]) => markup`<div><dt>${name}</dt><dd data-figure="${id}">${value}</dd></div>`,
  )}</dl>`
}
