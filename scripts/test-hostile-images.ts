/** `npm run test:hostile-images`: all hostile images through a real cluster, of which `npm run test:faults` takes a share. */

import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', 'vitest.faults.config.ts', 'test/faults/hostile-images.test.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    // biome-ignore lint/style/noProcessEnv: no setting is read here; the test runner gets what this got
    env: { ...process.env, HOSTILE_IMAGES: 'all' },
  },
)
process.exit(status ?? 1)
