/**
 * `npm run bench:race [-- --rounds N] [--quick] [--photos DIR] [--save]`: who does a folder of photos fastest on this machine.
 * README.md beside this file says what is measured and how fair it is.
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { median } from '../measure.ts'
import { disagreement } from './agree.ts'
import {
  type Contender,
  startDask,
  startMurmuration,
  startNativePool,
  startOnePeer,
  startPlainLoop,
  startShellLoop,
  WORKERS,
} from './contenders.ts'
import { OPERATIONS, type RaceOperation } from './operations.ts'
import { makePhotos, type PhotoSet } from './photos.ts'
import { cellLine, type Figures, headLine, missedAims, saveReport } from './report.ts'

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    photos: { type: 'string', default: join(import.meta.dirname, '../../data/images') },
    /** Keeps the photos that were made there, for the next run. */
    work: { type: 'string' },
    /** Names, separated by commas; default all. */
    sets: { type: 'string' },
    contenders: { type: 'string' },
    operations: { type: 'string' },
    save: { type: 'boolean', default: false },
  },
})

const isQuick = options.quick
const rounds = Number(options.rounds ?? (isQuick ? 1 : 3))

const SMALL: PhotoSet = { name: 'small', count: isQuick ? 200 : 500, widthPx: 481, heightPx: 321, patches: 1 }
const MEDIUM: PhotoSet = { name: 'medium', count: isQuick ? 24 : 60, widthPx: 1632, heightPx: 1224, patches: 2 }
const LARGE: PhotoSet = { name: 'large', count: isQuick ? 12 : 26, widthPx: 3072, heightPx: 2304, patches: 3 }
/** The shell loop is so slow that a part of a set says enough; it has one round. */
const SHELL_COUNTS: Readonly<Record<string, number>> = { small: 40, large: 2 }
const WARM_UP: PhotoSet = { name: 'warm-up', count: isQuick ? 60 : 500, widthPx: 481, heightPx: 321, patches: 1 }

const isMeant = (names: string | undefined, name: string): boolean => names?.split(',').includes(name) ?? true

const folder = mkdtempSync(join(tmpdir(), 'murmuration-race-'))
const photosFolder = options.work ?? join(folder, 'photos')
let runs = 0

interface Cell {
  readonly set: PhotoSet
  readonly operation: RaceOperation
}

async function photosOf(set: PhotoSet): Promise<string> {
  const path = join(photosFolder, `${set.name}-${set.count}`)
  if (!existsSync(path)) await makePhotos(options.photos, set, path)
  return path
}

/** The first photos of a set in a folder of their own. */
async function partOf(set: PhotoSet, count: number): Promise<string> {
  const path = join(folder, `${set.name}-first-${count}`)
  if (!existsSync(path)) await makePhotos(options.photos, { ...set, count }, path)
  return path
}

function complain(sentence: string): void {
  console.log(sentence)
  process.exitCode = 1
}

/**
 * One folder by one contender: seconds, CPU by part, and what came out. It stays until the end of the race: ext4 without a journal
 * passes over inodes that were deleted lately, one by one, so that making a file after many were deleted costs a millisecond.
 */
async function runOnce(contender: Contender, input: string, operation: RaceOperation) {
  const output = join(folder, `out-${runs++}`)
  const before = contender.cpuMs()
  const startedAt = performance.now()
  await contender.run({ input, output, operation })
  const seconds = (performance.now() - startedAt) / 1000
  const after = contender.cpuMs()
  const cpuMs =
    after && Object.fromEntries(Object.entries(after).map(([part, ms]) => [part, ms - (before?.[part] ?? 0)]))
  return { seconds, cpuMs, output }
}

/** The same for everybody: each operation on small photos, so that code is compiled, and on large ones, so that heaps are grown. */
async function warmUp(contender: Contender): Promise<void> {
  if (!contender.isOpenCv) return
  const folders = [await photosOf(WARM_UP), await partOf(LARGE, WORKERS)]
  for (const input of folders) {
    for (const operation of OPERATIONS) {
      await runOnce(contender, input, operation)
    }
  }
}

async function startAll(starts: readonly Start[]): Promise<Contender[]> {
  const contenders: Contender[] = []
  for (const [name, start] of starts) {
    if (!isMeant(options.contenders, name)) continue
    try {
      const contender = await start()
      contenders.push(contender)
      await warmUp(contender)
    } catch (error) {
      console.log(`${name} is left out: ${error instanceof Error ? error.message : error}`)
    }
  }
  return contenders
}

