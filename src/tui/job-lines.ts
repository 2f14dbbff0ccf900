/**
 * The live view of a job as lines of text: a pure function of state, time and terminal size. It always stays below the
 * terminal's height, because a frame that fills the screen makes terminals scroll and flicker.
 */

import stringWidth from 'string-width'
import { RESULTS_FILE } from '../peer/coordinator/plan.ts'
import {
  endedImages,
  imagesPerSecond,
  type JobState,
  type PeerProgress,
  remainingMs,
  type TileProgress,
} from './job-state.ts'
import { type Column, tableLines, truncateToWidth } from './text/columns.ts'
import { escapeControls } from './text/escape.ts'
import { countOf, formatDuration, formatRate, formatShare } from './text/figures.ts'

export type Tone = 'plain' | 'bold' | 'dim' | 'good' | 'bad'

export interface ViewLine {
  readonly text: string
  readonly tone: Tone
}

export interface ViewSize {
  readonly columns: number
  readonly rows: number
}

const MAX_BAR_COLUMNS = 40
const MAX_NAME_COLUMNS = 24
const MAX_FAILURE_LINES = 5

interface PeerColumn extends Column {
  cell(peer: PeerProgress, done: number): string
  /** Goes first where the terminal is narrow. */
  readonly isOptional?: boolean
}

const PEER_COLUMNS: readonly PeerColumn[] = [
  { title: 'peer', cell: ({ name }) => truncateToWidth(escapeControls(name), MAX_NAME_COLUMNS) },
  { title: 'done', align: 'right', cell: (peer) => String(peer.done) },
  {
    title: 'share',
    align: 'right',
    isOptional: true,
    cell: (peer, done) => (done === 0 ? '-' : formatShare(peer.done / done)),
  },
  { title: 'accepted', align: 'right', isOptional: true, cell: (peer) => String(peer.accepted) },
  { title: 'refused', align: 'right', cell: (peer) => String(peer.refused) },
  { title: 'delayed', align: 'right', cell: (peer) => String(peer.delayed) },
  { title: 'failed', align: 'right', cell: (peer) => String(peer.failed) },
  {
    title: 'mean',
    align: 'right',
    cell: (peer) => (peer.done === 0 ? '-' : formatDuration(peer.totalMs / peer.done)),
  },
]

/** At most `rows - 1` lines, each at most `columns` wide. */
export function jobLines(state: JobState, elapsedMs: number, size: ViewSize): readonly ViewLine[] {
  const room = Math.max(1, size.rows - 1)
  const head = headLines(state, elapsedMs, size.columns)
  const failures = failureLines(state, Math.min(MAX_FAILURE_LINES, room - head.length - 4))
  const notice: readonly ViewLine[] =
    state.notice === undefined ? [] : [{ text: escapeControls(state.notice), tone: 'dim' }]
  const peers = peerLines(state, room - head.length - failures.length - notice.length, size.columns)
  return [...head, ...peers, ...failures, ...notice]
    .slice(0, room)
    .map((line) => ({ ...line, text: truncateToWidth(line.text, size.columns) }))
}

/** `37/100 images · 12.3 images/s · 5.1 s left · 1 failed`: the line of the live view, and the progress off a terminal. */
export function progressLine(state: JobState, elapsedMs: number, separator: string): string {
  const rate = imagesPerSecond(state, elapsedMs)
  const left = remainingMs(state, elapsedMs)
  return [
    `${endedImages(state)}/${countOf(state.total, 'image')}`,
    ...(rate === undefined ? [] : [`${formatRate(rate)} images/s`]),
    ...(left === undefined ? [] : [`${formatDuration(left)} left`]),
    ...(state.tiles === undefined ? [] : [tilesText(state.tiles)]),
    ...(state.alreadyDone === 0 ? [] : [`${state.alreadyDone} done before`]),
    ...(state.failed === 0 ? [] : [`${state.failed} failed`]),
  ].join(separator)
}

const tilesText = ({ path, done, total }: TileProgress): string =>
  `${escapeControls(path)}: ${done}/${countOf(total, 'tile')}`

function headLines(state: JobState, elapsedMs: number, columns: number): readonly ViewLine[] {
  if (state.total === 0) return [{ text: `planning… ${formatDuration(elapsedMs)}`, tone: 'dim' }]
  const share = endedImages(state) / state.total
  const percent = formatShare(share)
  const data = state.kind === 'data' ? [RESULTS_FILE] : []
  const bar = progressBar(share, Math.min(MAX_BAR_COLUMNS, columns - percent.length - 1))
  return [
    {
      text: [state.strategy, escapeControls(state.pipeline), ...data, formatDuration(elapsedMs)].join(' · '),
      tone: 'bold',
    },
    { text: bar === '' ? percent : `${bar} ${percent}`, tone: 'good' },
    { text: progressLine(state, elapsedMs, ' · '), tone: 'plain' },
  ]
}

function progressBar(share: number, columns: number): string {
  if (columns < 4) return ''
  const full = Math.floor(Math.min(1, share) * columns)
  return '█'.repeat(full) + '░'.repeat(columns - full)
}

/** A blank line, the titles, and as many peers as fit, the busiest first when not all do. */
function peerLines(state: JobState, room: number, columns: number): readonly ViewLine[] {
  if (state.peers.length === 0 || room < 3) return []
  const fits = state.peers.length <= room - 2
  const shown = fits ? state.peers : busiest(state.peers, room - 3)
  if (shown.length === 0) return []
  const lines = peerTable(shown, state.done, columns)
  const hidden = state.peers.length - shown.length
  return [
    { text: '', tone: 'plain' },
    ...lines.map((text, index): ViewLine => ({ text, tone: index === 0 ? 'dim' : 'plain' })),
    ...(hidden === 0 ? [] : [{ text: `and ${countOf(hidden, 'more peer')}`, tone: 'dim' } as const]),
  ]
}

/** In the order of the job, so that rows do not jump about. */
function busiest(peers: readonly PeerProgress[], count: number): readonly PeerProgress[] {
  const chosen = new Set(peers.toSorted((a, b) => b.done - a.done).slice(0, Math.max(0, count)))
  return peers.filter((peer) => chosen.has(peer))
}

/** The table, without the optional columns where it would be too wide with them. */
function peerTable(peers: readonly PeerProgress[], done: number, columns: number): readonly string[] {
  const tableOf = (chosen: readonly PeerColumn[]): readonly string[] =>
    tableLines(
      chosen,
      peers.map((peer) => chosen.map((column) => column.cell(peer, done))),
    )
  const full = tableOf(PEER_COLUMNS)
  const isTooWide = full.some((line) => stringWidth(line) > columns)
  return isTooWide ? tableOf(PEER_COLUMNS.filter((column) => column.isOptional !== true)) : full
}

function failureLines(state: JobState, room: number): readonly ViewLine[] {
  if (state.failures.length === 0 || room < 2) return []
  const count = state.failed
  const shown = state.failures.slice(-(count > room - 1 ? room - 2 : room - 1))
  const hidden = count - shown.length
  if (shown.length === 0) return []
  return [
    { text: '', tone: 'plain' },
    ...(hidden > 0 ? [{ text: `${countOf(hidden, 'earlier failure')}, and`, tone: 'bad' } as const] : []),
    ...shown.map(
      ({ path, message }): ViewLine => ({ text: `${escapeControls(path)}: ${escapeControls(message)}`, tone: 'bad' }),
    ),
  ]
}
