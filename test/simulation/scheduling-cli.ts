/** `npm run simulate:scheduling [-- --seeds 20]`: the figures of scheduling.ts, with what they are to be. */

import process from 'node:process'
import { parseArgs } from 'node:util'
import { fairness, threeCoordinators, unequalPeers } from './scheduling.ts'

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '20' } } })
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1)

const mean = (figures: readonly number[]): number => figures.reduce((sum, one) => sum + one, 0) / figures.length
const show = (what: string, figures: readonly number[], worst: number, aim: string): void =>
  console.log(`${what.padEnd(62)} mean ${mean(figures).toFixed(3)}  worst ${worst.toFixed(3)}  (aim ${aim})`)

async function each<T>(measure: (seed: number) => Promise<T>): Promise<T[]> {
  const figures: T[] = []
  for (const seed of seeds) figures.push(await measure(seed))
  return figures
}

const calm = await each((seed) => unequalPeers(seed))
const ratios = calm.map(({ overIdeal }) => overIdeal)
show('1,000 tasks on 8 unequal peers, time over ideal', ratios, Math.max(...ratios), '1.05, worst 1.10')
const calmTwice = calm.map(({ duplicates }) => duplicates)
show('  of them run twice', calmTwice, Math.max(...calmTwice), '0.02')

const slowed = await each((seed) => unequalPeers(seed, { slowsOne: true }))
const slowedRatios = slowed.map(({ overIdeal }) => overIdeal)
show('one peer 20x slower in mid-job, time over ideal', slowedRatios, Math.max(...slowedRatios), '1.25')
const slowedTwice = slowed.map(({ duplicates }) => duplicates)
show('  of them run twice', slowedTwice, Math.max(...slowedTwice), '0.02')

const stale = await each(async (seed) => (await threeCoordinators(seed, 10_000)) / (await threeCoordinators(seed, 0)))
show('3 coordinators, gossip 10 s old over fresh', stale, Math.max(...stale), '1.10')

const fair = await each(fairness)
show("10 coordinators on 4 peers, Jain's index", fair, Math.min(...fair), '0.95')
process.exit(0)
