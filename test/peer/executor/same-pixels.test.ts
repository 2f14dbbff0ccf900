/**
 * Every operation runs twice: on an executor with one slot and on one with three and injected sleeps, each with workers of its
 * own, in another order. Whichever peer does a task, and whatever ran there before, its digests are the same.
 */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checksum } from '../../../src/base/checksum.ts'
import { systemClock } from '../../../src/base/clock.ts'
import { jobId, peerId, taskId } from '../../../src/base/ids.ts'
import { MAX_INLINE_BODY_BYTES } from '../../../src/base/limits.ts'
import { encodeImage } from '../../../src/cv/codec/encode.ts'
import { createWorkerPool, pixelVersion } from '../../../src/cv/index.ts'
import { allOperations, dataOperations, operations } from '../../../src/cv/operations/registry.ts'
import { createChannelPair } from '../../../src/peer/channel-pair.ts'
import type { ModelSource } from '../../../src/peer/executor/contract.ts'
import { createExecutor, type ExecutorSettings } from '../../../src/peer/executor/index.ts'
import type { OfferFrame, TaskMode } from '../../../src/protocol/messages.ts'
import { AVERAGE_MODEL, digestOf } from '../../support/analyze.ts'
import { eanImage, qrImage } from '../../support/drawn-codes.ts'
import { cutOut, decodeSample, gradient } from '../../support/sample-images.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'

const JOB = jobId('0123456789abcdef0123456789abcdef')

interface Work {
  /** `canny:50,150 on image 2`. */
  readonly name: string
  readonly offer: OfferFrame
}

/** Each operation with its defaults and as in its example, on each image. */
async function makeWork(): Promise<Work[]> {
  const photo = await decodeSample('chelsea.png')
  const images = [
    cutOut(photo, 100, 50, 120, 90),
    gradient(61, 47, 1),
    gradient(64, 40, 4),
    qrImage('a'),
    eanImage('4006381333931'),
  ]
  const files = await Promise.all(
    images.map((pixels) => encodeImage(pixels, { format: 'png', quality: 90, timeoutMs: 60_000 })),
  )
  const texts = allOperations.flatMap(({ name, example }) => (name === 'dnn' ? [name] : [...new Set([name, example])]))
  return texts
    .map((text) => (text === 'dnn' ? `dnn:w=2,h=2,model=${digestOf(AVERAGE_MODEL)}` : text))
    .flatMap((pipeline) => files.map((body, index) => ({ pipeline, body, index })))
    .map(({ pipeline, body, index }, id): Work => {
      const { widthPx = 0, heightPx = 0 } = images[index] ?? {}
      expect(body.length).toBeLessThan(MAX_INLINE_BODY_BYTES)
      const offer: OfferFrame = {
        ...{ kind: 'offer', job: JOB, task: taskId(id), attempt: 0, mode: 'delayed-execute', strategy: 'random' },
        ...{ pipeline, seed: BigInt(1000 + index), sizeBytes: body.length, widthPx, heightPx },
        ...{ digest: checksum(body), pixelVersion: pixelVersion(), format: 'keep', quality: 90 },
        ...{ keepMetadata: false, body },
      }
      return { name: `${pipeline} on image ${index}`, offer }
    })
}

interface Player {
  readonly slots: number
  readonly load: number
  readonly mode: TaskMode
}

/** What an executor of its own answers to each, offered in this order and within its credit. */
async function outcomesOf(work: readonly Work[], { slots, load, mode }: Player): Promise<Map<string, string>> {
  const runner = createWorkerPool({ slots, taskTimeoutMs: 60_000 })
  atEnd(() => runner.close())
  const settings: ExecutorSettings = {
    ...{ slots, load, delayMs: 5, maxPixels: 1_000_000, pixelVersion: pixelVersion(), seed: slots },
  }
  const path = join(await temporaryFolder(), 'average.onnx')
  await writeFile(path, AVERAGE_MODEL)
  const models: ModelSource = {
    obtain: (pipeline) => (pipeline.startsWith('dnn:') ? Promise.resolve({ path, release: () => {} }) : undefined),
  }
  const executor = createExecutor({ runner, clock: systemClock, knowsPipeline: () => true, models }, settings)
  atEnd(() => executor.close())
  const { coordinator, executor: theirs } = createChannelPair()
  executor.attach(theirs, { peer: peerId('coordinator'), rttMs: () => 0 })

  const names = new Map(work.map(({ name, offer }) => [offer.task, name]))
  const waiting = [...work]
  const outcomes = new Map<string, string>()
  const { promise, resolve, reject } = Promise.withResolvers<Map<string, string>>()
  let [credit, out] = [0, 0]
  const offerMore = (): void => {
    while (out < credit) {
      const next = waiting.shift()
      if (next === undefined) return
      out++
      coordinator.send({ ...next.offer, mode })
    }
  }
  const settle = (task: number, outcome: string): void => {
    outcomes.set(names.get(taskId(task)) ?? '', outcome)
    out--
    if (outcomes.size === work.length) resolve(outcomes)
    offerMore()
  }
  coordinator.start({
    onFrame(frame) {
      if (frame.kind === 'credit') {
        credit = frame.tasks
        offerMore()
      } else if (frame.kind === 'result') {
        const [pixels, bytes] = [frame.pixelDigest, frame.digest].map((digest) => Buffer.from(digest).toString('hex'))
        settle(frame.task, `${frame.widthPx} x ${frame.heightPx} ${pixels} ${bytes}`)
      } else if (frame.kind === 'failed') settle(frame.task, `failed: ${frame.message}`)
      else if (frame.kind === 'refuse') settle(frame.task, `refused: ${frame.message}`)
    },
    onClose: (error) => reject(error ?? new Error('the executor closed its stream')),
  })
  return await promise
}

describe('two executors', () => {
  it('give the same pixels and bytes for every operation, with other slots and in another order', async () => {
    const work = await makeWork()
    const one = await outcomesOf(work, { slots: 1, load: 0, mode: 'execute' })
    const other = await outcomesOf(work.toReversed(), { slots: 3, load: 0.2, mode: 'delayed-execute' })
    expect(one.size).toBe(work.length)
    const names = new Set(work.map(({ offer }) => offer.pipeline.split(':')[0]))
    for (const { name } of [...operations, ...dataOperations]) expect(names.has(name)).toBe(true)
    for (const [name, outcome] of one) {
      expect([name, outcome]).toEqual([name, expect.stringMatching(/^\d+ x \d+ [0-9a-f]{32} [0-9a-f]{32}$/)])
      expect([name, other.get(name)]).toEqual([name, outcome])
    }
  }, 600_000)
})
