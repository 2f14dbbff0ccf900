/** Waiting until an assertion holds, in real time: `vi.waitFor` as it comes gives up after a second, which a busy machine takes. */

import { vi } from 'vitest'

export const waitFor = <T>(assertion: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(assertion, { interval: 1, timeout: 120_000 })
