import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // they need a Chromium, and minutes of real processes: npm run test:browser and test:faults, both in .ci/run
    exclude: ['test/browser/**', 'test/faults/**'],
    // commands keep their compiled modules: in a folder of the tests', and from one run to the next
    env: { XDG_CACHE_HOME: join(tmpdir(), 'murmuration-test-cache') },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // for two cores: a third of the time goes by waiting for real peers (233 s instead of 292)
    maxWorkers: 3,
  },
})
