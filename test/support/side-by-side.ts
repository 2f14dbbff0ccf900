/**
 * Tests of one file that run at the same time, because each mostly waits: for a silence to be noticed, for a file to settle.
 *
 * vitest's own onTestFinished knows one running test of a file, so what several tests start has to be ended by the test of
 * whoever asks: that follows the asynchronous calls.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import { aroundEach, onTestFinished, type TestContext } from 'vitest'

const running = new AsyncLocalStorage<TestContext>()

/** To be called at the top of a file with tests that are `concurrent`. */
export const runSideBySide = (): void => aroundEach((runTest, context) => running.run(context, runTest))

/** Like vitest's onTestFinished, also in tests that run side by side. */
export const whenTestEnds: typeof onTestFinished = (cleanup, timeoutMs) =>
  (running.getStore()?.onTestFinished ?? onTestFinished)(cleanup, timeoutMs)
