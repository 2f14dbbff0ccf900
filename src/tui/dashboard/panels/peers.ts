/** The peers, oneself among them: who they are, what they can take, and what they have done. */

import type { PeerSnapshot } from '../../../peer/snapshot.ts'
import { barParts, sparkline } from '../../text/bars.ts'
import { cellText } from '../../text/cell-text.ts'
import { countOf, formatBrief, formatCount, formatLoad, formatRate } from '../../text/figures.ts'
import { fitText, type Line, lineWidth, type Span, span, type Tone } from '../lines.ts'
import { peerStateWord, selectedIndex } from '../rows.ts'
import type { DashboardModel, PanelContent } from './content.ts'
import { createTable, type TableColumn } from './table.ts'

const STATE_SYMBOLS: Readonly<Record<string, readonly [symbol: string, tone: Tone]>> = {
  alive: ['●', 'good'],
  paused: ['‖', 'warn'],
  draining: ['▽', 'warn'],
  aside: ['⊘', 'warn'],
  suspect: ['◌', 'warn'],
  dead: ['✕', 'bad'],
  left: ['○', 'dim'],
}

/** `● alive`: the symbol and the word say the same. */
export function peerState(peer: PeerSnapshot): Line {
  const word = peerStateWord(peer)
  const [symbol, tone] = STATE_SYMBOLS[word] ?? ['?', 'plain']
  return [span(`${symbol} ${word}`, tone)]
}

const isHere = (peer: PeerSnapshot): boolean => peer.state === 'alive' || peer.state === 'suspect'

/** Only executors have figures about tasks. */
const ofExecutor =
  (text: (peer: PeerSnapshot) => string, tone: (peer: PeerSnapshot) => Tone = () => 'plain') =>
  (peer: PeerSnapshot, width: number): Line =>
    peer.role === 'executor'
      ? [span(fitText(text(peer), width, 'right'), isHere(peer) ? tone(peer) : 'dim')]
      : [span(fitText('-', width, 'right'), 'dim')]

const countColumn = (
  title: string,
  rank: number,
  count: (peer: PeerSnapshot) => number,
  tone: Tone = 'plain',
): TableColumn<PeerSnapshot> => ({
  title,
  align: 'right',
  width: Math.max(4, title.length),
  rank,
  cell: ofExecutor(
    (peer) => formatCount(count(peer)),
    (peer) => (count(peer) > 0 ? tone : 'dim'),
  ),
})

function nameCell(peer: PeerSnapshot, width: number): Line {
  const you: Line = peer.isSelf ? [span(' (you)', 'accent')] : []
  const name = fitText(cellText(peer.name), Math.max(1, width - lineWidth(you))).trimEnd()
  return [span(name, isHere(peer) ? 'bold' : 'dim'), ...you]
}

/** One block a slot where they fit, else a share; then the figures. */
function slotsCell(peer: PeerSnapshot, width: number): Line {
  if (peer.role !== 'executor') return [span(fitText('observer', width), 'dim')]
  const figures = ` ${peer.running}/${peer.slots}`
  const room = width - Math.max(6, figures.length)
  if (room < 2) return [span(fitText(figures.trim(), width))]
  const cells = Math.min(room, Math.max(1, peer.slots))
  const { full, empty } = barParts(peer.slots === 0 ? 0 : peer.running / peer.slots, cells, ['■', '□'])
  return [span(full, 'good'), span(empty, 'dim'), span(figures, isHere(peer) ? 'plain' : 'dim')]
}

export const PEER_COLUMNS: readonly TableColumn<PeerSnapshot>[] = [
  { title: 'name', width: 12, maxWidth: 28, rank: 0, cell: nameCell },
  { title: 'state', width: 10, rank: 0, cell: (peer) => peerState(peer) },
  { title: 'load', align: 'right', width: 4, rank: 1, cell: ofExecutor((peer) => formatLoad(peer.load)) },
  { title: 'slots', width: 11, maxWidth: 16, rank: 2, cell: slotsCell },
  countColumn('park', 9, (peer) => peer.queued),
  countColumn('acc', 5, (peer) => peer.counts.accepted),
  countColumn('ref', 4, (peer) => peer.counts.refused, 'warn'),
  countColumn('del', 6, (peer) => peer.counts.delayed, 'warn'),
  countColumn('fail', 7, (peer) => peer.counts.failed, 'bad'),
  {
    title: 'img/s',
    align: 'right',
    width: 5,
    rank: 3,
    cell: ofExecutor(
      (peer) => formatRate(peer.imagesPerSecond),
      (peer) => (peer.imagesPerSecond > 0 ? 'good' : 'dim'),
    ),
  },
  {
    title: 'ms/MP',
    align: 'right',
    width: 5,
    rank: 8,
    cell: ofExecutor((peer) => (peer.msPerMegapixel === 0 ? '-' : formatCount(peer.msPerMegapixel))),
  },
  {
    title: 'activity',
    width: 10,
    maxWidth: 24,
    rank: 10,
    cell: (peer, width): readonly Span[] => [span(activityText(peer, width), isHere(peer) ? 'good' : 'dim')],
  },
  {
    title: 'seen',
    align: 'right',
    width: 6,
    rank: 11,
    cell: (peer, width) => [span(fitText(lastSeen(peer), width, 'right'), 'dim')],
  },
  { title: 'role', width: 8, rank: 13, cell: ({ role }) => [span(role, 'dim')] },
  { title: 'version', width: 7, rank: 12, cell: ({ version }) => [span(cellText(version), 'dim')] },
]

/** Images finished in each of the last seconds. */
export const activityText = (peer: PeerSnapshot, columns: number): string =>
  peer.role === 'executor'
    ? sparkline(
        peer.activity.map(({ completed }) => completed),
        columns,
      )
    : ''

/** A moment ago is `now`: milliseconds would only flicker. */
export function lastSeen(peer: PeerSnapshot): string {
  return peer.isSelf || peer.lastSeenMsAgo < 2000 ? 'now' : formatBrief(peer.lastSeenMsAgo)
}

export function peersContent({ snapshot, ui, rows }: DashboardModel, columns: number): PanelContent {
  const table = createTable(PEER_COLUMNS, columns)
  const selected = selectedIndex(rows.peers, ui.selected.peers)
  const known = snapshot.peers.length + 1
  const there = [snapshot.self, ...snapshot.peers].filter(isHere)
  const executors = there.filter(({ role }) => role === 'executor')
  const slots = executors.reduce((sum, peer) => sum + peer.slots, 0)
  const shown = rows.peers.length === known ? `${there.length} here` : `${rows.peers.length} of ${known}`
  const isAlone = snapshot.peers.length === 0 && ui.filters.peers === ''
  return {
    note: [shown, countOf(slots, 'slot'), ...(ui.sort.peers === 'name' ? [] : [`by ${ui.sort.peers}`])].join(' · '),
    head: [table.head],
    count: rows.peers.length,
    lineAt: (index) => {
      const peer = rows.peers[index]
      return peer === undefined ? [] : table.rowLine(peer, index === selected, ui.focus === 'peers')
    },
    selected,
    hint: isAlone
      ? [
          'Nobody else yet: run peer start in another terminal,',
          'or press y for the line with which another machine joins.',
        ]
      : [],
  }
}
