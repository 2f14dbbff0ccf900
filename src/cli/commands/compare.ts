/** `peer compare PATH…`: the same images with every strategy, taking turns, so that a busy minute hits all alike. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import { makeFolder } from '../../peer/files/make-folder.ts'
import type { Peer } from '../../peer/peer.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import type { CommandValues } from '../command-table.ts'
import { type Comparison, compareRuns, comparisonLines } from '../comparison.ts'
import { watchInterrupts } from '../interruption.ts'
import { forgetEarlierJob } from '../own-output.ts'
import { inWorkingDir, peerOptions } from '../peer-options.ts'
import { chosenPipeline } from '../pipeline-file.ts'
import type { CommandContext } from '../run-cli.ts'
import { type JobRun, runJob, submitOptions } from '../run-job.ts'
import { outcomeLine } from '../summary-lines.ts'
import { endingError } from './submit.ts'

type CompareValues = CommandValues<'compare'>

export async function runCompare(context: CommandContext, values: CompareValues): Promise<number> {
  const { output, world } = context
  const { text: pipeline } = await chosenPipeline(context, values)
  const startedAt = world.clock.wallTime()
  const interruption = watchInterrupts(world)
  try {
    const peer = await world.startPeer({ ...peerOptions(context), executor: false })
    const runs = new Map<string, JobRun[]>()
    try {
      interruption.signal.throwIfAborted()
      for (let repetition = 1; repetition <= values.repeat; repetition++) {
        for (const strategy of values.strategies) {
          output.progress(`${strategy}, run ${repetition} of ${values.repeat}`)
          const run = await runOnce(context, peer, values, pipeline, strategy, interruption.signal)
          const ending = endingError(run.summary)
          if (ending !== undefined) {
            output.error(ending)
            return run.summary.exitCode
          }
          runs.set(strategy, [...(runs.get(strategy) ?? []), run])
          output.progress(outcomeLine(run.summary, run.out))
          if (values.dryRun) return run.summary.exitCode
        }
      }
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
): Promise<JobRun> {
  const out = join(values.out, strategy)
  const isOurs = !values.dryRun && (await forgetEarlierJob(inWorkingDir(context, out)))
  const options = { ...submitOptions(values, pipeline), strategy, out, signal, overwrite: values.overwrite || isOurs }
  return await runJob(context, peer, context.words, options)
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
