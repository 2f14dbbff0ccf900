/**
 * `npm run simulate`: many seeds over all cores, or one of them with its trace.
 *
 *   npm run simulate -- --seeds 10000 [--from 1] [--workers 2]
 *   npm run simulate -- --seed 1234 [--trace]
 */

import { availableParallelism } from 'node:os'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { createScenario } from './draw-scenario.ts'
import { runSeed, type SeedResult } from './run-seed.ts'
import { describeScenario } from './scenario.ts'

const BATCH = 25
const PROGRESS_MS = 10_000
const SHOWN_FAILURES = 3
const SHOWN_TRACE_LINES = 40

export type Batch = readonly number[]
export type SeedVerdict = Pick<SeedResult, 'seed' | 'violations' | 'events'>

async function runOne(seed: number, isTraced: boolean): Promise<boolean> {
  const result = await runSeed(seed, { isTraced: true })
  console.log(describeScenario(createScenario(seed)))
  const lines = isTraced ? result.traceLines : result.traceLines.slice(-SHOWN_TRACE_LINES)
  if (lines.length < result.traceLines.length) console.log(`… ${result.traceLines.length - lines.length} lines before`)
  console.log(lines.join('\n'))
  console.log(
    `${result.events} events, ${(result.virtualMs / 1000).toFixed(1)} s of virtual time, trace ${result.traceHash}`,
  )
  for (const sentence of result.violations) console.log(`VIOLATED: ${sentence}`)
  return result.violations.length === 0
}

/** Calls `onVerdict` for each seed, in the order in which they end. */
async function runMany(seeds: Iterator<number>, workers: number, onVerdict: (one: SeedVerdict) => void): Promise<void> {
  const nextBatch = (): Batch => {
    const batch: number[] = []
    for (let next = seeds.next(); !next.done; next = seeds.next()) {
      batch.push(next.value)
      if (batch.length === BATCH) break
    }
    return batch
  }
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./seed-worker.ts', import.meta.url))
      const give = (): void => {
        const batch = nextBatch()
        worker.postMessage(batch)
        if (batch.length === 0) resolve()
      }
      worker.on('message', (verdicts: readonly SeedVerdict[]) => {
        for (const verdict of verdicts) onVerdict(verdict)
        give()
      })
      worker.on('error', reject)
      give()
    })
  await Promise.all(Array.from({ length: workers }, work))
}

async function runSeeds(from: number, count: number, workers: number): Promise<boolean> {
  const startedMs = performance.now()
  const failing: SeedVerdict[] = []
  let done = 0
  const rate = (): string => {
    const seconds = (performance.now() - startedMs) / 1000
    return `${done} seeds in ${seconds.toFixed(0)} s on ${workers} threads (${(done / seconds).toFixed(1)} a second)`
  }
  const progress = setInterval(() => console.log(`${rate()}, ${failing.length} failing`), PROGRESS_MS)
  const seeds = Iterator.from(Array(count).keys()).map((index) => from + index)
  await runMany(seeds, workers, (verdict) => {
    done++
    if (verdict.violations.length === 0) return
    failing.push(verdict)
    console.log(`seed ${verdict.seed}: ${verdict.violations.join('; ')}`)
  })
  clearInterval(progress)
  for (const { seed } of failing.toSorted((a, b) => a.events - b.events).slice(0, SHOWN_FAILURES)) {
    console.log(`\n---- npm run simulate -- --seed ${seed} --trace`)
    await runOne(seed, false)
  }
  console.log(
    `${rate()}, ${failing.length} failing${failing.length > 0 ? `: ${failing.map(({ seed }) => seed).join(' ')}` : ''}`,
  )
  return failing.length === 0
}

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string', default: `${availableParallelism()}` },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
  },
})
const isGood =
  values.seed === undefined
    ? await runSeeds(Number(values.from), Number(values.seeds), Number(values.workers))
    : await runOne(Number(values.seed), values.trace)
process.exit(isGood ? 0 : 1)
