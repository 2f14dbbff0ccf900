import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // they need a Chromium: npm run test:browser
    exclude: ['test/browser/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // two cores: real peers, workers and OpenCV share them with the test runner
    maxWorkers: 2,
  },
})
