/** The rows of the two lists, filtered and sorted, and which of them is selected. */

import type { FinishedJob } from '../../peer/files/job-history.ts'
import type { ClusterSnapshot, JobSnapshot, PeerSnapshot } from '../../peer/snapshot.ts'
import type { Selection, UiState } from './ui-state.ts'

export const PEER_SORTS = ['name', 'state', 'load', 'running', 'rate', 'speed', 'refused', 'failed'] as const
export type PeerSort = (typeof PEER_SORTS)[number]
export const JOB_SORTS = ['newest', 'progress', 'rate', 'failed', 'pipeline'] as const
export type JobSort = (typeof JOB_SORTS)[number]

/** A job that is gossiped about now, or one of the history. */
export type JobRow =
  | { readonly kind: 'live'; readonly id: string; readonly job: JobSnapshot }
  | { readonly kind: 'finished'; readonly id: string; readonly finished: FinishedJob }

export interface Rows {
  readonly peers: readonly PeerSnapshot[]
  readonly jobs: readonly JobRow[]
  readonly selectedPeer: PeerSnapshot | undefined
  readonly selectedJob: JobRow | undefined
}

export function rowsOf(snapshot: ClusterSnapshot, ui: UiState): Rows {
  const peers = peerRows(snapshot, ui)
  const jobs = jobRows(snapshot, ui)
  return {
    peers,
    jobs,
    selectedPeer: peers[selectedIndex(peers, ui.selected.peers)],
    selectedJob: jobs[selectedIndex(jobs, ui.selected.jobs)],
  }
}

/** The index of the selected row; of its old place when it is gone; 0 when nothing was selected; -1 without rows. */
export function selectedIndex(rows: readonly { readonly id: string }[], selection: Selection | undefined): number {
  if (selection === undefined) return Math.min(0, rows.length - 1)
  const found = rows.findIndex(({ id }) => id === selection.id)
  return found >= 0 ? found : Math.min(selection.index, rows.length - 1)
}

/** Whether every word of the filter occurs, whatever its case. */
export function matches(filter: string, ...texts: readonly string[]): boolean {
  if (filter === '') return true
  const text = texts.join('\n').toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

const STATE_ORDER = { alive: 0, suspect: 1, left: 2, dead: 3 } as const

const PEER_ORDER: Readonly<Record<PeerSort, (a: PeerSnapshot, b: PeerSnapshot) => number>> = {
  name: () => 0,
  state: (a, b) => STATE_ORDER[a.state] - STATE_ORDER[b.state],
  load: (a, b) => b.load - a.load,
  running: (a, b) => b.running - a.running,
  rate: (a, b) => b.imagesPerSecond - a.imagesPerSecond,
  // what is not known yet comes last
  speed: (a, b) => (a.msPerMegapixel || Number.MAX_VALUE) - (b.msPerMegapixel || Number.MAX_VALUE),
  refused: (a, b) => b.counts.refused - a.counts.refused,
  failed: (a, b) => b.counts.failed - a.counts.failed,
}

function peerRows(snapshot: ClusterSnapshot, { filters, sort }: UiState): readonly PeerSnapshot[] {
  const known = [snapshot.self, ...snapshot.peers.toSorted((a, b) => compareText(a.name, b.name))]
  return known
    .filter((peer) => matches(filters.peers, peer.name, peer.role, peerStateWord(peer)))
    .sort(PEER_ORDER[sort.peers])
}

/** One word for what a peer is up to. */
export function peerStateWord(peer: PeerSnapshot): string {
  if (peer.state !== 'alive') return peer.state
  if (peer.isDraining) return 'draining'
  if (peer.isPaused) return 'paused'
  return peer.quarantine ? 'aside' : 'alive'
}

/** One word for how a job stands. */
export function jobStateWord(row: JobRow): string {
  if (row.kind === 'live') return row.job.state
  const { outcome } = row.finished.summary
  if (outcome === 'done' || outcome === 'some-failed') return 'done'
  return outcome === 'gave-up' ? 'gave up' : 'stopped'
}

const JOB_ORDER: Readonly<Record<JobSort, (a: JobRow, b: JobRow) => number>> = {
  newest: () => 0,
  progress: (a, b) => progressOf(b) - progressOf(a),
  rate: (a, b) => rateOf(b) - rateOf(a),
  failed: (a, b) => failedOf(b) - failedOf(a),
  pipeline: (a, b) => compareText(pipelineOf(a), pipelineOf(b)),
}

/** Running jobs first, whatever the order; then what ended, with the history behind it. */
function jobRows(snapshot: ClusterSnapshot, { filters, sort }: UiState): readonly JobRow[] {
  const finishedIds = new Set<string>(snapshot.history.map(({ summary }) => summary.job))
  const live = snapshot.jobs
    // of a job that ended the history tells more
    .filter((job) => job.state === 'running' || !finishedIds.has(job.id))
    .map((job): JobRow => ({ kind: 'live', id: job.id, job }))
  const liveIds = new Set(live.map(({ id }) => id))
  const finished = snapshot.history
    .filter(({ summary }) => !liveIds.has(summary.job))
    .map((job): JobRow => ({ kind: 'finished', id: job.summary.job, finished: job }))
  return [...live, ...finished]
    .filter((row) => matches(filters.jobs, ownerOf(row), pipelineOf(row), strategyOf(row), jobStateWord(row)))
    .sort((a, b) => Number(isRunning(b)) - Number(isRunning(a)) || JOB_ORDER[sort.jobs](a, b))
}

export const isRunning = (row: JobRow): boolean => row.kind === 'live' && row.job.state === 'running'
export const ownerOf = (row: JobRow): string =>
  row.kind === 'live' ? row.job.coordinatorName : row.finished.coordinator.name
export const pipelineOf = (row: JobRow): string =>
  row.kind === 'live' ? row.job.pipeline : row.finished.summary.pipeline
export const strategyOf = (row: JobRow): string =>
  row.kind === 'live' ? row.job.strategy : row.finished.summary.strategy
export const rateOf = (row: JobRow): number =>
  row.kind === 'live' ? row.job.imagesPerSecond : row.finished.summary.imagesPerSecond
export const failedOf = (row: JobRow): number => (row.kind === 'live' ? row.job.failed : row.finished.summary.failed)
export const totalOf = (row: JobRow): number => (row.kind === 'live' ? row.job.total : row.finished.summary.images)
/** Images that need nothing more, failed ones included. */
export const endedOf = (row: JobRow): number => {
  if (row.kind === 'live') return row.job.done + row.job.failed
  const { done, alreadyDone, failed } = row.finished.summary
  return done + alreadyDone + failed
}
export const progressOf = (row: JobRow): number => (totalOf(row) === 0 ? 0 : endedOf(row) / totalOf(row))

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
