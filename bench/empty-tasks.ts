/**
 * Empty tasks a second through one coordinator and two peers as processes: 1 KB bodies, no decoding, nothing written.
 * Real sockets, TLS, the real coordinator and executors.
 */

import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { systemClock } from '../dist/base/clock.js'
import { jobId, taskId } from '../dist/base/ids.js'
import { createRandom } from '../dist/base/random.js'
import { operationsHash, pixelVersion } from '../dist/cv/index.js'
import { runJob } from '../dist/peer/coordinator/run-job.js'
import { STRATEGIES } from '../dist/peer/coordinator/strategies/index.js'
import { startClusterNode } from '../dist/peer/node/start-cluster-node.js'
import { loadWithoutExecutor } from '../dist/peer/own-executor.js'
import { report, withPeers } from './measure.ts'

const BODY_BYTES = 1024

export async function emptyTasks(count = 20_000): Promise<void> {
  await withPeers(async ({ folder, start }) => {
    const echo = join(import.meta.dirname, 'echo-peer.ts')
    await Promise.all([start([echo, folder, '1']), start([echo, folder, '1'])])
    const load = { read: () => loadWithoutExecutor(undefined), onChange: () => () => {} }
    const node = await startClusterNode({
      role: 'observer',
      dataDir: folder,
      listen: '/ip4/127.0.0.1/tcp/0',
      version: 'bench',
      pixelVersion: pixelVersion(),
      operationsHash: operationsHash(),
      load,
    })
    try {
      while (node.executors().length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
      for (const strategy of ['balanced', 'round-robin'] as const) {
        await once(node, strategy, 2_000)
        const { seconds, cpuMs } = await once(node, strategy, count)
        report(`empty tasks a second, two peers, ${strategy}`, `${Math.round(count / seconds)} /s`, 'aim 1000')
        report(`coordinator CPU per task, ${strategy}`, `${(cpuMs / count).toFixed(3)} ms`, 'aim 1')
      }
    } finally {
      await node.stop()
    }
  })
}

async function once(
  node: Awaited<ReturnType<typeof startClusterNode>>,
  strategyName: 'balanced' | 'round-robin',
  count: number,
): Promise<{ seconds: number; cpuMs: number }> {
  const { choose, bindsLate } = STRATEGIES[strategyName]
  const body = new Uint8Array(BODY_BYTES).fill(7)
  const job = jobId('0123456789abcdef0123456789abcdef')
  const tasks = Array.from({ length: count }, (_, index) => {
    const path = `${index}.png`
    return { id: taskId(index), path, source: path, output: path, seed: BigInt(index) }
  })
  const facts = {
    job,
    strategy: strategyName,
    pipeline: 'grayscale',
    kind: 'image' as const,
    seed: 1,
    images: count,
    alreadyDone: 0,
  }
  const startedMs = performance.now()
  const before = process.cpuUsage()
  const summary = await runJob(
    {
      cluster: node,
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
      self: node,
      emit: () => {},
      isSaturated: () => false,
    },
    {
      tasks,
      settings: {
        job,
        strategyName,
        choose,
        bindsLate,
        mode: 'execute',
        pipeline: 'grayscale',
        pixelVersion: pixelVersion(),
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
  const { user, system } = process.cpuUsage(before)
  if (summary.done !== count) throw new Error(`expected ${count} tasks done, got ${summary.done}: ${summary.reason}`)
  return { seconds: (performance.now() - startedMs) / 1000, cpuMs: (user + system) / 1000 }
}

if (import.meta.main) await emptyTasks()
