/** The peer of this process as the dashboard knows it. */

import { MurmurationError } from '../base/errors.ts'
import type { JobId } from '../base/ids.ts'
import { MAX_PATIENCE_MS } from '../base/limits.ts'
import { listOperations, parsePipeline } from '../cv/index.ts'
import { STRATEGIES, STRATEGY_NAMES } from '../peer/coordinator/strategies/index.ts'
import type { Peer, Submission } from '../peer/peer.ts'
import type { DashboardPort, SubmitRequest } from '../tui/dashboard/port.ts'
import type { CommandContext } from './command-context.ts'
import { DEFAULT_PIPELINE } from './command-table/shared-flags.ts'
import { completePath, withHome } from './complete-path.ts'
import { invitationLine } from './invitation-line.ts'
import { inWorkingDir } from './peer-options.ts'

export function createDashboardPort(context: CommandContext, peer: Peer): DashboardPort {
  const isExecutor = peer.snapshot().self.role === 'executor'
  return {
    operations: listOperations().map(({ name, summary }) => ({ name, summary })),
    strategies: STRATEGY_NAMES.map((name) => ({ name, summary: STRATEGIES[name].summary })),
    defaults: { path: '', pipeline: DEFAULT_PIPELINE, strategy: 'balanced', out: 'data/output_dir' },
    snapshot: () => peer.snapshot(),
    onChange: (listener) => peer.onChange(listener),
    setLoadProbability: (probability) => peer.setLoadProbability(probability),
    pause: () => peer.pause(),
    resume: () => peer.resume(),
    drain: () => peer.drain(MAX_PATIENCE_MS),
    submit: (request) => submit(context, peer, request, isExecutor),
    cancelJob: (job) => peer.cancelJob(job),
    retryJob: async (job) => {
      const submission = peer.retryJob(job)
      if (submission === undefined) {
        throw new MurmurationError(
          'ERR_USAGE',
          'this job cannot be tried again: its paths or its options are not known',
          {
            facts: { help: 'Submit it again with n: what is done is skipped.' },
          },
        )
      }
      await planned(submission)
    },
    pipelineFault,
    completePath: (text) => completePath(text, context.world.workingDir),
    joinLine: async () => {
      if (peer.snapshot().cluster.keyFingerprint === undefined) {
        throw new MurmurationError('ERR_KEY', 'a cluster without a key (--insecure) has no join line', {
          facts: { help: 'Start peers without --insecure, with --lan for other machines.' },
        })
      }
      return (await invitationLine(context)).invitation
    },
  }
}

function submit(context: CommandContext, peer: Peer, request: SubmitRequest, isExecutor: boolean): Promise<JobId> {
  const strategy = STRATEGY_NAMES.find((name) => name === request.strategy) ?? 'balanced'
  return planned(
    peer.submit([inWorkingDir(context, withHome(request.path))], {
      pipeline: request.pipeline,
      strategy,
      out: inWorkingDir(context, withHome(request.out)),
      // who submits from a peer that executes means it to take part
      local: isExecutor ? 'always' : 'auto',
    }),
  )
}

/** Resolves once the job is planned and runs on by itself. @throws why it could not be */
async function planned(submission: Submission): Promise<JobId> {
  const known = Promise.withResolvers<JobId>()
  async function follow(): Promise<void> {
    // read to the end: whoever stops reading interrupts the job
    for await (const event of submission) if (event.event === 'planned') known.resolve(event.job)
  }
  follow().catch((error) => known.reject(error))
  return await known.promise
}

function pipelineFault(text: string): string | undefined {
  try {
    parsePipeline(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
