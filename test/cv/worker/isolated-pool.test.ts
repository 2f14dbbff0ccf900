/** Workers as processes: what crashes in native code, what they end with, and what they know. */

import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import type { ImageResult, ImageRunner, ImageTask } from '../../../src/cv/image-runner.ts'
import { createWorkerPool, type WorkerPoolOptions } from '../../../src/cv/worker/pool.ts'
import { childrenOf, isAlive } from '../../support/child-processes.ts'
import { eventually } from '../../support/eventually.ts'
import { startNodeProgram } from '../../support/node-program.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { readSample } from '../../support/sample-images.ts'

const SCRIPTED = new URL('../../support/threads/scripted-worker.ts', import.meta.url)
const POOL = new URL('../../../src/cv/worker/pool.ts', import.meta.url)
const IS_LINUX = process.platform === 'linux'

const task = (pipeline: string, bytes: Uint8Array = new Uint8Array(8)): ImageTask => ({
  bytes: new Uint8Array(bytes),
  pipeline,
  seed: 1n,
  format: 'keep',
  quality: 90,
  maxPixels: 10_000_000,
})

let opened: ImageRunner[] = []

function poolOf(options: Partial<WorkerPoolOptions> = {}): ImageRunner {
  const pool = createWorkerPool({ slots: 1, taskTimeoutMs: 60_000, isolate: true, ...options })
  opened.push(pool)
  return pool
}

afterEach(async () => {
  await Promise.all(opened.map((pool) => pool.close()))
  opened = []
})

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const outcomeOf = ({ bytes, pixelDigest, digest, widthPx, heightPx }: ImageResult): readonly unknown[] => [
  hex(bytes),
  hex(pixelDigest),
  hex(digest),
  widthPx,
  heightPx,
]

describe('isolated workers', () => {
  it('give what threads give, byte for byte, and the same sentences for what they refuse', async () => {
    const threads = poolOf({ isolate: false })
    const processes = poolOf({ slots: 2 })
    const photo = readSample('chelsea.png')
    const tasks = (): ImageTask[] => [
      ...['edges', 'crop', 'noise', 'gray', 'resize:w=90 | stats'].map((text) => task(text, photo)),
      ...(['jpg', 'webp', 'tif', 'gif', 'avif'] as const).map((format) => ({ ...task('grayscale', photo), format })),
    ]
    const outcomes = (pool: ImageRunner) => Promise.all(tasks().map(async (one) => outcomeOf(await pool.run(one))))
    expect(await outcomes(processes)).toEqual(await outcomes(threads))
    const bad = () => [task('edges', photo.subarray(0, 5_000)), task('edgse', photo), task('edges')]
    const refusals = (pool: ImageRunner) =>
      Promise.all(bad().map(async (one) => (await rejectionOf(pool.run(one))).message))
    expect(await refusals(processes)).toEqual(await refusals(threads))
  })

  it('take nothing with them but their own task when native code crashes', async () => {
    const pool = poolOf({ workerUrl: SCRIPTED })
    const before = await pool.run(task('ok'))
    const [failing, waiting] = [rejectionOf(pool.run(task('crash'))), pool.run(task('ok'))]
    const error = await failing
    expect([error.code, error.message]).toEqual([
      'ERR_WORKER_CRASHED',
      'the worker ended by itself, by a crash in native code (SIGSEGV)',
    ])
    expect((await waiting).widthPx).not.toBe(before.widthPx)
  })

  it.runIf(IS_LINUX)('that are killed while they are idle are replaced without anybody noticing', async () => {
    const pool = poolOf({ workerUrl: SCRIPTED })
    const before = await pool.run(task('ok'))
    const [pid = 0] = childrenOf(process.pid)
    process.kill(pid, 'SIGKILL')
    await eventually(() => !existsSync(`/proc/${pid}`))
    expect((await pool.run(task('ok'))).widthPx).not.toBe(before.widthPx)
  })

  it.runIf(IS_LINUX)('are asked to stop by a terminal or a service, and leave it to the peer', async () => {
    const pool = poolOf({ workerUrl: SCRIPTED })
    const { widthPx } = await pool.run(task('ok'))
    const running = pool.run(task('slow'))
    const [pid = 0] = childrenOf(process.pid)
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal)
    expect(await running).toMatchObject({ widthPx })
  })

  it.runIf(IS_LINUX).each(['ok', 'hang'])(
    'end with a program that is killed, also when their task is %s',
    async (pipeline) => {
      const program = `
        import { createWorkerPool } from ${JSON.stringify(POOL.href)}
        const pool = createWorkerPool({ slots: 1, taskTimeoutMs: 60_000, isolate: true, workerUrl: new URL(${JSON.stringify(SCRIPTED.href)}) })
        const task = (pipeline) => ({ bytes: new Uint8Array(1), pipeline, seed: 1n, format: 'keep', quality: 1, maxPixels: 1 })
        await pool.run(task('ok'))
        void pool.run(task(${JSON.stringify(pipeline)}))
        console.log('running')
        setTimeout(() => {}, 60_000)`
      const child = startNodeProgram(program)
      await once(child.stdout, 'data')
      const [worker = 0] = childrenOf(child.pid ?? 0)
      expect(existsSync(`/proc/${worker}`)).toBe(true)
      child.kill('SIGKILL')
      await eventually(() => !isAlive(worker))
    },
  )

  it.runIf(IS_LINUX)('know nothing of the program that started them, and not its network', async () => {
    process.env['MURMURATION_TEST_SECRET'] = 'hunter2'
    onTestFinished(() => void delete process.env['MURMURATION_TEST_SECRET'])
    const pool = poolOf()
    await pool.run(task('grayscale', readSample('camera.png')))
    const [pid = 0] = childrenOf(process.pid)
    const [environment, commandLine, files] = ['environ', 'cmdline', 'maps'].map((name) =>
      readFileSync(`/proc/${pid}/${name}`, 'latin1'),
    )
    expect(environment).not.toContain('hunter2')
    expect(environment).toContain('PATH=')
    expect(commandLine?.split('\0').filter(Boolean).slice(1)).toEqual([
      expect.stringMatching(/worker-process\.ts$/),
      expect.stringMatching(/worker-thread\.ts$/),
    ])
    // the native part of the peer's store: none of the peer's code is loaded, but libvips is
    expect(files).not.toContain('classic-level')
    expect(files).toContain('libvips')
  })
})
