/**
 * What an executor's memory follows: the pixels that are in flight, not the tasks that it is offered. Two executors as processes,
 * fresh ones for each row; large photos that become small ones, so that decoding is the work; the peak of their resident memory
 * (Linux: VmHWM). `node bench/executor-memory.ts` after `npm run build`.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { linkSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { type BenchWorld, MAIN, peakMegabytes, report, startArguments, withPeers } from './measure.ts'

const PHOTO = 'data/images/rocket.jpg'
const EXECUTORS = 2
const SLOTS = 1

interface Row {
  /** Of each coordinator. */
  readonly images: number
  readonly megapixels: 7 | 28
  readonly coordinators: number
}

const ROWS: readonly Row[] = [
  { images: 200, megapixels: 7, coordinators: 1 },
  { images: 2_000, megapixels: 7, coordinators: 1 },
  { images: 100, megapixels: 7, coordinators: 8 },
  { images: 50, megapixels: 28, coordinators: 1 },
]

await withPeers(async (world) => {
  for (const [index, row] of ROWS.entries()) {
    const peaks = await measure(world, row, join(world.folder, `row-${index}`))
    const { images, megapixels, coordinators } = row
    const from = coordinators === 1 ? '' : ` from each of ${coordinators} coordinators at once`
    report(`${images} photos of ${megapixels} MP${from}`, peaks.map((mb) => `${mb.toFixed(0)} MB`).join(' and '))
  }
})

/** The peaks of the executors. */
async function measure(world: BenchWorld, { images, megapixels, coordinators }: Row, folder: string) {
  const input = join(folder, 'in')
  mkdirSync(input, { recursive: true })
  const side = Math.round(Math.sqrt((megapixels * 1e6) / 12))
  const photo = join(folder, 'photo.jpg')
  await sharp(PHOTO)
    .resize(4 * side, 3 * side, { fit: 'fill' })
    .jpeg({ quality: 90 })
    .toFile(photo)
  for (let index = 0; index < images; index++) linkSync(photo, join(input, `${index}.jpg`))
  const dataDir = join(folder, 'data')
  const flags = ['--no-mdns', '--slots', `${SLOTS}`, '--load', '0']
  const peers = []
  for (let index = 0; index < EXECUTORS; index++) {
    peers.push(await world.start(startArguments(dataDir, '--name', `executor-${index}`, ...flags)))
  }
  await Promise.all(
    Array.from({ length: coordinators }, (_, index) => submit(input, join(folder, `out-${index}`), dataDir)),
  )
  const peaks = peers.map(({ pid }) => peakMegabytes(pid))
  for (const peer of peers) await peer.end()
  return peaks
}

async function submit(input: string, out: string, dataDir: string): Promise<void> {
  const how = ['--op', 'resize:w=200', '--no-local', '--quiet', '--no-mdns', '--data-dir', dataDir]
  const child = spawn(process.execPath, [MAIN, 'submit', input, '--out', out, ...how], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [exitCode] = await once(child, 'exit')
  if (exitCode !== 0) throw new Error(`a submit was expected to exit with 0, got ${exitCode}`)
}
