/** `peer jobs [ID]`: the jobs that this user's peers finished, or one of them in full. Reads files; no peer is needed. */

import { MurmurationError } from '../../base/errors.ts'
import { MAX_SHOWN_HISTORY } from '../../base/limits.ts'
import {
  type FinishedJob,
  jobOfFileName,
  listHistory,
  readHistory,
  readHistoryFiles,
} from '../../peer/files/job-history.ts'
import { tableLines, truncateToWidth } from '../../tui/text/columns.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import { formatDuration } from '../../tui/text/figures.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { commandText } from '../command-text.ts'
import { continueCommand, isUnfinished } from '../continue-command.ts'
import { jobsDetail, jobsEntry } from '../jobs-json.ts'
import { columnsOf } from '../output.ts'
import { dataPlaces } from '../peer-options.ts'
import { quote } from '../read-values.ts'
import { summaryLines } from '../summary-lines.ts'

const COLUMNS = [
  { title: 'when' },
  { title: 'id' },
  { title: 'pipeline' },
  { title: 'strategy' },
  { title: 'images', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'took', align: 'right' },
  { title: 'outcome' },
  { title: 'out' },
] as const

/** A job's id is 32 digits; eight tell jobs apart on a screen. */
const SHOWN_ID_CHARS = 8
/** Of a pipeline in the table; the details have all of it. */
const SHOWN_PIPELINE_COLUMNS = 32
/** Of a job's paths: what they have in common shows in a few. */
const SHOWN_PATHS = 5

export async function runJobs(context: CommandContext, _values: CommandValues<'jobs'>): Promise<number> {
  const { output, words } = context
  const folder = dataPlaces(context).directory.jobs
  const [id] = words
  if (id !== undefined) {
    const job = await findJob(context, folder, id)
    await output.json({ job: jobsDetail(context, job) })
    for (const line of detailLines(context, job)) output.result(line)
    return 0
  }
  const { jobs, notices } = await readHistory(folder, MAX_SHOWN_HISTORY)
  for (const notice of notices) output.notice(escapeControls(notice))
  await output.json({ jobs: jobs.map(jobsEntry) })
  if (jobs.length === 0) output.progress('No job has ended here yet.')
  else for (const line of tableLines(COLUMNS, jobs.map(cells))) output.result(line)
  return 0
}

function cells({ summary, out }: FinishedJob): readonly string[] {
  return [
    localTime(summary.startedAt),
    summary.job.slice(0, SHOWN_ID_CHARS),
    truncateToWidth(escapeControls(summary.pipeline), SHOWN_PIPELINE_COLUMNS),
    escapeControls(summary.strategy),
    `${summary.done + summary.alreadyDone}/${summary.images}`,
    String(summary.failed),
    formatDuration(summary.elapsedMs),
    summary.outcome,
    escapeControls(out),
  ]
}

/** `2026-11-22 07:32`, where this machine is. */
function localTime(iso: string): string {
  const date = new Date(iso)
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}

function detailLines(context: CommandContext, job: FinishedJob): readonly string[] {
  const { summary, paths, pathCount, out, coordinator } = job
  const more = pathCount > SHOWN_PATHS ? [`and ${pathCount - SHOWN_PATHS} more`] : []
  const shownPaths =
    paths.length < pathCount ? [`${pathCount}, too many to be kept`] : [...paths.slice(0, SHOWN_PATHS), ...more]
  const facts: readonly (readonly [string, string])[] = [
    ['started', localTime(summary.startedAt)],
    ['ended', `${localTime(summary.endedAt)}, ${summary.outcome}`],
    ...(summary.reason === undefined ? [] : [['because', summary.reason] as const]),
    ['pipeline', summary.pipeline],
    ['seed', String(summary.seed)],
    ...shownPaths.map((path, index) => [index === 0 ? 'paths' : '', path] as const),
    ['by', coordinator.name],
  ]
  return [
    `job ${summary.job}`,
    ...facts.map(([title, fact]) => `  ${title.padEnd(8)} ${escapeControls(fact)}`),
    '',
    ...summaryLines(summary, out, columnsOf(context.world.stdout)),
    ...continueLines(context, job),
  ]
}

function continueLines(context: CommandContext, job: FinishedJob): readonly string[] {
  if (!isUnfinished(job)) return []
  const command = continueCommand(context, job)
  if (command === undefined) return ['', 'Give the same command again to try what failed and what was left.']
  return ['', 'To try what failed and what was left:', `  ${command}`]
}

/** @throws MurmurationError ERR_USAGE when not exactly one job's id begins so, ERR_INPUT when its file cannot be read */
async function findJob(context: CommandContext, folder: string, id: string): Promise<FinishedJob> {
  const names = await listHistory(folder).catch(() => [])
  const matching = names.filter((name) => id !== '' && jobOfFileName(name)?.startsWith(id.toLowerCase()))
  const [name, ...others] = matching
  if (name === undefined) throw unknownJob(context, `there is no finished job ${quote(id)}`)
  if (others.length > 0) {
    const ids = matching.slice(0, SHOWN_MATCHES).map(jobOfFileName).join(', ')
    throw unknownJob(
      context,
      `${matching.length} finished jobs begin with ${quote(id)}: ${ids}${matching.length > SHOWN_MATCHES ? ', …' : ''}`,
    )
  }
  const { jobs, notices } = await readHistoryFiles(folder, [name])
  const [job] = jobs
  if (job === undefined)
    throw new MurmurationError('ERR_INPUT', notices[0] ?? `the job ${quote(id)} was removed just now`)
  return job
}

/** More would hide the sentence. */
const SHOWN_MATCHES = 3

const unknownJob = (context: CommandContext, sentence: string): MurmurationError =>
  new MurmurationError('ERR_USAGE', sentence, {
    facts: { help: `\`${commandText(context, 'jobs')}\` lists them with their ids.` },
  })
