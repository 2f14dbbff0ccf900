/** `peer submit PATH…`: this process becomes the coordinator of one job. */

import { isErrorCode, MurmurationError } from '../../base/errors.ts'
import { refuseBesideWatch } from '../../peer/check-options.ts'
import type { StrategyName } from '../../peer/coordinator/strategies/index.ts'
import type { JobSummary } from '../../peer/job-events.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { commandText } from '../command-text.ts'
import { tellDialProblems } from '../dial-problems.ts'
import { watchInterrupts } from '../interruption.ts'
import { columnsOf } from '../output.ts'
import { peerOptions } from '../peer-options.ts'
import { chosenPipeline } from '../pipeline-file.ts'
import { openReport } from '../report-file.ts'
import { runJob, submitOptions } from '../run-job.ts'
import { outcomeLine, summaryLines } from '../summary-lines.ts'

type SubmitValues = CommandValues<'submit'>

export async function runSubmit(context: CommandContext, values: SubmitValues): Promise<number> {
  const { output, world, words } = context
  // before a peer is started, so that a typing error is answered at once
  const strategy = chosenStrategy(values)
  refuseBesideWatch(values)
  const { text } = await chosenPipeline(context, values)
  const report = await openReport(context, 'submit', values)
  const interruption = watchInterrupts(world)
  const { signal } = interruption
  try {
    const peer = await world.startPeer({
      ...peerOptions(context),
      executor: false,
      isolate: values.isolate,
      ...(values.simd ? {} : { simd: false }),
      ...(values.metrics === undefined ? {} : { metricsPort: values.metrics }),
    })
    try {
      if (peer.metricsUrl !== undefined) output.notice(`metrics at ${peer.metricsUrl}`)
      signal.throwIfAborted()
      const { retryFailed, watch } = values
      const options = { ...submitOptions(context, values, text), retryFailed, watch, strategy, signal }
      const run = await runJob(context, peer, words, options, undefined, report?.observe)
      const { summary, out } = run
      if (!values.dryRun) {
        for (const line of output.isQuiet
          ? [outcomeLine(summary, out)]
          : summaryLines(summary, out, columnsOf(world.stdout)))
          output.result(line)
      }
      const ending = endingError(context, summary)
      if (summary.outcome === 'gave-up') tellDialProblems(context, peer)
      if (ending !== undefined) output.error(ending)
      report?.end(run)
      await report?.write(peer.snapshot())
      return summary.exitCode
    } finally {
      await peer.stop()
    }
  } finally {
    interruption.release()
  }
}

/** @throws MurmurationError ERR_USAGE when the flags name two different strategies */
function chosenStrategy(values: SubmitValues): StrategyName {
  const named: readonly (readonly [string, StrategyName | undefined])[] = [
    ['--random', values.random ? 'random' : undefined],
    ['--balanced', values.balanced ? 'balanced' : undefined],
    [`--strategy ${values.strategy}`, values.strategy],
  ]
  const given = named.filter(([, strategy]) => strategy !== undefined)
  if (new Set(given.map(([, strategy]) => strategy)).size > 1) {
    const flags = given.map(([flag]) => flag).join(' and ')
    throw new MurmurationError('ERR_USAGE', `peer submit expects one strategy, got ${flags}`)
  }
  return given[0]?.[1] ?? 'balanced'
}

/** Why a job ended before its time, with what to do about it; undefined when it did not. */
export function endingError(context: CommandContext, summary: JobSummary): MurmurationError | undefined {
  const { outcome, code = '', reason, done, alreadyDone, images, failed } = summary
  if (outcome === 'done' || outcome === 'some-failed') return undefined
  const left = images - done - alreadyDone - failed
  const sentence = reason ?? 'The job stopped before its end'
  return new MurmurationError(
    isErrorCode(code) ? code : 'ERR_INTERNAL',
    `${sentence} (${left} of ${images} images to do)`,
    code === 'ERR_NO_PEERS'
      ? { facts: { help: `Start a peer with \`${commandText(context, 'start')}\`, or drop --no-local.` } }
      : {},
  )
}
