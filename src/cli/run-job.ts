/** One job from the command line: submitted, shown while it runs, and what came of it. */

import type { JobEvent, JobSummary } from '../peer/job-events.ts'
import type { Peer, SubmitOptions } from '../peer/peer.ts'
import type { CommandContext } from './command-context.ts'
import type { JobValues } from './command-table/job-commands.ts'
import { createJobDisplay } from './job-display.ts'
import { inWorkingDir } from './peer-options.ts'

export interface JobRun {
  readonly summary: JobSummary
  /** The folder of the outputs as the coordinator named it. */
  readonly out: string
  /** All injected sleeps together. */
  readonly delayMs: number
}

/**
 * @param onPlanned called when it is sure that there is a job
 * @param observe called with every event
 * @throws MurmurationError what the coordinator throws when the job cannot be planned
 */
export async function runJob(
  context: CommandContext,
  peer: Peer,
  paths: readonly string[],
  options: SubmitOptions,
  onPlanned?: () => Promise<void>,
  observe?: (event: JobEvent) => void,
): Promise<JobRun> {
  const display = await createJobDisplay(context, options.dryRun === true, () => peer.snapshot())
  let out = options.out ?? ''
  let delayMs = 0
  try {
    const submission = peer.submit(paths, options)
    // when planning fails the iteration below throws the same error; nobody would be listening to this one
    submission.summary.catch(() => undefined)
    for await (const event of submission) {
      if (event.event === 'planned') {
        out = event.out
        await onPlanned?.()
      }
      if (event.event === 'delayed') delayMs += event.delayMs
      observe?.(event)
      await display.event(event)
    }
    return { summary: await submission.summary, out, delayMs }
  } finally {
    await display.close()
  }
}

/** The flags that submit and compare share, as the peer takes them; `pipeline` is what `chosenPipeline` made of them. */
export function submitOptions(context: CommandContext, values: JobValues, pipeline: string): SubmitOptions {
  return {
    pipeline,
    out: values.out,
    overwrite: values.overwrite,
    format: values.format,
    quality: values.quality,
    keepMetadata: values.keepMetadata,
    seed: values.seed,
    include: values.include,
    exclude: values.exclude,
    waitMs: values.wait,
    giveUpMs: values.giveUp,
    local: values.local === undefined ? 'auto' : values.local ? 'always' : 'never',
    hedge: values.hedge ?? true,
    verify: values.verify,
    dryRun: values.dryRun,
    approximateTiles: values.approximateTiles,
    ...(values.model === undefined ? {} : { model: inWorkingDir(context, values.model) }),
    ...(values.tile === undefined ? {} : { tile: values.tile }),
    ...(values.suffix === undefined ? {} : { suffix: values.suffix }),
  }
}
