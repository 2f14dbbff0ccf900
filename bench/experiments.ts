/**
 * The experiments that the systems before this one publish: load sets of four peers with one slot each, delay 3 s, every
 * strategy by `peer compare`. Prints the tables of docs/EXPERIMENTS.md as Markdown; takes about half an hour, most of it asleep.
 *
 * `node bench/experiments.ts [STRATEGIES]`, comma separated; default all.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { STRATEGY_NAMES } from '../dist/peer/coordinator/strategies/index.js'
import { expectedDelayShare, expectedLongestDelayMs } from '../dist/report/expected-delay.js'
import { MAIN, startArguments, withPeers } from './measure.ts'

const DELAY_MS = 3_000

interface Experiment {
  readonly loads: readonly number[]
  readonly images: number
  readonly repeat: number
  /** Seconds that an ancestor publishes for random and for load balancing. */
  readonly published?: readonly [random: number, balancing: number]
}

const EXPERIMENTS: readonly Experiment[] = [
  { loads: [1, 1, 0, 0], images: 6, repeat: 5, published: [3.25, 0.33] },
  { loads: [0.2, 0.2, 0.2, 0.2], images: 100, repeat: 1, published: [16.8, 16.1] },
  { loads: [0.1, 0.5, 0.2, 0.9], images: 100, repeat: 1, published: [34.0, 17.2] },
  { loads: [1, 1, 0, 0], images: 100, repeat: 1 },
  { loads: [0.8, 0.8, 0.8, 0.8], images: 100, repeat: 1, published: [62.0, 63.3] },
]

interface Row {
  readonly strategy: string
  readonly figures: {
    readonly elapsedMs: number
    readonly fastestMs: number
    readonly slowestMs: number
    readonly medianMs: number
    readonly p95Ms: number
    readonly refusals: number
    readonly delayed: number
    readonly speedup: number | null
  }
}

async function makeImages(folder: string, count: number): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (let index = 0; index < count; index++) {
    const background = { r: (index * 37) % 256, g: (index * 61) % 256, b: (index * 17) % 256 }
    const image = sharp({ create: { width: 160, height: 120, channels: 3, background } })
    await image.toFile(join(folder, `image-${String(index).padStart(3, '0')}.png`))
  }
}

async function compare({ loads, images, repeat }: Experiment, strategies: string): Promise<readonly Row[]> {
  return await withPeers(async ({ folder, start }) => {
    await makeImages(join(folder, 'images'), images)
    await Promise.all(
      loads.map((load, index) => {
        const own = ['--name', `peer-${index}`, '--load', `${load}`, '--delay', `${DELAY_MS}`, '--slots', '1']
        return start(startArguments(folder, ...own, '--seed', `${index + 1}`))
      }),
    )
    const args = ['compare', join(folder, 'images'), '--data-dir', folder, '--out', join(folder, 'out'), '--no-local']
    const more = ['--repeat', `${repeat}`, '--strategies', strategies, '--json']
    const child = spawn(process.execPath, [MAIN, ...args, ...more], { stdio: ['ignore', 'ignore', 'inherit'] })
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`peer compare ended with ${code}`)
    const { strategies: rows }: { strategies: readonly Row[] } = JSON.parse(
      readFileSync(join(folder, 'out', 'compare.json'), 'utf8'),
    )
    return rows
  })
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`

function markdown(experiment: Experiment, rows: readonly Row[]): string {
  const { loads, images, repeat, published } = experiment
  const expected = (strategy: 'random' | 'balanced'): string =>
    seconds(expectedLongestDelayMs(expectedDelayShare(strategy, loads), DELAY_MS, images))
  const lines = [
    `### Loads ${loads.map((load) => `\`${load}\``).join(' ')}, ${images} images${repeat > 1 ? `, mean of ${repeat} runs` : ''}`,
    '',
    '| strategy | elapsed | against random | median per image | p95 | refusals | delayed | published |',
    '|---|---|---|---|---|---|---|---|',
  ]
  for (const { strategy, figures } of rows) {
    const theirs = strategy === 'random' ? published?.[0] : strategy === 'balanced' ? published?.[1] : undefined
    const cells = [
      strategy,
      seconds(figures.elapsedMs),
      figures.speedup === null ? '' : `${figures.speedup.toFixed(2)}x`,
      seconds(figures.medianMs),
      seconds(figures.p95Ms),
      figures.refusals.toFixed(repeat > 1 ? 1 : 0),
      figures.delayed.toFixed(repeat > 1 ? 1 : 0),
      theirs === undefined ? '' : `${theirs} s`,
    ]
    lines.push(`| ${cells.join(' | ')} |`)
  }
  lines.push(
    '',
    `Expected longest delay by the formulas: random ${expected('random')}, balancing ${expected('balanced')}.`,
    '',
  )
  return lines.join('\n')
}

const [strategies = STRATEGY_NAMES.join(',')] = process.argv.slice(2)
console.log(`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores\n`)
for (const experiment of EXPERIMENTS) console.log(markdown(experiment, await compare(experiment, strategies)))
