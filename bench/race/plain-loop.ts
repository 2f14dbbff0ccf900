/**
 * What a cluster is measured against: the same worker threads in a plain loop, one process, no network, no journal. For each line
 * `{ input, output, pipeline, quality }` on standard input it does a folder and prints one line.
 */

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createWorkerPool } from '../../dist/cv/index.js'

const threads = Number(process.argv[2] ?? 2)
/** Files read and written while the threads work. */
const AHEAD = 2

const pool = createWorkerPool({ slots: threads, taskTimeoutMs: 60_000 })
console.log(JSON.stringify({ event: 'ready' }))

for await (const line of createInterface({ input: process.stdin })) {
  const { input, output, pipeline, quality } = JSON.parse(line)
  await mkdir(output, { recursive: true })
  const names = await readdir(input)
  let done = 0
  const loop = async (): Promise<void> => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      const bytes = await readFile(join(input, name))
      const task = { bytes, pipeline, seed: 1n, format: 'keep' as const, quality, maxPixels: 50_000_000 }
      const result = await pool.run(task)
      await writeFile(join(output, name), result.bytes)
      done++
    }
  }
  await Promise.all(Array.from({ length: threads + AHEAD }, loop))
  console.log(JSON.stringify({ done, failed: 0 }))
}
process.exit(0)
