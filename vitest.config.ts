import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Each of these files has a process of its own: what is left of the files before it is neither their subject nor their danger. */
const APART = [
  // real processes, terminals and threads
  'test/cli/**/*.test.{ts,tsx}',
  'test/integration/**/*.test.ts',
  'test/tui/dashboard/process.test.ts',
  'test/cv/worker/**/*.test.ts',
  // they measure the memory of their process
  'test/cv/codec/decode.test.ts',
  'test/hostile/**/*.test.ts',
]

// they need a Chromium, and minutes of real processes: npm run test:browser and test:faults, both in .ci/run
const ELSEWHERE = ['test/browser/**', 'test/faults/**']

export default defineConfig({
  test: {
    // commands keep their compiled modules: in a folder of the tests', and from one run to the next
    env: { XDG_CACHE_HOME: join(tmpdir(), 'murmuration-test-cache') },
    // against what hangs, not against what is slow: a machine that is busy with other things takes ten times as long
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // for two cores: much of the time goes by waiting for real peers
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        // a dozen real processes one after another
        test: { name: 'apart', include: APART, exclude: ELSEWHERE, testTimeout: 600_000 },
      },
      {
        extends: true,
        test: {
          name: 'shared',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: [...ELSEWHERE, ...APART],
          // a process of many files loads libp2p and OpenCV once: 41 s of CPU instead of 67 for the 68 files of base, protocol,
          // report, cv/operations and cv/simd
          isolate: false,
          restoreMocks: true,
          unstubEnvs: true,
          unstubGlobals: true,
        },
      },
    ],
  },
})
