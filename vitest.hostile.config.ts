import { defineConfig, mergeConfig } from 'vitest/config'
import ordinary from './vitest.config.ts'

/** `npm run test:hostile`: test/hostile with as many messages as are promised, and with the tests that mostly wait. */
export default mergeConfig(ordinary, defineConfig({ test: { env: { HOSTILE_MESSAGES: '100000' } } }))
