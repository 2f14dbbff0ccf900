/** Reads the text that Prometheus scrapes, strictly: every line a comment or a sample of a family that was announced. */

export interface ScrapedMetrics {
  readonly types: ReadonlyMap<string, string>
  readonly helps: ReadonlyMap<string, string>
  /** By name and labels as they are printed: `murmuration_peers{role="executor",state="alive"}`. */
  readonly samples: ReadonlyMap<string, number>
}

const SAMPLE =
  /^([a-z_][a-z0-9_]*)((?:\{[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z_]+="(?:[^"\\\n]|\\["\\n])*")*\})?) (\S+)$/

export function parseMetrics(text: string): ScrapedMetrics {
  const types = new Map<string, string>()
  const helps = new Map<string, string>()
  const samples = new Map<string, number>()
  if (!text.endsWith('\n')) throw new Error('the last line has no end')
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, family = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (kind !== undefined) {
      const told = kind === 'HELP' ? helps : types
      if (told.has(family)) throw new Error(`${family} is announced twice`)
      told.set(family, rest)
      continue
    }
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? []
    const announced = types.has(name) || types.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram'
    if (!announced) throw new Error(`not a sample of an announced family: ${line}`)
    if (samples.has(name + labels)) throw new Error(`twice: ${line}`)
    const number = value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value)
    if (Number.isNaN(number)) throw new Error(`not a number: ${line}`)
    samples.set(name + labels, number)
  }
  return { types, helps, samples }
}
