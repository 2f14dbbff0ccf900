/** What a race says: lines for the terminal, aims, and the table of docs/PERFORMANCE.md. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PhotoSet } from './photos.ts'

/** Medians over the rounds. */
export interface Figures {
  readonly perSecond: number
  /** CPU milliseconds for each image, by part. */
  readonly cpuMs: Readonly<Record<string, number>>
}

/** Figures by contender. */
export type CellFigures = ReadonlyMap<string, Figures>
/** Figures by cell and contender. */
export type Table = ReadonlyMap<string, CellFigures>

interface Aim {
  readonly of: string
  readonly over: string
  readonly sets: readonly string[]
  readonly ratio: number
}

const AIMS: readonly Aim[] = [
  { of: 'murmuration', over: 'Dask', sets: ['small'], ratio: 1.5 },
  { of: 'murmuration', over: 'Dask', sets: ['large'], ratio: 1.1 },
  { of: 'murmuration', over: 'native pool', sets: ['small', 'large'], ratio: 0.8 },
  { of: 'murmuration', over: 'shell loop', sets: ['small', 'large'], ratio: 10 },
  { of: 'one peer', over: 'plain loop', sets: ['medium', 'large'], ratio: 0.95 },
]

const digits = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)

export const headLine = (machine: string, rounds: number): string =>
  `${new Date().toISOString().slice(0, 10)}, ${machine}, ${rounds} round${rounds === 1 ? '' : 's'}; images a second, medians`

export function cellLine(cell: string, figures: CellFigures): string[] {
  return Array.from(figures, ([name, { perSecond, cpuMs }]) => {
    const total = Object.values(cpuMs).reduce((sum, ms) => sum + ms, 0)
    const parts = Object.entries(cpuMs).length > 1 ? ` (${partsText(cpuMs)})` : ''
    const cpu = total === 0 ? '' : `CPU ${digits(total)} ms${parts}`
    return `${cell.padEnd(16)} ${name.padEnd(12)} ${digits(perSecond).padStart(7)} /s  ${ratios(name, cell, figures).padEnd(46)} ${cpu}`
  })
}

const partsText = (cpuMs: Readonly<Record<string, number>>): string =>
  Object.entries(cpuMs)
    .map(([part, ms]) => `${part} ${digits(ms)}`)
    .join(', ')

const aimsOf = (name: string, cell: string): readonly Aim[] =>
  AIMS.filter(({ of, sets }) => of === name && sets.some((set) => cell.startsWith(set)))

/** What the aims ask of this contender in this cell, as measured; a miss is marked. */
function ratios(name: string, cell: string, figures: CellFigures): string {
  return aimsOf(name, cell)
    .flatMap(({ over, ratio }) => {
      const reached = ratioOf(figures, name, over)
      return reached === undefined ? [] : [`${digits(reached)} x ${over}${reached < ratio ? ' <' : ''}`]
    })
    .join(', ')
}

function ratioOf(figures: CellFigures, name: string, over: string): number | undefined {
  const one = figures.get(name)
  const other = figures.get(over)
  return one && other && one.perSecond / other.perSecond
}

export function missedAims(...tables: readonly Table[]): string[] {
  const missed = tables.flatMap((table) =>
    Array.from(table).flatMap(([cell, figures]) =>
      Array.from(figures.keys()).flatMap((name) =>
        aimsOf(name, cell).flatMap(({ over, ratio }) => {
          const reached = ratioOf(figures, name, over)
          if (reached === undefined || reached >= ratio) return []
          return [`missed: ${cell}: ${name} is ${digits(reached)} x ${over}, the aim is ${ratio}`]
        }),
      ),
    ),
  )
  return missed.length === 0 ? ['all aims are reached'] : missed
}

export interface Report {
  readonly table: Table
  /** The cells of one peer and a plain loop. */
  readonly alone: Table
  readonly machine: string
  readonly rounds: number
  readonly sets: readonly PhotoSet[]
}

const DOCUMENT = join(import.meta.dirname, '../../docs/PERFORMANCE.md')
const BEGIN = '<!-- bench:race writes what follows -->'
const END = '<!-- bench:race ends -->'

/** Replaces the tables between the two marks of docs/PERFORMANCE.md. */
export function saveReport(report: Report): void {
  const text = readFileSync(DOCUMENT, 'utf8')
  const [before, rest] = text.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error(`${DOCUMENT} is expected to hold both marks`)
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${tablesOf(report)}\n\n${END}${after}`)
}

function tablesOf({ table, alone, machine, rounds, sets }: Report): string {
  const size = ({ name, count, widthPx, heightPx }: PhotoSet): string =>
    `${name}: ${count} photos of ${widthPx} x ${heightPx}`
  return [
    headLine(machine, rounds),
    sets.map(size).join('; '),
    tableOf(table, ['native pool', 'murmuration', 'plain loop', 'Dask', 'shell loop']),
    tableOf(alone, ['plain loop', 'one peer', 'one executor']),
  ].join('.\n\n')
}

function tableOf(table: Table, names: readonly string[]): string {
  const rows = Array.from(table, ([cell, figures]) => {
    const of = names.map((name) => {
      const found = figures.get(name)
      if (!found) return '-'
      const cpu = Object.values(found.cpuMs).reduce((sum, ms) => sum + ms, 0)
      return cpu > 0 ? `${digits(found.perSecond)} (${digits(cpu)} ms)` : digits(found.perSecond)
    })
    const reached = names.flatMap((name) => ratios(name, cell, figures) || [])
    return `| ${[cell, ...of, reached.join(', ').replaceAll(' <', ' (missed)')].join(' | ')} |`
  })
  return [`| | ${names.join(' | ')} | |`, `|${'---|'.repeat(names.length + 2)}`, ...rows].join('\n')
}