/** All contenders do the cell in turn, in another order each round. The first one's outputs are what others are compared with. */
async function runCell({ set, operation }: Cell, contenders: readonly Contender[]): Promise<Map<string, Figures>> {
  const input = await photosOf(set)
  const figures = new Map<string, { perSecond: number[]; cpuMs: Record<string, number[]> }>()
  let reference: string | undefined
  for (let round = 0; round < rounds; round++) {
    const order = contenders.map((_, index) => contenders[(index + round) % contenders.length] as Contender)
    for (const contender of round % 2 === 0 ? order : order.toReversed()) {
      if (!contender.isOpenCv && round > 0) continue
      const count = contender.isOpenCv ? set.count : Math.min(set.count, SHELL_COUNTS[set.name] ?? set.count)
      const from = count === set.count ? input : await partOf(set, count)
      const run = await runOnce(contender, from, operation).catch((error: unknown) => {
        complain(`${contender.name} failed at ${set.name} ${operation.name}: ${error}`)
      })
      if (!run) continue
      const { seconds, cpuMs, output } = run
      if (contender.isOpenCv && round === 0) {
        const wrong = reference && (await disagreement(reference, output, operation))
        if (wrong) complain(`${contender.name} makes other images of ${set.name} ${operation.name}: ${wrong}`)
        reference ??= output
      }
      const found = figures.get(contender.name) ?? { perSecond: [], cpuMs: {} }
      figures.set(contender.name, found)
      found.perSecond.push(count / seconds)
      for (const [part, ms] of Object.entries(cpuMs ?? {})) {
        found.cpuMs[part] ??= []
        found.cpuMs[part].push(ms / count)
      }
    }
  }
  const medianOf = ({ perSecond, cpuMs }: { perSecond: number[]; cpuMs: Record<string, number[]> }): Figures => ({
    perSecond: median(perSecond),
    cpuMs: Object.fromEntries(Object.entries(cpuMs).map(([part, values]) => [part, median(values)])),
  })
  return new Map(Array.from(figures, ([name, found]) => [name, medianOf(found)]))
}

async function race(cells: readonly Cell[], starts: readonly Start[]): Promise<Map<string, Map<string, Figures>>> {
  if (cells.length === 0) return new Map()
  const contenders = await startAll(starts)
  const table = new Map<string, Map<string, Figures>>()
  try {
    for (const cell of cells) {
      const figures = await runCell(cell, contenders)
      const name = `${cell.set.name} ${cell.operation.name}`
      table.set(name, figures)
      for (const line of cellLine(name, figures)) console.log(line)
    }
  } finally {
    await Promise.all(contenders.map((contender) => contender.end()))
  }
  return table
}

const cellsOf = (sets: readonly PhotoSet[]): Cell[] =>
  sets
    .flatMap((set) => OPERATIONS.map((operation) => ({ set, operation })))
    .filter(({ set, operation }) => isMeant(options.sets, set.name) && isMeant(options.operations, operation.name))

type Start = readonly [name: string, start: () => Promise<Contender>]

const EVERYBODY: readonly Start[] = [
  ['native pool', startNativePool],
  ['murmuration', () => startMurmuration('murmuration', folder, [1, 1])],
  ['plain loop', () => startPlainLoop('plain loop')],
  ['Dask', startDask],
  ['shell loop', startShellLoop],
]

/** The same threads without a cluster, as a cluster of one, and as one executor of another process. */
const ALONE: readonly Start[] = [
  ['plain loop', () => startPlainLoop('plain loop')],
  ['one peer', () => startOnePeer('one peer', folder, WORKERS)],
  ['one executor', () => startMurmuration('one executor', folder, [WORKERS])],
]

async function main(): Promise<void> {
  const startedAt = performance.now()
  mkdirSync(photosFolder, { recursive: true })
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, Node ${process.version}`
  console.log(headLine(machine, rounds))
  const table = await race(cellsOf([SMALL, LARGE]), EVERYBODY)
  const alone = await race(cellsOf([MEDIUM, LARGE]), ALONE)
  for (const line of missedAims(table, alone)) console.log(line)
  if (options.save) saveReport({ table, alone, machine, rounds, sets: [SMALL, MEDIUM, LARGE] })
  console.log(`took ${Math.round((performance.now() - startedAt) / 1000)} s`)
}

try {
  await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
