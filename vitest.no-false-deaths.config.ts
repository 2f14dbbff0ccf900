import { defineConfig } from 'vitest/config'

/** `npm run test:no-false-deaths`: minutes of saturated cores, so apart from the other faults. */
export default defineConfig({ test: { include: ['test/faults/no-false-deaths.slow.ts'] } })
