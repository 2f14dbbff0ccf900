/** Waiting until an assertion holds, in real time: `vi.waitFor` as it comes gives up after a second, which a busy machine takes. */

import { vi } from 'vitest'
import { PATIENCE_MS } from './eventually.ts'

export const waitFor = <T>(assertion: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(assertion, { interval: 1, timeout: PATIENCE_MS })
