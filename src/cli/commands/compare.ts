/** `peer compare PATH…`: the same images with every strategy, taking turns, so that a busy minute hits all alike. */

import { writeFile } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { escapePath } from 'tinyglobby'
import { MurmurationError } from '../../base/errors.ts'
import { STRATEGY_NAMES } from '../../peer/coordinator/strategies/index.ts'
import { makeFolder } from '../../peer/files/make-folder.ts'
import type { Peer } from '../../peer/peer.ts'
import type { ClusterSnapshot } from '../../peer/snapshot.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { type Comparison, compareRuns, comparisonLines } from '../comparison.ts'
import { watchInterrupts } from '../interruption.ts'
import { refuseForeignOutput, startAnew } from '../own-output.ts'
import { inWorkingDir, peerOptions } from '../peer-options.ts'
import { chosenPipeline } from '../pipeline-file.ts'
import { openReport, type ReportFile } from '../report-file.ts'
import { type JobRun, runJob, submitOptions } from '../run-job.ts'
import { outcomeLine } from '../summary-lines.ts'
import { endingError } from './submit.ts'

type CompareValues = CommandValues<'compare'>

export async function runCompare(context: CommandContext, values: CompareValues): Promise<number> {
  const { output, world } = context
  const { text: pipeline } = await chosenPipeline(context, values)
  await refuseOutput(context, values)
  const report = await openReport(context, 'compare', values)
  const startedAt = world.clock.wallTime()
  const interruption = watchInterrupts(world)
  try {
    const peer = await world.startPeer({
      ...peerOptions(context),
      executor: false,
      isolate: values.isolate,
      ...(values.simd ? {} : { simd: false }),
    })
    const runs = new Map<string, JobRun[]>()
    let cluster: ClusterSnapshot
    try {
      interruption.signal.throwIfAborted()
      for (let repetition = 1; repetition <= values.repeat; repetition++) {
        for (const strategy of values.strategies) {
          output.progress(`${strategy}, run ${repetition} of ${values.repeat}`)
          const run = await runOnce(context, peer, values, pipeline, strategy, interruption.signal, report)
          report?.end(run)
          const ending = endingError(context, run.summary)
          if (ending !== undefined) {
            output.error(ending)
            await report?.write(peer.snapshot(), compareRuns(runs))
            return run.summary.exitCode
          }
          refuseOtherImages(run, [...runs.values()].flat()[0])
          runs.set(strategy, [...(runs.get(strategy) ?? []), run])
          output.progress(outcomeLine(run.summary, run.out))
          if (values.dryRun) return run.summary.exitCode
        }
      }
      cluster = peer.snapshot()
    } finally {
      await peer.stop()
    }
    const comparison: Comparison = {
      event: 'comparison',
      pipeline,
      repeat: values.repeat,
      startedAt: new Date(startedAt).toISOString(),
      endedAt: new Date(world.clock.wallTime()).toISOString(),
      strategies: compareRuns(runs),
    }
    const file = await writeComparison(inWorkingDir(context, values.out), comparison)
    await output.json(comparison)
    output.progress('')
    for (const line of comparisonLines(comparison.strategies)) output.result(line)
    output.progress(`written to ${escapeControls(file)}`)
    await report?.write(cluster, comparison.strategies)
    return comparison.strategies.some(({ figures }) => figures.failed > 0) ? 1 : 0
  } finally {
    interruption.release()
  }
}

async function runOnce(
  context: CommandContext,
  peer: Peer,
  values: CompareValues,
  pipeline: string,
  strategy: CompareValues['strategies'][number],
  signal: AbortSignal,
  report: ReportFile | undefined,
): Promise<JobRun> {
  const out = join(values.out, strategy)
  const own = values.dryRun ? {} : { overwrite: true }
  const exclude = [...values.exclude, ...ownTree(context, values.out)]
  const options = { ...submitOptions(context, values, pipeline), ...own, exclude, strategy, out, signal }
  const markAsOurs = values.dryRun ? undefined : await startAnew(inWorkingDir(context, out))
  return await runJob(context, peer, context.words, options, markAsOurs, report?.observe)
}

/**
 * Globs of all that compare writes: a run must not find the results of the one before. Where the input is the output
 * folder itself, everything in it is the input but the runs' own folders.
 */
function ownTree(context: CommandContext, out: string): readonly string[] {
  const root = inWorkingDir(context, out)
  const isInput = context.words.some((word) => inWorkingDir(context, word) === root)
  const folders = isInput ? STRATEGY_NAMES.map((strategy) => join(root, strategy)) : [root]
  // absolute, so that they mean the same below each input
  return folders.map((folder) => `${escapePath(folder.split(sep).join('/'))}/**`)
}

/** @throws MurmurationError ERR_OUTPUT when an input lies where a run would write, ERR_EXISTS when somebody else's files do */
async function refuseOutput(context: CommandContext, values: CompareValues): Promise<void> {
  for (const strategy of values.strategies) {
    const shown = join(values.out, strategy)
    const folder = inWorkingDir(context, shown)
    const input = context.words.find((word) => isWithin(folder, inWorkingDir(context, word)))
    if (input !== undefined) {
      throw new MurmurationError('ERR_OUTPUT', `"${shown}" would replace its own input "${input}"`)
    }
    if (!values.overwrite && !values.dryRun) {
      await refuseForeignOutput(folder, shown, 'Give --overwrite, or another --out.')
    }
  }
}

const isWithin = (folder: string, path: string): boolean => {
  const inner = relative(folder, resolve(path))
  return inner !== '..' && !inner.startsWith(`..${sep}`)
}

/** @throws MurmurationError ERR_INPUT: figures of different images say nothing about strategies */
function refuseOtherImages({ summary }: JobRun, first: JobRun | undefined): void {
  if (first === undefined || first.summary.images === summary.images) return
  const got = `${first.summary.images} with ${first.summary.strategy} and ${summary.images} with ${summary.strategy}`
  throw new MurmurationError('ERR_INPUT', `peer compare expects the same images in each run, got ${got}`, {
    facts: { help: 'Let nobody write to the input folder while it runs.' },
  })
}

/** @throws MurmurationError ERR_WRITE */
async function writeComparison(folder: string, comparison: Comparison): Promise<string> {
  const file = join(folder, 'compare.json')
  try {
    await makeFolder(folder)
    await writeFile(file, `${JSON.stringify(comparison, undefined, 2)}\n`)
  } catch (cause) {
    throw new MurmurationError('ERR_WRITE', `The comparison could not be written to ${file}`, { cause })
  }
  return file
}
