/**
 * Metrics as text (https://prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4). `prom-client` was refused: it
 * brings 4.7 MB in four packages for what is sixty lines where all figures are read at the moment they are asked for.
 */

export type MetricType = 'counter' | 'gauge' | 'histogram'

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** Sums of observations below each bound. */
export interface HistogramSample {
  readonly labels: Readonly<Record<string, string>>
  /** Ascending; +Inf is not among them. */
  readonly bounds: readonly number[]
  /** As many as bounds and one more; not cumulative. */
  readonly counts: readonly number[]
  readonly sum: number
}

export interface MetricFamily {
  /** With its unit, and `_total` for counters. */
  readonly name: string
  readonly type: MetricType
  /** One sentence. */
  readonly help: string
  readonly samples: readonly (Sample | HistogramSample)[]
}

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export const printMetrics = (families: readonly MetricFamily[]): string =>
  families.map((family) => `${familyLines(family).join('\n')}\n`).join('')

function familyLines({ name, type, help, samples }: MetricFamily): readonly string[] {
  const lines = [`# HELP ${name} ${escapeText(help)}`, `# TYPE ${name} ${type}`]
  for (const sample of samples) {
    if ('counts' in sample) lines.push(...histogramLines(name, sample))
    else lines.push(`${name}${labelText(sample.labels ?? {})} ${numberText(sample.value)}`)
  }
  return lines
}

function histogramLines(name: string, { labels, bounds, counts, sum }: HistogramSample): readonly string[] {
  let count = 0
  const buckets = [...bounds, Number.POSITIVE_INFINITY].map((bound, index) => {
    count += counts[index] ?? 0
    return `${name}_bucket${labelText({ ...labels, le: numberText(bound) })} ${count}`
  })
  return [
    ...buckets,
    `${name}_sum${labelText(labels)} ${numberText(sum)}`,
    `${name}_count${labelText(labels)} ${count}`,
  ]
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escapeText(value).replaceAll('"', '\\"')}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escapeText = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? String(value) : value > 0 ? '+Inf' : '-Inf'
}
