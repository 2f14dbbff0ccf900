/** `peer status`: who is there and what runs, as an observer sees it. */

import { sleep } from '../../base/clock.ts'
import { MurmurationError } from '../../base/errors.ts'
import { SETTLE_MS } from '../../base/limits.ts'
import { clusterStrategies } from '../../peer/cluster-statistics.ts'
import type { Peer } from '../../peer/peer.ts'
import type { ClusterSnapshot, JobSnapshot, PeerSnapshot } from '../../peer/snapshot.ts'
import { tableLines } from '../../tui/text/columns.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import { countOf, formatDuration, formatLoad, formatRate } from '../../tui/text/figures.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { commandText } from '../command-text.ts'
import { tellDialProblems } from '../dial-problems.ts'
import { watchInterrupts } from '../interruption.ts'
import { peerOptions } from '../peer-options.ts'
import { statusJson } from '../status-json.ts'
import { durationText } from '../value-kinds.ts'

const PEER_COLUMNS = [
  { title: 'peer' },
  { title: 'role' },
  { title: 'state' },
  { title: 'load', align: 'right' },
  { title: 'slots', align: 'right' },
  { title: 'running', align: 'right' },
  { title: 'queued', align: 'right' },
  { title: 'accepted', align: 'right' },
  { title: 'refused', align: 'right' },
  { title: 'delayed', align: 'right' },
  { title: 'done', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'ms/MP', align: 'right' },
  { title: 'last seen', align: 'right' },
] as const

const JOB_COLUMNS = [
  { title: 'job' },
  { title: 'from' },
  { title: 'pipeline' },
  { title: 'strategy' },
  { title: 'state' },
  { title: 'done', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'images/s', align: 'right' },
  { title: 'left', align: 'right' },
] as const

const STRATEGY_COLUMNS = [
  { title: 'strategy' },
  { title: 'tasks', align: 'right' },
  { title: 'total', align: 'right' },
  { title: 'mean', align: 'right' },
] as const

/** A job's id is 32 digits; eight tell jobs apart on a screen. */
const SHOWN_ID_CHARS = 8

export async function runStatus(context: CommandContext, values: CommandValues<'status'>): Promise<number> {
  const { output, world } = context
  const interruption = watchInterrupts(world)
  try {
    const peer = await world.startPeer({ ...peerOptions(context), executor: false })
    try {
      interruption.signal.throwIfAborted()
      const hasAnswered = await peer.waitForExecutors(1, values.wait)
      if (hasAnswered) await settle(peer, context, values.wait, interruption.signal)
      const snapshot = peer.snapshot()
      await output.json(statusJson(snapshot))
      if (!snapshot.peers.some(isThere)) {
        tellDialProblems(context, peer)
        throw new MurmurationError('ERR_NO_PEERS', `No peer answered within ${durationText(values.wait)}`, {
          facts: {
            help: `Start a peer with \`${commandText(context, 'start')}\`; across machines with --lan, after \`peer join\`.`,
          },
        })
      }
      for (const line of statusLines(snapshot)) output.result(line)
      return 0
    } finally {
      await peer.stop()
    }
  } finally {
    interruption.release()
  }
}

/** The answers of the others are on their way: waits until nobody new was heard for SETTLE_MS. */
async function settle(peer: Peer, { world }: CommandContext, withinMs: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = withinMs; leftMs > 0; leftMs -= SETTLE_MS) {
    const known = peer.snapshot().peers.length
    await sleep(world.clock, SETTLE_MS, signal)
    if (peer.snapshot().peers.length === known) return
  }
}

const isThere = (peer: PeerSnapshot): boolean => peer.state === 'alive' || peer.state === 'suspect'

export function statusLines({ self, peers, jobs }: ClusterSnapshot): readonly string[] {
  const there = peers.filter(isThere)
  const slots = there.filter((peer) => peer.role === 'executor').reduce((sum, peer) => sum + peer.slots, 0)
  const strategies = Object.entries(clusterStrategies([self, ...peers])).map(([name, { tasks, totalMs, meanMs }]) => {
    return [escapeControls(name), String(tasks), formatDuration(totalMs), formatDuration(meanMs)]
  })
  return [
    `${countOf(there.length, 'peer')}, ${countOf(slots, 'slot')}`,
    '',
    ...tableLines(PEER_COLUMNS, peers.map(peerCells)),
    ...(jobs.length === 0 ? [] : ['', ...tableLines(JOB_COLUMNS, jobs.map(jobCells))]),
    ...(strategies.length === 0 ? [] : ['', ...tableLines(STRATEGY_COLUMNS, strategies)]),
  ]
}

function peerCells(peer: PeerSnapshot): readonly string[] {
  const { accepted, refused, delayed, completed, failed } = peer.counts
  const isExecutor = peer.role === 'executor'
  const state = shownState(peer)
  return [
    escapeControls(peer.name),
    peer.role,
    state,
    isExecutor ? formatLoad(peer.load) : '-',
    ...[peer.slots, peer.running, peer.queued, accepted, refused, delayed, completed, failed].map((count) =>
      isExecutor ? String(count) : '-',
    ),
    peer.msPerMegapixel === 0 ? '-' : String(Math.round(peer.msPerMegapixel)),
    formatDuration(peer.lastSeenMsAgo),
  ]
}

function shownState({ state, isDraining, isPaused, quarantine }: PeerSnapshot): string {
  if (state === 'alive' && isDraining) return 'draining'
  if (isPaused) return 'paused'
  if (state !== 'alive' || !quarantine) return state
  return quarantine.forMs === undefined ? 'aside' : `aside for ${formatDuration(quarantine.forMs)}`
}

const jobCells = (job: JobSnapshot): readonly string[] => [
  job.id.slice(0, SHOWN_ID_CHARS),
  escapeControls(job.coordinatorName),
  escapeControls(job.pipeline),
  escapeControls(job.strategy),
  job.state,
  `${job.done}/${job.total}`,
  String(job.failed),
  formatRate(job.imagesPerSecond),
  job.remainingMs === undefined ? '-' : formatDuration(job.remainingMs),
]
