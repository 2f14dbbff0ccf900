/**
 * Changed messages at everything that reads bytes of others: a share of them in `npm test`, 100,000 for each with
 * `npm run test:hostile` (HOSTILE_MESSAGES says how many). A seed that found something: HOSTILE_SEED.
 */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { HOSTILE_TARGETS } from './targets.ts'

const MESSAGES = Number(process.env['HOSTILE_MESSAGES'] ?? 500)
const SEED = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 2 ** 31)
/** What may stay behind of a whole attack: caches of the runtime, nothing that grows with the messages. */
const MAX_GROWTH_BYTES = 24 * 2 ** 20

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const escaped: unknown[] = []
const note = (error: unknown): void => void escaped.push(error)
beforeAll(() => {
  process.on('unhandledRejection', note)
  process.on('uncaughtException', note)
})
afterAll(() => {
  process.off('unhandledRejection', note)
  process.off('uncaughtException', note)
})

function heapBytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

it.each(HOSTILE_TARGETS)(
  'changed messages to $name crash nothing, are not believed and leave nothing behind',
  async ({ messages, batch, open }) => {
    let warmBytes: number | undefined
    const size = Math.min(batch, Math.ceil(MESSAGES / 5))
    for (let sent = 0; sent < MESSAGES; sent += size) {
      const seed = SEED + sent
      const victim = await open()
      try {
        await victim.take(fc.sample(messages, { numRuns: size, seed }))
        await victim.close()
      } catch (error) {
        throw new Error(`HOSTILE_SEED=${seed} HOSTILE_MESSAGES=${size * 5} finds it again`, { cause: error })
      }
      if (sent + size >= MESSAGES / 5) warmBytes ??= heapBytes()
    }
    await new Promise((resolve) => setImmediate(resolve))
    expect(escaped).toEqual([])
    expect(heapBytes() - (warmBytes ?? 0)).toBeLessThan(MAX_GROWTH_BYTES)
  },
  1_800_000,
)
