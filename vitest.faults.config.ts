import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/**
 * `npm run test:faults`: real processes that are killed, stopped, or given images and names that are made to hurt.
 * FAULTS=short takes a smaller cluster (test/faults/fault-plan.ts), as .ci/run does.
 */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    // commands keep their compiled modules: in a folder of the tests', and from one run to the next
    env: { XDG_CACHE_HOME: join(tmpdir(), 'murmuration-test-cache') },
    // against what hangs, not against what is slow
    testTimeout: 600_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
  },
})
