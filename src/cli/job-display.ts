/** How a running job is shown: a live view on a terminal, plain lines elsewhere, JSON where a program reads. */

import { PROGRESS_LINE_INTERVAL_MS } from '../base/limits.ts'
import type { JobEvent, TileCount } from '../peer/job-events.ts'
import type { ClusterSnapshot } from '../peer/snapshot.ts'
import { EMPTY_JOB_STATE, quarantineNotice, reduceJobState } from '../tui/job-state.ts'
import { createJobStopwatch } from '../tui/job-stopwatch.ts'
import { progressLine } from '../tui/progress-line.ts'
import { escapeControls } from '../tui/text/escape.ts'
import { countOf, formatBytes, formatDuration } from '../tui/text/figures.ts'
import type { CommandContext } from './command-context.ts'
import { failureLine } from './summary-lines.ts'

export interface JobDisplay {
  /** Resolves when the reader of the output is ready for more. */
  event(event: JobEvent): Promise<void>
  /** Ends the display, so that other lines can follow. Idempotent. */
  close(): Promise<void>
}

/** The display that fits this command line and this terminal. */
export async function createJobDisplay(
  context: CommandContext,
  isDryRun: boolean,
  snapshot: () => ClusterSnapshot,
): Promise<JobDisplay> {
  if (context.output.isJson) return jsonDisplay(context)
  if (context.output.isQuiet) return quietDisplay(context)
  const terminal = context.world.terminal
  if (terminal === undefined || isDryRun || !wantsLiveView(context)) return plainDisplay(context)
  // loaded here, because React and Ink take 0.1 s that `--json` and CI need not spend
  const { showLiveJob } = await import('../tui/live-job.tsx')
  const live = showLiveJob(terminal, context.world.clock, snapshot)
  return {
    event: async (event) => {
      recordEvent(context, event)
      live.event(event)
    },
    close: () => live.close(),
  }
}

/** A live view moves the cursor: no, where somebody asked for plain text or a log is kept. */
export function wantsLiveView({ world: { env }, globals }: Pick<CommandContext, 'world' | 'globals'>): boolean {
  const isSet = (value: string | undefined): boolean => value !== undefined && value !== ''
  const isCi = isSet(env.CI) && env.CI !== 'false'
  return globals.color && !isSet(env.NO_COLOR) && !isCi && env.TERM !== 'dumb'
}

const jsonDisplay = (context: CommandContext): JobDisplay => ({
  event: async (event) => {
    recordEvent(context, event)
    await context.output.json(event)
  },
  close: async () => undefined,
})

const quietDisplay = (context: CommandContext): JobDisplay => ({
  event: async (event) => {
    if (event.event === 'failed') context.output.failure(describeEvent(event))
    else if (event.event === 'planned-image') context.output.result(describeEvent(event))
    else recordEvent(context, event)
  },
  close: async () => undefined,
})

function plainDisplay({ output, world: { clock } }: CommandContext): JobDisplay {
  const stopwatch = createJobStopwatch(clock)
  let state = EMPTY_JOB_STATE
  let lastLineAt = Number.NEGATIVE_INFINITY
  return {
    event: async (event) => {
      stopwatch.observe(event)
      state = reduceJobState(state, event)
      if (event.event === 'failed') output.failure(describeEvent(event))
      else if (event.event === 'notice' || event.event === 'quarantined') output.notice(describeEvent(event))
      else if (event.event === 'planned-image') output.result(describeEvent(event))
      else if (event.event === 'planned') for (const line of plannedLines(event)) output.progress(line)
      else output.record(describeEvent(event))
      const isEnd = event.event === 'done' || event.event === 'failed' || event.event === 'tile-done'
      if (isEnd && clock.now() - lastLineAt >= PROGRESS_LINE_INTERVAL_MS) {
        lastLineAt = clock.now()
        output.progress(progressLine(state, stopwatch.elapsedMs(), ', '))
      }
    },
    close: async () => undefined,
  }
}

/** What there is to do, and that it will not end by itself. */
const plannedLines = (event: Extract<JobEvent, { event: 'planned' }>): readonly string[] => [
  describeEvent(event),
  ...(event.watching === undefined
    ? []
    : [`watching ${event.watching.map(escapeControls).join(' ')} for images; Ctrl-C ends it`]),
]

const recordEvent = (context: CommandContext, event: JobEvent): void => context.output.record(describeEvent(event))

/** One line for a log. */
export function describeEvent(event: JobEvent): string {
  switch (event.event) {
    case 'planned': {
      const before = event.alreadyDone === 0 ? '' : `, ${event.alreadyDone} done by an earlier run`
      return `${countOf(event.total, 'image')}${before} · ${event.strategy} · ${escapeControls(event.pipeline)} · to ${escapeControls(event.out)}`
    }
    case 'planned-image':
      return `${escapeControls(event.path)} -> ${escapeControls(event.output)}${event.isDone ? ' (done by an earlier run)' : ''}`
    case 'found':
      return `found ${escapeControls(event.path)}${event.afterFailure ? ', which failed before it changed' : ''}`
    case 'gone':
      return `gone ${escapeControls(event.path)}${event.afterFailure ? ', which had failed' : ''}`
    case 'notice':
      return escapeControls(event.message)
    case 'model-sent':
      return `sent the model, ${formatBytes(event.sizeBytes)}, to ${escapeControls(event.peer.name)}`
    case 'accepted':
      return about('accepted', event)
    case 'refused':
      return `${about('refused', event)}: ${event.reason}`
    case 'delayed':
      return `${about('delayed', event)} for ${formatDuration(event.delayMs)}`
    case 'hedged':
      return about('hedged', event)
    case 'lost':
      return `${about('lost', event)}: ${escapeControls(event.message)}`
    case 'retried':
      return `${about('retried', event)}: ${escapeControls(event.message)} (${event.code})`
    case 'quarantined':
      return escapeControls(quarantineNotice(event))
    case 'mismatch':
      return `${event.peers.map(({ name }) => escapeControls(name)).join(', ')} differ about ${escapeControls(event.path)}${tileText(event.tile)}`
    case 'withdrawn':
      return `withdrawn ${escapeControls(event.path)}: it is done again`
    case 'tile-done':
      return about('done', event)
    case 'done':
      return `${about('done', event)} in ${formatDuration(event.stages.totalMs)}`
    case 'failed':
      return `failed ${failureLine(event.path, event.code, event.message)}`
    case 'summary':
      return `${event.outcome}${event.reason === undefined ? '' : `: ${escapeControls(event.reason)}`}`
  }
}

const about = (
  verb: string,
  event: { path: string; attempt: number; peer: { name: string }; tile?: TileCount | undefined },
): string =>
  `${verb} ${escapeControls(event.path)}${tileText(event.tile)} (attempt ${event.attempt + 1}) by ${escapeControls(event.peer.name)}`

/** ` tile 5 of 400`, in which pass where there are several. */
function tileText(tile: TileCount | undefined): string {
  if (tile === undefined) return ''
  const pass = tile.passes === 1 ? '' : `, pass ${tile.pass + 1} of ${tile.passes}`
  return ` tile ${tile.index + 1} of ${tile.count}${pass}`
}
