/**
 * A worker thread that does what its task's pipeline text says, for testing how the pool copes: `ok`, `slow`, `held` (until
 * 'release' comes on the BroadcastChannel 'held', on which it tells its thread's id before), `exit`,
 * `throw`, `reject`, `hang`, `garbage`, `wrong-id`, `fatal`, `refuse`, `fill-heap`, `crash` (of the whole process). Results carry
 * a number of this process and thread as widthPx and the number of the task at this thread as heightPx.
 */

import { BroadcastChannel, parentPort, threadId, workerData } from 'node:worker_threads'
import type { ThreadMessage } from '../../../src/cv/worker/thread-messages.ts'
import { parseRunMessage, parseThreadStart } from '../../../src/cv/worker/thread-messages.ts'

const EMPTY_WASM = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)

const start = parseThreadStart(workerData)
const compile: (bytes: Uint8Array) => Promise<object> = Reflect.get(globalThis, 'WebAssembly').compile
const module = start.modules?.module ?? (await compile(EMPTY_WASM))
const send = (message: unknown): void => parentPort?.postMessage(message)
const self = process.pid * 1_000 + threadId
let count = 0

function hang(): never {
  while (true) {
    // only ending the thread helps
  }
}

function fillHeap(): never {
  const kept: object[] = []
  // in large pieces without references, of which the garbage collector tires least
  while (true) kept.push(new Array(1_000_000).fill(0.5))
}

function answer(id: number, pipeline: string, bytes: Uint8Array): void {
  const result = {
    bytes,
    widthPx: self,
    heightPx: ++count,
    pixelDigest: new Uint8Array(16),
    digest: new Uint8Array(16),
    decodeMs: 0,
    processMs: 0,
    encodeMs: 0,
  }
  const done: ThreadMessage = { kind: 'done', id, result }
  const ways: Record<string, () => void> = {
    ok: () => send(done),
    slow: () => void setTimeout(() => send(done), 100),
    held: () => {
      const channel = new BroadcastChannel('held')
      channel.onmessage = ({ data }: MessageEvent) => {
        if (data !== 'release') return
        channel.close()
        send(done)
      }
      channel.postMessage(self)
    },
    exit: () => process.exit(7),
    throw: () => {
      throw new Error('thrown in the worker')
    },
    reject: () => void Promise.reject(new Error('rejected in the worker')),
    hang,
    garbage: () => send({ kind: 'done', id, result: { ...result, widthPx: 'wide' } }),
    'wrong-id': () => send({ ...done, id: id + 1 }),
    fatal: () =>
      send({ kind: 'failed', id, error: { code: 'ERR_WORKER_CRASHED', message: 'Aborted(OOM)' }, isFatal: true }),
    refuse: () =>
      send({ kind: 'failed', id, error: { code: 'ERR_NOT_AN_IMAGE', message: 'no image' }, isFatal: false }),
    'fill-heap': fillHeap,
    crash: () => process.kill(process.pid, 'SIGSEGV'),
  }
  ways[pipeline]?.()
}

parentPort?.on('message', (message: unknown) => {
  const { id, task } = parseRunMessage(message)
  answer(id, task.pipeline, task.bytes)
})
send({ kind: 'ready', modules: { module, simdModule: undefined } })
