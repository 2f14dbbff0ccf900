import { defineConfig } from 'vitest/config'

/** `npm run test:browser`: what needs a real browser, apart from `npm test`, which runs everywhere. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    // against what hangs, as in vitest.config.ts
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
})
