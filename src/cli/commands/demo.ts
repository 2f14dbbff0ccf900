/**
 * `peer demo`: a whole cluster on this machine for half a minute. Its peers are real processes with real sockets, in a
 * private temporary data folder with a key of their own, so they never mix with the user's cluster; all of it is gone
 * afterwards but the images.
 */

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MurmurationError } from '../../base/errors.ts'
import { PEER_PROCESS_READY_MS } from '../../base/limits.ts'
import { expectedDelayShare } from '../../report/expected-delay.ts'
import { countOf, formatDuration } from '../../tui/text/figures.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { type ComparedStrategy, compareRuns, comparisonLines } from '../comparison.ts'
import { watchInterrupts } from '../interruption.ts'
import { refuseForeignOutput, startAnew } from '../own-output.ts'
import { inWorkingDir } from '../peer-options.ts'
import type { PeerProcess } from '../peer-process.ts'
import { type JobRun, runJob } from '../run-job.ts'
import { outcomeLine } from '../summary-lines.ts'
import { durationText } from '../value-kinds.ts'
import { endingError } from './submit.ts'

const LOADS = [0.1, 0.5, 0.2, 0.9] as const
const DEMO_DELAY_MS = 1000
const ANCESTORS_DELAY_MS = 3000
const STRATEGIES = ['random', 'balanced'] as const
const IMAGES = join('data', 'images')
const OUT = join('data', 'output_dir')
const PACKAGE_ROOT = fileURLToPath(new URL('../../../', import.meta.url))

export async function runDemo(context: CommandContext, values: CommandValues<'demo'>): Promise<number> {
  const { output, world } = context
  const images = findImages(context)
  for (const strategy of STRATEGIES) {
    const shown = join(OUT, strategy)
    await refuseForeignOutput(inWorkingDir(context, shown), shown, 'Move them, or run peer demo in another folder.')
  }
  const loads = Array.from({ length: values.peers }, (_, index) => LOADS[index % LOADS.length] ?? 0)
  const dataDir = await mkdtemp(join(tmpdir(), 'murmuration-demo-'))
  const processes: PeerProcess[] = []
  const interruption = watchInterrupts(world, () => {
    for (const process of processes) process.kill()
  })
  const { signal } = interruption
  let isEnding = false
  try {
    output.progress(`starting ${countOf(loads.length, 'peer')} with load probabilities ${loads.join(' ')}`)
    output.progress(
      `a delayed image sleeps ${durationText(DEMO_DELAY_MS)} here (shortened; peer start uses ${durationText(ANCESTORS_DELAY_MS)})`,
    )
    for (const [index, load] of loads.entries())
      processes.push(world.spawnPeer(startArguments(dataDir, index, load), dataDir))
    const ready = await Promise.all(processes.map((process) => process.ready))
    signal.throwIfAborted()
    processes.forEach((process, index) => {
      void process.ended.then((status) => {
        if (!isEnding && !signal.aborted)
          output.notice(`${ready[index]?.name ?? 'a peer'} ended (${status}); its images go to the others`)
      })
    })
    const bootstrap = ready.flatMap((peer) => peer.addresses)
    const peer = await world.startPeer({ dataDir, bootstrap, mdns: false, executor: false })
    const runs = new Map<string, readonly JobRun[]>()
    try {
      await peer.waitForExecutors(loads.length, PEER_PROCESS_READY_MS)
      output.progress('warming up: every peer loads OpenCV, so that the first strategy does not pay for both')
      await peer.submit([images], { strategy: 'random', out: join(dataDir, 'warm-up'), local: 'never', signal }).summary
      for (const strategy of STRATEGIES) {
        signal.throwIfAborted()
        const out = inWorkingDir(context, join(OUT, strategy))
        const markAsOurs = await startAnew(out)
        const options = { strategy, out, overwrite: true, local: 'never', signal } as const
        const run = await runJob(context, peer, [images], options, markAsOurs)
        const ending = endingError(context, run.summary)
        if (ending !== undefined) {
          output.error(ending)
          return run.summary.exitCode
        }
        output.progress(outcomeLine(run.summary, join(OUT, strategy)))
        runs.set(strategy, [run])
      }
    } finally {
      await peer.stop()
    }
    await tellComparison(context, compareRuns(runs), loads)
    return Math.max(0, ...[...runs.values()].flat().map((run) => run.summary.exitCode))
  } finally {
    isEnding = true
    await Promise.all(processes.map((process) => process.stop()))
    await rm(dataDir, { recursive: true, force: true })
    interruption.release()
  }
}

/** The photos of the checkout: those of the working folder first. @throws MurmurationError ERR_INPUT */
function findImages(context: CommandContext): string {
  const candidates = [inWorkingDir(context, IMAGES), join(PACKAGE_ROOT, IMAGES)]
  const found = candidates.find((folder) => existsSync(folder))
  if (found !== undefined) return found
  throw new MurmurationError(
    'ERR_INPUT',
    `peer demo expects photos in ${IMAGES} below the working folder, got no such folder; a checkout of the project has them`,
  )
}

const startArguments = (dataDir: string, index: number, load: number): readonly string[] => [
  'start',
  '--json',
  '--no-tui',
  '--no-mdns',
  ...['--data-dir', dataDir],
  ...['--name', `demo-${index + 1}`],
  ...['--load', String(load)],
  ...['--delay', `${DEMO_DELAY_MS}ms`],
  ...['--slots', '1'],
  ...['--seed', String(index + 1)],
  ...['--listen', '/ip4/127.0.0.1/tcp/0'],
]

async function tellComparison(
  { output }: CommandContext,
  strategies: readonly ComparedStrategy[],
  loads: readonly number[],
): Promise<void> {
  const expectedDelayMs = (strategy: string): number =>
    DEMO_DELAY_MS * expectedDelayShare(strategy === 'random' ? 'random' : 'balanced', loads)
  const columns = [
    {
      title: 'sleep/image',
      cell: ({ figures }: ComparedStrategy) => formatDuration(figures.meanDelayMs),
    },
    { title: 'expected', cell: ({ strategy }: ComparedStrategy) => formatDuration(expectedDelayMs(strategy)) },
  ]
  await output.json({
    event: 'comparison',
    loads,
    delayMs: DEMO_DELAY_MS,
    strategies: strategies.map((compared) => ({ ...compared, expectedDelayMs: expectedDelayMs(compared.strategy) })),
  })
  output.progress('')
  for (const line of comparisonLines(strategies, columns)) output.result(line)
  output.progress('')
  output.progress(
    'sleep/image is what load cost each image on average; expected is the published formula (docs/EXPERIMENTS.md),',
  )
  output.progress('in which balancing chooses without looking at who refuses. With few images, chance moves both.')
}
