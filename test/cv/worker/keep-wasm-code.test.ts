import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const sourceUrl = (path: string): string => new URL(`../../../src/cv/worker/${path}`, import.meta.url).href

/** V8 frees code at once where it may, and tells of it. */
const FLAGS = ['--stress-wasm-code-gc', '--trace-wasm-code-gc', '--expose-gc', '--disable-warning=ExperimentalWarning']

async function collectionsTold(script: string): Promise<number> {
  const { stdout } = await run(process.execPath, [...FLAGS, '--input-type=module', '--eval', script])
  const [, behind = ''] = stdout.split('--begin--\n')
  expect(behind).toContain('--end--')
  return behind.split('\n').filter((line) => line.includes('Triggering GC')).length
}

/** Two threads, one behind the other; the first leaves its code behind. */
const withThreads = (start: string): string => `
  import { Worker } from 'node:worker_threads'
  import { startThread } from ${JSON.stringify(sourceUrl('thread-link.ts'))}
  const entry = ${JSON.stringify(sourceUrl('worker-thread.ts'))}
  const settings = { modules: undefined, simd: true, lowPriority: false, taskTimeoutMs: 10_000 }
  for (let count = 0; count < 2; count++) {
    const thread = ${start}
    // what Node itself compiled, to load this, may be collected until here
    if (count === 0) console.log('--begin--')
    await new Promise((resolve, reject) => thread.once('message', resolve).once('error', reject))
    await thread.terminate()
    globalThis.gc()
  }
  console.log('--end--')
`

it('threads of workers free no wasm code under each other', async () => {
  expect(await collectionsTold(withThreads('startThread(new URL(entry), settings)'))).toBe(0)
})

it('threads that are started plainly do', async () => {
  const plain = 'new Worker(new URL(entry), { workerData: settings, execArgv: [] })'
  expect(await collectionsTold(withThreads(plain))).toBeGreaterThan(0)
})
