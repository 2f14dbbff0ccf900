import { defineConfig } from 'vitest/config'

/** `npm run test:hostile`: test/hostile with as many messages as are promised, and with what mostly waits (`.slow.ts`). */
export default defineConfig({
  test: {
    include: ['test/hostile/**/*.test.ts', 'test/hostile/**/*.slow.ts'],
    env: { HOSTILE_MESSAGES: '100000' },
    testTimeout: 120_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
})
