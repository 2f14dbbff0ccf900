import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { QUIET_COLLECTION_FIRST_MS, QUIET_COLLECTION_GROWTH_BYTES, QUIET_COLLECTION_MS } from '../../src/base/limits.ts'
import { collectWhenQuiet } from '../../src/cli/quiet-collection.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const run = promisify(execFile)
const MODULE = new URL('../../src/cli/quiet-collection.ts', import.meta.url).href
const LEAN_BYTES = 40_000_000

function setUp({ isBusy = false } = {}) {
  const clock = createVirtualClock()
  const state = { isBusy, bytes: 3 * LEAN_BYTES, collections: 0 }
  const stop = collectWhenQuiet({
    clock,
    isBusy: () => state.isBusy,
    heap: {
      bytes: () => state.bytes,
      collect() {
        state.collections += 1
        state.bytes = LEAN_BYTES
      },
    },
  })
  return { clock, state, stop }
}

it('collects once what a start left behind, and leaves a heap that hardly grows alone', async () => {
  const { clock, state } = setUp()
  await clock.advance(QUIET_COLLECTION_FIRST_MS)
  expect(state.collections).toBe(1)
  await clock.advance(QUIET_COLLECTION_MS)
  state.bytes += QUIET_COLLECTION_GROWTH_BYTES
  await clock.advance(20 * QUIET_COLLECTION_MS)
  expect(state.collections).toBe(1)
})

it('collects again when the heap has grown, but never while there is work', async () => {
  const { clock, state, stop } = setUp({ isBusy: true })
  await clock.advance(10 * QUIET_COLLECTION_MS)
  expect(state.collections).toBe(0)
  state.isBusy = false
  await clock.advance(2 * QUIET_COLLECTION_MS)
  expect(state.collections).toBe(1)
  state.bytes += QUIET_COLLECTION_GROWTH_BYTES + 1
  await clock.advance(QUIET_COLLECTION_MS)
  expect(state.collections).toBe(2)
  stop()
  state.bytes = 10 * LEAN_BYTES
  await clock.advance(10 * QUIET_COLLECTION_MS)
  expect(state.collections).toBe(2)
})

it('really collects in a process that was started without a flag', async () => {
  const script = `
    import { collectWhenQuiet } from ${JSON.stringify(MODULE)}
    let look
    const clock = { now: () => 0, wallTime: () => 0, setTimer(_, callback) { look = callback; return { cancel() {} } } }
    collectWhenQuiet({ clock, isBusy: () => false })
    const lost = new WeakRef({ made: 'before' })
    await new Promise((resolve) => setImmediate(resolve))
    look()
    await new Promise((resolve) => setImmediate(resolve))
    console.log(lost.deref() === undefined)
  `
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script])
  expect({ stdout, stderr }).toEqual({ stdout: 'true\n', stderr: '' })
})
