import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const MODULE = new URL('../../src/cli/collect-less.ts', import.meta.url).href

/** Collections of the whole heap while a gigabyte of buffers goes by, of which 2 MB live at a time. */
async function collections(nodeVersion: string): Promise<{ readonly major: number; readonly stderr: string }> {
  const script = `
    import { PerformanceObserver, constants } from 'node:perf_hooks'
    import { collectLess } from ${JSON.stringify(MODULE)}
    collectLess(${JSON.stringify(nodeVersion)})
    let major = 0
    new PerformanceObserver((list) => {
      for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) major++
    }).observe({ entryTypes: ['gc'] })
    let kept
    for (let count = 0; count < 1024; count++) {
      kept = new Uint8Array(1024 * 1024).fill(1)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await new Promise((resolve) => setImmediate(resolve))
    console.log(kept.length > 0 ? major : -1)
  `
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', script])
  return { major: Number(stdout), stderr }
}

it('buffers bring a fraction of the collections that they bring as Node comes', async () => {
  const [plain, less] = [await collections('22.13.0'), await collections(process.versions.node)]
  expect(plain.major).toBeGreaterThan(4)
  expect(less.major).toBeLessThan(plain.major / 2)
  expect(less.stderr).toBe('')
})
