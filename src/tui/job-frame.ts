/**
 * What `peer submit` shows while its job runs: the dashboard's job and peer panels, and the job's details below them. The
 * job's figures come from its events, which are ahead of the gossip that everybody else sees. Always below the terminal's
 * height, because a frame that fills the screen makes terminals scroll and flicker.
 */

import { jobId } from '../base/ids.ts'
import { RESULTS_FILE } from '../peer/coordinator/plan.ts'
import type { ClusterSnapshot, JobSnapshot } from '../peer/snapshot.ts'
import type { PanelName, ScreenSize } from './dashboard/layout.ts'
import { fitLine, type Line, line } from './dashboard/lines.ts'
import type { DashboardModel } from './dashboard/panels/content.ts'
import { viewOf } from './dashboard/panels/view.ts'
import { rowsOf } from './dashboard/rows.ts'
import { INITIAL_UI, type UiState } from './dashboard/ui-state.ts'
import { endedImages, imagesPerSecond, type JobState, remainingMs } from './job-state.ts'
import { progressLine } from './progress-line.ts'
import { cellText } from './text/cell-text.ts'
import { formatDuration } from './text/figures.ts'

/** No panel has the keys here, and the details are those of the job. */
const UI: UiState = { ...INITIAL_UI, focus: 'log', subject: 'jobs' }
/** Border, titles, the job, border. */
const JOB_PANEL_ROWS = 4
/** Border and titles of the peers. */
const PEER_PANEL_EXTRA_ROWS = 3
/** Less than this tells nothing that the other panels do not. */
const MIN_DETAIL_ROWS = 6
const MAX_DETAIL_ROWS = 24

export interface JobFrameInput {
  readonly state: JobState
  readonly elapsedMs: number
  readonly snapshot: ClusterSnapshot
  readonly size: ScreenSize
}

/** At most `rows - 1` lines, each at most `columns` wide. */
export function jobFrameLines(input: JobFrameInput): readonly Line[] {
  const { state, elapsedMs, size } = input
  const room = Math.max(1, size.rows - 1)
  if (state.job === '') return [fitLine(line(`planning… ${formatDuration(elapsedMs)}`, 'dim'), size.columns)]
  const notice = state.notice === undefined ? [] : [fitLine(line(` ${cellText(state.notice)}`, 'dim'), size.columns)]
  const progress = fitLine(line(` ${progressLine(state, elapsedMs, ' · ')}`, 'bold'), size.columns)
  if (room < JOB_PANEL_ROWS + 1) return [progress]
  const model = modelOf(input)
  const peers = model.rows.peers.length
  let left = room - JOB_PANEL_ROWS - 1 - notice.length
  const peerRows = peers === 0 ? 0 : Math.min(peers + PEER_PANEL_EXTRA_ROWS, left)
  const hasPeers = peerRows > PEER_PANEL_EXTRA_ROWS
  if (hasPeers) left -= peerRows
  const panel = (name: PanelName, rows: number): readonly Line[] =>
    viewOf({ name, isTabbed: false, x: 0, y: 0, columns: size.columns, rows }, model).lines()
  return [
    ...panel('jobs', JOB_PANEL_ROWS),
    ...(hasPeers ? panel('peers', peerRows) : []),
    ...(left >= MIN_DETAIL_ROWS ? panel('detail', Math.min(left, MAX_DETAIL_ROWS)) : []),
    progress,
    ...notice,
  ].slice(0, room)
}

function modelOf({ state, elapsedMs, snapshot }: JobFrameInput): DashboardModel {
  const job = jobOf(state, elapsedMs, snapshot)
  const shown: ClusterSnapshot = { ...snapshot, jobs: [job], history: [] }
  const rows = rowsOf(shown, UI)
  // an observer that submits is no peer worth a row
  const peers = rows.peers.filter((peer) => !peer.isSelf || peer.role === 'executor')
  return { snapshot: shown, ui: UI, rows: { ...rows, peers } }
}

/** The job as a snapshot would show it, from its events. */
function jobOf(state: JobState, elapsedMs: number, { self }: ClusterSnapshot): JobSnapshot {
  const peers = state.peers.map(({ id, name, done, accepted, refused, delayed, failed, lost, totalMs }) => ({
    id,
    name,
    done,
    accepted,
    refused,
    delayed,
    failed,
    lost,
    totalMs,
    share: state.done === 0 ? 0 : done / state.done,
    meanMs: done === 0 ? 0 : totalMs / done,
  }))
  return {
    id: jobId(state.job),
    coordinator: self.id,
    coordinatorName: self.name,
    pipeline: state.pipeline,
    strategy: state.strategy,
    state: endedImages(state) < state.total || state.watching.length > 0 ? 'running' : 'done',
    total: state.total,
    done: state.alreadyDone + state.done,
    failed: state.failed,
    elapsedMs,
    imagesPerSecond: imagesPerSecond(state, elapsedMs) ?? 0,
    remainingMs: remainingMs(state, elapsedMs),
    own: {
      out: state.kind === 'data' ? `${state.out} (${RESULTS_FILE})` : state.out,
      paths: [],
      failures: state.failures,
      peers,
      refused: peers.reduce((sum, { refused }) => sum + refused, 0),
      delayed: peers.reduce((sum, { delayed }) => sum + delayed, 0),
      retries: state.retried,
    },
  }
}
