/**
 * What a coordinator's memory grows by with 100,000 files: the real coordinator and a real executor in this process, tasks that
 * do nothing, bodies of 1 KB. Run it alone: the heap of a process that did other things before tells nothing.
 */

import { hash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { systemClock } from '../dist/base/clock.js'
import { jobId, peerId, taskId } from '../dist/base/ids.js'
import { createRandom } from '../dist/base/random.js'
import { createChannelPair } from '../dist/peer/channel-pair.js'
import { runJob } from '../dist/peer/coordinator/run-job.js'
import { STRATEGIES } from '../dist/peer/coordinator/strategies/index.js'
import { createExecutor } from '../dist/peer/executor/index.js'
import { report } from './measure.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
const MIB = 1024 * 1024

const body = new Uint8Array(1024).fill(7)
const digest = hash('sha256', body, 'buffer')
const executor = createExecutor(
  {
    clock: systemClock,
    knowsPipeline: () => true,
    runner: {
      run: async () => ({
        bytes: body,
        digest,
        pixelDigest: digest,
        widthPx: 16,
        heightPx: 16,
        decodeMs: 0,
        processMs: 0,
        encodeMs: 0,
      }),
      close: async () => {},
    },
  },
  { slots: 4, load: 0, delayMs: 0, maxPixels: 50_000_000, pixelVersion: 'bench', seed: 1 },
)
const EXECUTOR = peerId('executor')

/** Heap and array buffers in use after a collection. */
function usedBytes(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

async function growth(count: number, verify: number): Promise<number> {
  const before = usedBytes()
  let most = before
  const { choose, bindsLate } = STRATEGIES.balanced
  const job = jobId('0123456789abcdef0123456789abcdef')
  const tasks = Array.from({ length: count }, (_, index) => {
    const path = `holiday/2026/IMG_${String(index).padStart(6, '0')}.jpg`
    return { id: taskId(index), path, source: `/home/ann/${path}`, output: path, seed: BigInt(index) }
  })
  const { slots, maxPixels } = executor.read()
  const info = {
    id: EXECUTOR,
    name: 'executor',
    slots,
    maxPixels,
    loadProbability: 0,
    isPaused: false,
    isDraining: false,
    outstanding: 0,
    msPerMegapixel: 0,
  }
  const attach = () => {
    const pair = createChannelPair()
    executor.attach(pair.executor, { peer: peerId('coordinator'), rttMs: () => 0 })
    return pair.coordinator
  }
  let done = 0
  const summary = await runJob(
    {
      cluster: { executors: () => [info], onChange: () => () => {}, open: async () => attach(), announceJob: () => {} },
      clock: systemClock,
      random: createRandom(1),
      reader: {
        stat: async () => ({ sizeBytes: body.length, modifiedMs: 0 }),
        read: async () => body,
        measure: async () => ({ widthPx: 16, heightPx: 16 }),
      },
      sink: {
        save: async () => {
          if (++done % 10_000 === 0) most = Math.max(most, usedBytes())
        },
        noteFailure: async () => {},
        withdraw: async () => [],
      },
      localExecutor: () => ({ info: { ...info, id: peerId('own'), name: 'own' }, attach }),
      self: { id: peerId('coordinator'), name: 'coordinator' },
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
        pipeline: 'grayscale',
        pixelVersion: 'bench',
        format: 'keep',
        quality: 90,
        keepMetadata: false,
        waitMs: 5_000,
        giveUpMs: 60_000,
        local: 'auto',
        hedge: false,
        verify,
        taskCount: count,
      },
      facts: {
        job,
        strategy: 'balanced',
        pipeline: 'grayscale',
        kind: 'image',
        seed: 1,
        images: count,
        alreadyDone: 0,
      },
      signal: new AbortController().signal,
    },
  )
  if (summary.done !== count) throw new Error(`expected ${count} images, got ${summary.done}: ${summary.reason}`)
  return most - before
}

export async function manyFiles(count = 100_000): Promise<void> {
  await growth(2_000, 0)
  for (const verify of [0, 0.05]) {
    const name = verify === 0 ? '' : ', with --verify 5%'
    report(
      `coordinator's memory, ${count} files${name}`,
      `+${((await growth(count, verify)) / MIB).toFixed(1)} MB`,
      'aim 50',
    )
  }
}

if (import.meta.main) {
  // the program's timers keep no process alive
  const awake = setInterval(() => {}, 1000)
  await manyFiles()
  await executor.close()
  clearInterval(awake)
}
