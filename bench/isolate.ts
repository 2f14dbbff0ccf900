/**
 * What `--isolate` costs: images a second through a worker pool of two, threads and processes taking turns, without a network.
 * `node bench/isolate.ts` after `npm run build`.
 */

import { join } from 'node:path'
import sharp from 'sharp'
import type { ImageRunner } from '../src/cv/index.ts'
import { childrenOf } from '../test/support/child-processes.ts'
import { median, residentMegabytes } from './measure.ts'

const ROUNDS = 5
const PHOTO = 'data/images/rocket.jpg'
const SIZES = [
  { name: 'small photos (481 x 321)', widthPx: 481, heightPx: 321, count: 100 },
  { name: 'large photos (7 MP)', widthPx: 3_072, heightPx: 2_304, count: 6 },
] as const

const { createWorkerPool } = (await import(
  join(import.meta.dirname, '../dist/cv/index.js')
)) as typeof import('../src/cv/index.ts')

const task = (bytes: Uint8Array) =>
  ({ bytes: new Uint8Array(bytes), pipeline: 'edges', seed: 1n, format: 'keep', quality: 90, maxPixels: 5e7 }) as const

async function imagesPerSecond(pool: ImageRunner, bytes: Uint8Array, count: number): Promise<number> {
  const startedMs = performance.now()
  await Promise.all(Array.from({ length: count }, () => pool.run(task(bytes))))
  return (count * 1000) / (performance.now() - startedMs)
}

const kinds = ['threads', 'processes'] as const
const pools = kinds.map((kind) => createWorkerPool({ slots: 2, taskTimeoutMs: 60_000, isolate: kind === 'processes' }))

for (const { name, widthPx, heightPx, count } of SIZES) {
  const photo = await sharp(PHOTO).resize(widthPx, heightPx, { fit: 'fill' }).jpeg({ quality: 90 }).toBuffer()
  const rates = kinds.map((): number[] => [])
  for (const pool of pools) await imagesPerSecond(pool, photo, 4)
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, pool] of pools.entries()) rates[index]?.push(await imagesPerSecond(pool, photo, count))
  }
  const shown = kinds.map((kind, index) => `${kind} ${median(rates[index] ?? []).toFixed(1)}`)
  // of each round's pair, because the machine changes more between rounds than between neighbours
  const ratio = median((rates[0] ?? []).map((threads, round) => (rates[1]?.[round] ?? 0) / threads))
  console.log(`${name}, ${photo.length} bytes: ${shown.join(', ')} images a second; ratio ${ratio.toFixed(2)}`)
}
console.log(
  `a worker's process: ${childrenOf(process.pid)
    .map((pid) => residentMegabytes(pid).toFixed(0))
    .join(' and ')} MB`,
)
await Promise.all(pools.map((pool) => pool.close()))
