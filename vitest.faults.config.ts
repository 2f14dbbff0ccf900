import { defineConfig } from 'vitest/config'

/**
 * `npm run test:faults`: real processes that are killed, stopped, or given images and names that are made to hurt.
 * FAULTS=short takes a smaller cluster (test/faults/fault-plan.ts), as .ci/run does.
 */
export default defineConfig({
  test: {
    include: ['test/faults/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
