/**
 * The task stream: a lane per executor over the last minute, the newest second to the right. Each second is one character;
 * where several things happened in one, the rarest is shown: failed, refused, delayed, then how many slots were busy.
 */

import { ACTIVITY_SECONDS } from '../../../base/limits.ts'
import type { ActivitySecond, PeerSnapshot } from '../../../peer/snapshot.ts'
import { levelOf } from '../../text/bars.ts'
import { cellText } from '../../text/cell-text.ts'
import { formatCount } from '../../text/figures.ts'
import { fitLine, fitText, type Line, type Span, span } from '../lines.ts'
import { matches } from '../rows.ts'
import type { DashboardModel, PanelContent } from './content.ts'

const MAX_NAME_COLUMNS = 20
/** `  99.9k done`. */
const SUM_COLUMNS = 12
const FAILED = span('!', 'bad')
const REFUSED = span('×', 'warn')
const DELAYED = span('z', 'accent')
const IDLE = span('·', 'dim')

const LEGEND: Line = [
  span('▂▅▇', 'good'),
  span(' running  ', 'dim'),
  DELAYED,
  span(' delayed  ', 'dim'),
  REFUSED,
  span(' refused  ', 'dim'),
  FAILED,
  span(' failed  ', 'dim'),
  IDLE,
  span(' idle', 'dim'),
]

export function streamContent({ snapshot, ui }: DashboardModel, columns: number): PanelContent {
  const lanes = [snapshot.self, ...snapshot.peers].filter(
    (peer) => peer.role === 'executor' && matches(ui.filters.stream, peer.name),
  )
  const inner = Math.max(0, columns - 1)
  const nameColumns = Math.min(MAX_NAME_COLUMNS, Math.max(8, inner - ACTIVITY_SECONDS - 1), Math.floor(inner / 2))
  const laneColumns = Math.max(0, inner - nameColumns - 1)
  const secondsPerCell = Math.max(1, Math.ceil(ACTIVITY_SECONDS / Math.max(1, laneColumns)))
  // on wide screens a second is two or three characters wide, so that the minute fills the panel
  const cellColumns = secondsPerCell > 1 ? 1 : Math.max(1, Math.floor(laneColumns / ACTIVITY_SECONDS))
  const cells = Math.ceil(ACTIVITY_SECONDS / secondsPerCell)
  const hasRoom = laneColumns - cells * cellColumns >= SUM_COLUMNS
  return {
    note: 'last 60 s, now at the right',
    head: [fitLine([span(' '), ...LEGEND], columns)],
    count: lanes.length,
    lineAt: (index) => {
      const peer = lanes[index]
      if (peer === undefined) return []
      const name = span(fitText(cellText(peer.name), nameColumns), peer.isSelf ? 'accent' : 'plain')
      return fitLine(
        [
          span(' '),
          name,
          span(' '),
          ...laneOf(peer, secondsPerCell, cells, cellColumns),
          ...(hasRoom ? sumOf(peer) : []),
        ],
        columns,
      )
    },
    selected: undefined,
    hint: lanes.length > 0 ? [] : ['No executors to show: run peer start in another terminal.'],
  }
}

/** What was done in the minute, where the lane leaves room for it. */
const sumOf = ({ activity }: PeerSnapshot): Line => [
  span(`  ${formatCount(activity.reduce((total, { completed }) => total + completed, 0))} done`, 'dim'),
]

/** The lane's characters, equal neighbours in one span. */
function laneOf(peer: PeerSnapshot, secondsPerCell: number, cells: number, cellColumns: number): Line {
  const lane: Span[] = []
  const add = ({ text, tone }: Span): void => {
    const last = lane.at(-1)
    const wide = text.repeat(cellColumns)
    if (last?.tone === tone) lane[lane.length - 1] = span(last.text + wide, tone)
    else lane.push(span(wide, tone))
  }
  for (let cell = 0; cell < cells; cell++) {
    const to = peer.activity.length - (cells - 1 - cell) * secondsPerCell
    const seconds = to <= 0 ? [] : peer.activity.slice(Math.max(0, to - secondsPerCell), to)
    add(seconds.length === 0 ? span(' ') : cellOf(seconds, peer.slots))
  }
  return lane
}

function cellOf(seconds: readonly ActivitySecond[], slots: number): Span {
  if (seconds.some(({ failed }) => failed > 0)) return FAILED
  if (seconds.some(({ refused }) => refused > 0)) return REFUSED
  if (seconds.some(({ delayed }) => delayed > 0)) return DELAYED
  const running = Math.max(...seconds.map((second) => second.running))
  // a task may begin and end between two reports
  const busy = running === 0 && seconds.some(({ completed }) => completed > 0) ? 1 : running
  return busy === 0 ? IDLE : span(levelOf(busy / Math.max(1, slots)), 'good')
}
