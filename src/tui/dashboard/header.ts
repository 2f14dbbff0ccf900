/** The lines above the panels: which cluster and which peer this is, and how others reach it. */

import type { ClusterSnapshot, PeerSnapshot } from '../../peer/snapshot.ts'
import { cellText } from '../text/cell-text.ts'
import { countOf, formatBrief, formatLoad, formatRate } from '../text/figures.ts'
import { fitLine, type Line, span, spreadLine } from './lines.ts'
import { clockTime } from './panels/log.ts'
import { peerState } from './panels/peers.ts'

export function headerLines(snapshot: ClusterSnapshot, columns: number, rows: number): readonly Line[] {
  const { self, cluster, peers, takenAt } = snapshot
  const executors = [self, ...peers].filter(({ role, state }) => role === 'executor' && state === 'alive')
  const rate = executors.reduce((sum, peer) => sum + peer.imagesPerSecond, 0)
  const dot = span(' · ', 'dim')
  const first = spreadLine(
    [
      span(' murmuration  ', 'key'),
      span(cellText(self.name), 'bold'),
      span('  '),
      ...peerState(self),
      ...ownFigures(self),
    ],
    [span(`up ${formatBrief(cluster.uptimeMs)}`, 'dim'), dot, span(`${clockTime(takenAt)} `, 'dim')],
    columns,
  )
  if (rows < 2) return [first]
  const key = cluster.keyFingerprint === undefined ? 'no key (insecure)' : `key ${cluster.keyFingerprint}`
  const second = spreadLine(
    [
      span(' '),
      span(cluster.reach === 'lan' ? 'LAN' : 'this machine only', cluster.reach === 'lan' ? 'accent' : 'plain'),
      dot,
      span(
        countOf(
          executors.reduce((sum, peer) => sum + peer.slots, 0),
          'slot',
        ),
      ),
      dot,
      span(`${formatRate(rate)} images/s`, rate > 0 ? 'good' : 'plain'),
    ],
    [span(`${key} `, 'dim')],
    columns,
  )
  return [first, addressIn(second, self, columns, key)]
}

/** The address to give to others between the two, as whole as it fits. */
function addressIn(full: Line, self: PeerSnapshot, columns: number, key: string): Line {
  const address = self.addresses.find((one) => !one.includes('/127.')) ?? self.addresses[0]
  if (address === undefined) return full
  const left = full.slice(0, 6)
  const leftWidth = left.reduce((sum, { text }) => sum + text.length, 0)
  const room = columns - leftWidth - key.length - 6
  const short = address.replace(/\/p2p\/.*$/, '')
  const shown = address.length <= room ? address : short
  if (shown.length > columns - leftWidth - 4) return full
  const withKey: Line = shown.length <= room ? [span(`${key} `, 'dim')] : []
  return spreadLine([...left, span(' · ', 'dim'), span(shown, 'accent')], withKey, columns)
}

function ownFigures(self: PeerSnapshot): Line {
  if (self.role === 'observer') return [span('  observer', 'dim')]
  return [
    span('  load ', 'dim'),
    span(formatLoad(self.load), 'bold'),
    span('  slots ', 'dim'),
    span(`${self.running}/${self.slots}`, 'bold'),
  ]
}

export const blankLine = (columns: number): Line => fitLine([], columns)
