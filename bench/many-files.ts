/**
 * What 100,000 files add to a coordinator's memory: planned, read, offered, answered and saved, with executors in the same process
 * that answer at once. Nothing is decoded, nothing is written; names are as long as those of photos in folders.
 */

import { hash } from 'node:crypto'
import process from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock } from '../dist/base/clock.js'
import { jobId, peerId } from '../dist/base/ids.js'
import { createRandom } from '../dist/base/random.js'
import { createChannelPair } from '../dist/peer/channel-pair.js'
import { planTasks } from '../dist/peer/coordinator/plan.js'
import { runJob } from '../dist/peer/coordinator/run-job.js'
import { STRATEGIES } from '../dist/peer/coordinator/strategies/index.js'
import { createExecutor } from '../dist/peer/executor/index.js'
import type { JobSummary } from '../dist/peer/job-events.js'
import { report } from './measure.ts'

const BODY_BYTES = 1024
const SAMPLE_MS = 500
const PIXEL_VERSION = 'bench'
const SLOTS = 4
const MAX_PIXELS = 50_000_000

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

function heapBytes(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const body = new Uint8Array(BODY_BYTES).fill(7)
const digest = hash('sha256', body, 'buffer')
const answer = {
  bytes: body,
  widthPx: 16,
  heightPx: 16,
  pixelDigest: digest.subarray(0, 16),
  digest,
  decodeMs: 0,
  processMs: 0,
  encodeMs: 0,
}

function localCluster() {
  const runner = { run: async () => answer, close: async () => {} }
  const settings = { slots: SLOTS, load: 0, delayMs: 0, maxPixels: MAX_PIXELS, pixelVersion: PIXEL_VERSION, seed: 1 }
  const executor = createExecutor({ runner, clock: systemClock, knowsPipeline: () => true }, settings)
  const info = {
    id: peerId('12D3KooWBench'),
    name: 'bench',
    slots: SLOTS,
    maxPixels: MAX_PIXELS,
    loadProbability: 0,
    isPaused: false,
    isDraining: false,
    outstanding: 0,
    msPerMegapixel: 0,
  }
  return {
    executors: () => [info],
    onChange: () => () => {},
    open: async () => {
      const pair = createChannelPair()
      executor.attach(pair.executor, { peer: info.id, rttMs: () => 0 })
      return pair.coordinator
    },
    announceJob: () => {},
  }
}

async function run(count: number): Promise<JobSummary> {
  const found = Array.from({ length: count }, (_, index) => {
    const path = `holidays/2024-${1 + (index % 12)}/IMG_${String(index).padStart(6, '0')}.jpg`
    return { path, source: `/home/somebody/pictures/${path}` }
  })
  const tasks = planTasks(found, { seed: 1, kind: 'image', format: 'keep', suffix: '' })
  const job = jobId('0123456789abcdef0123456789abcdef')
  const { choose, bindsLate } = STRATEGIES.balanced
  const facts = {
    job,
    strategy: 'balanced',
    pipeline: 'edges',
    kind: 'image' as const,
    seed: 1,
    images: count,
    alreadyDone: 0,
  }
  return await runJob(
    {
      cluster: localCluster(),
      clock: systemClock,
      random: createRandom(1),
      reader: {
        stat: async () => ({ sizeBytes: BODY_BYTES, modifiedMs: 0 }),
        read: async () => body,
        measure: async () => ({ widthPx: 16, heightPx: 16 }),
      },
      sink: { save: async () => {}, withdraw: async () => [], noteFailure: async () => {} },
      localExecutor: () => {
        throw new Error('not in this benchmark')
      },
      self: { id: peerId('12D3KooWSelf'), name: 'self' },
      emit: () => {},
      isSaturated: () => false,
    },
    {
      tasks,
      settings: {
        job,
        strategyName: 'balanced',
        choose,
        bindsLate,
        mode: 'execute',
        pipeline: 'edges',
        pixelVersion: PIXEL_VERSION,
        format: 'keep',
        quality: 90,
        keepMetadata: false,
        verify: 0,
        waitMs: 5_000,
        giveUpMs: 60_000,
        local: 'never',
        hedge: false,
      },
      facts,
      signal: new AbortController().signal,
    },
  )
}

export async function manyFiles(count = 100_000): Promise<void> {
  let most = 0
  // it also keeps the process alive: the coordinator's own timers do not
  const sampling = setInterval(() => {
    most = Math.max(most, heapBytes())
  }, SAMPLE_MS)
  await run(2_000)
  const before = heapBytes()
  most = before
  const summary = await run(count)
  clearInterval(sampling)
  if (summary.done !== count) throw new Error(`expected ${count} tasks done, got ${summary.done}: ${summary.reason}`)
  report(`${count} files add to a coordinator`, `${((most - before) / 1e6).toFixed(0)} MB`, 'aim 50')
}

if (import.meta.main) await manyFiles(Number(process.argv[2] ?? 100_000))
