/** The decoders belong to the process: what a thread does to them, all others feel. */

import { once } from 'node:events'
import { setEnvironmentData, Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { loadSharp } from '../../../src/cv/codec/sharp.ts'

const LOADERS_CHOSEN = 'murmuration: loaders chosen'

async function blockedByThread(): Promise<unknown> {
  const thread = new Worker(new URL('../../support/threads/decoder-start.ts', import.meta.url), { execArgv: [] })
  const [blocked]: unknown[] = await once(thread, 'message')
  await thread.terminate()
  return blocked
}

it('a thread leaves the decoders alone that others are using', async () => {
  loadSharp()
  expect(await blockedByThread()).toBe(0)
})

it('a thread of a process that has not chosen its decoders does', async () => {
  loadSharp()
  setEnvironmentData(LOADERS_CHOSEN, undefined)
  try {
    expect(await blockedByThread()).toBe(1)
  } finally {
    setEnvironmentData(LOADERS_CHOSEN, true)
  }
})
