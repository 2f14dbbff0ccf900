/** Images per peer: a bar each, with how long an image took there. */

import { scaleBand, scaleLinear } from 'd3-scale'
import type { JobSummary, PeerShare } from '../../peer/job-events.ts'
import { countOf, formatDuration, formatShare } from '../../tui/text/figures.ts'
import { type Markup, markup } from '../markup.ts'
import { chartOf, px } from './drawing.ts'

const WIDTH_PX = 640
const NAME_PX = 150
const VALUE_PX = 190
const ROW_PX = 28

/** What a peer's bar shows. */
export const workOf = (peer: PeerShare): number => peer.done + (peer.tiles ?? 0)

/** `most` is what the longest bar stands for, alike in all charts that are to be compared. */
export function peersChart(id: string, summary: JobSummary, peers: readonly PeerShare[], most: number): Markup {
  const heightPx = peers.length * ROW_PX + 4
  const x = scaleLinear([0, Math.max(1, most)], [NAME_PX, WIDTH_PX - VALUE_PX])
  const y = scaleBand(peers.keys(), [2, heightPx - 2]).paddingInner(0.3)
  const rows = peers.map((peer, index) => {
    const top = y(index) ?? 0
    const middle = px(top + y.bandwidth() / 2)
    const tiles = peer.tiles === undefined ? '' : ` + ${countOf(peer.tiles, 'tile')}`
    const each = peer.done === 0 ? '' : ` · ${formatDuration(peer.meanMs)} each`
    return markup`<text class="name" x="${NAME_PX - 10}" y="${middle}" dy=".35em" text-anchor="end">${cut(peer.name)}<title>${peer.name}</title></text>
<rect class="work" x="${NAME_PX}" y="${px(top)}" width="${px(x(workOf(peer)) - NAME_PX)}" height="${px(y.bandwidth())}"><title>${peer.name}: ${countOf(peer.done, 'image')}${tiles}, ${formatShare(peer.share)}</title></rect>
<text x="${px(x(workOf(peer)) + 8)}" y="${middle}" dy=".35em"><tspan class="strong">${peer.done}${tiles}</tspan><tspan class="muted">${each}</tspan></text>`
  })
  const label = `Images per peer, ${summary.strategy}: ${peers.map(({ name, done }) => `${name} ${done}`).join(', ')}`
  return chartOf({ id, label, widthPx: WIDTH_PX, heightPx }, [
    markup`<line class="base" x1="${NAME_PX}" x2="${NAME_PX}" y1="0" y2="${heightPx}"/>`,
    rows,
  ])
}

const MAX_NAME_CHARS = 20

/** A name that fits its column; the whole one is in the title and in the table. */
export const cut = (name: string): string =>
  name.length <= MAX_NAME_CHARS ? name : `${name.slice(0, MAX_NAME_CHARS - 1)}…`
