/**
 * `--report` of submit and compare: what is collected while jobs run, and the page that is written when they have ended. A report
 * never fails a job: what goes wrong with it after the job began becomes a notice.
 */

import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { asMurmurationError } from '../base/errors.ts'
import { createRandom } from '../base/random.ts'
import { createIsolatedThumbnails, thumbnailsInThisProcess } from '../cv/index.ts'
import type { JobEvent, JobSummary } from '../peer/job-events.ts'
import { packageVersion } from '../peer/package-version.ts'
import type { ClusterSnapshot } from '../peer/snapshot.ts'
import { JobCollector } from '../report/collect.ts'
import type { JobReport, PeerFacts, Report, StrategyReport } from '../report/report.ts'
import type { Illustrator } from '../report/thumbnails.ts'
import { refuseForeignReport } from '../report/write-report.ts'
import { escapeControls } from '../tui/text/escape.ts'
import type { CommandContext } from './command-context.ts'
import type { JobValues } from './command-table/job-commands.ts'
import type { ComparedStrategy } from './comparison.ts'
import { inWorkingDir } from './peer-options.ts'
import { expected } from './read-values.ts'
import type { JobRun } from './run-job.ts'

const DEFAULT_NAME = 'report.html'

export interface ReportFile {
  /** Takes the events of the job that runs. */
  readonly observe: (event: JobEvent) => void
  /** The job that was observed has ended. */
  end(run: JobRun): void
  /** Writes the page; `strategies` are the figures of a comparison. Never rejects. */
  write(cluster: ClusterSnapshot, strategies?: readonly ComparedStrategy[]): Promise<void>
}

interface ObservedJob {
  readonly run: JobRun
  readonly collector: JobCollector
}

type ReportValues = Pick<
  JobValues,
  'report' | 'out' | 'dryRun' | 'overwrite' | 'format' | 'quality' | 'local' | 'hedge'
> &
  Pick<JobValues, 'tile' | 'isolate'> & { readonly repeat?: number }

/**
 * Undefined where no report is asked for, or nothing is done that it could be about.
 * @throws MurmurationError ERR_EXISTS when something that is no report is where it is to be written, ERR_USAGE for a folder there
 */
export async function openReport(
  context: CommandContext,
  command: Report['command'],
  values: ReportValues,
): Promise<ReportFile | undefined> {
  const { report: asked, dryRun, out, overwrite } = values
  if (asked === undefined || dryRun) return undefined
  const shown = asked === true ? join(out, DEFAULT_NAME) : asked
  const file = inWorkingDir(context, shown)
  if ((await stat(file).catch(() => undefined))?.isDirectory()) {
    throw expected('--report', 'an .html file to write, or nothing behind it (then write it last)', shown)
  }
  if (!overwrite) await refuseForeignReport(file, shown)
  return createReportFile(context, command, values, file)
}

function createReportFile(
  context: CommandContext,
  command: Report['command'],
  values: ReportValues,
  file: string,
): ReportFile {
  const { output, world } = context
  const jobs: ObservedJob[] = []
  const longestDelayMs = new Map<string, number>()
  let collector = createCollector(0)
  let failure: unknown

  async function illustrated(illustrator: Illustrator): Promise<readonly JobReport[]> {
    const made: JobReport[] = []
    for (const [index, { run, collector: observed }] of jobs.entries()) {
      const collected = observed.result()
      const { summary } = run
      const outFolder = inWorkingDir(context, run.out)
      // the pixels are the same with every strategy: one sample is enough
      const samples = index === 0 ? await illustrator.samples(collected, summary.kind, outFolder) : []
      made.push({ summary, collected, samples, failures: await illustrator.failures(collected) })
    }
    return made
  }

  async function page(cluster: ClusterSnapshot, strategies: readonly ComparedStrategy[]): Promise<void> {
    // loaded here: scales and templates are not needed before a job has ended
    const [{ reportPage }, thumbnails, { writeReport }] = await Promise.all([
      import('../report/page.ts'),
      import('../report/thumbnails.ts'),
      import('../report/write-report.ts'),
    ])
    const { clock } = world
    const illustrator = new thumbnails.Illustrator(
      clock,
      values.isolate ? createIsolatedThumbnails({ clock }) : thumbnailsInThisProcess,
    )
    const made = await illustrated(illustrator).finally(() => illustrator.close())
    const report: Report = {
      command,
      version: packageVersion(),
      nodeVersion: process.versions.node,
      madeAt: new Date(world.clock.wallTime()).toISOString(),
      jobs: made,
      strategies: strategies.map((compared): StrategyReport => {
        const { strategy, figures } = compared
        return { strategy, figures, longestDelayMs: longestDelayMs.get(strategy) ?? 0 }
      }),
      peers: peersOf(
        jobs.map(({ run }) => run.summary),
        cluster,
      ),
      settings: settingsOf(context, values),
    }
    await writeReport(file, reportPage(report))
  }

  return {
    observe(event) {
      if (failure !== undefined) return
      try {
        collector.observe(event)
      } catch (error) {
        failure = error
      }
    },

    end(run) {
      const { strategy } = run.summary
      const { sleeps } = collector.result()
      longestDelayMs.set(strategy, Math.max(longestDelayMs.get(strategy) ?? 0, sleeps.longestMs))
      // of a strategy that runs several times the first run is drawn
      if (!jobs.some((job) => job.run.summary.strategy === strategy)) jobs.push({ run, collector })
      collector = createCollector(jobs.length)
    },

    async write(cluster, strategies = []) {
      if (jobs.every(({ run }) => isEmpty(run.summary))) {
        output.notice('nothing was left to do: no report is written, and an earlier one stays as it is')
        return
      }
      try {
        if (failure !== undefined) throw failure
        await page(cluster, strategies)
        output.progress(`report written to ${escapeControls(file)}`)
      } catch (error) {
        output.notice(`no report is written: ${asMurmurationError(error).message}`)
      }
    },
  }
}

const createCollector = (seed: number): JobCollector => new JobCollector(createRandom(`report/${seed}`))

/** A job whose images an earlier run had all done. */
const isEmpty = ({ done, failed, outcome }: JobSummary): boolean => outcome === 'done' && done + failed === 0

/** Who took part, with what is known of them now. */
function peersOf(summaries: readonly JobSummary[], { self, peers }: ClusterSnapshot): readonly PeerFacts[] {
  const shares = new Map(summaries.flatMap((summary) => summary.peers.map((share) => [share.id, share] as const)))
  return [...shares.values()]
    .map(({ id, name }) => {
      const known = id === self.id ? self : peers.find((peer) => peer.id === id)
      return {
        id,
        name,
        load: known?.load,
        slots: known?.slots,
        version: known?.version,
        pixelVersion: known?.pixelVersion,
        msPerMegapixel: known?.msPerMegapixel ?? 0,
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function settingsOf({ words }: CommandContext, values: ReportValues): readonly (readonly [string, string])[] {
  const { out, format, quality, local, hedge, tile, repeat } = values
  return [
    ['input', words.join(' ')],
    ['output', out],
    ['format and quality', `${format}, ${quality}`],
    ['own executor', local === undefined ? 'only when nobody else is there' : local ? 'always' : 'never'],
    ['run again at the end (balanced)', hedge === false ? 'no' : 'yes'],
    ...(tile === undefined ? [] : ([['tiles', String(tile)]] as const)),
    ...(repeat === undefined ? [] : ([['runs of each strategy', String(repeat)]] as const)),
  ]
}
