import { defineConfig } from 'vitest/config'

/** `npm run test:browser`: what needs a real browser, apart from `npm test`, which runs everywhere. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
