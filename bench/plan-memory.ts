/**
 * What 100,000 images add to a coordinator: the plan through the real planner, compared with an output folder that is empty,
 * and then the whole job over the real coordinator with executors that answer at once. No file is read: of an image the plan
 * keeps its names.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { pixelVersion } from '../dist/cv/index.js'
import { planTasks } from '../dist/peer/coordinator/plan.js'
import { reconcile } from '../dist/peer/files/reconcile.js'
import { report } from './measure.ts'

const IMAGES = 100_000

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

export async function planMemory(): Promise<void> {
  const out = mkdtempSync(join(tmpdir(), 'murmuration-bench-'))
  try {
    const before = heapMegabytes()
    // names as a walk of the disk makes them: each a string of its own
    const found = Array.from({ length: IMAGES }, (_, index) => {
      const path = Buffer.from(`2026-${index % 12}/holiday/IMG_${index}.jpg`).toString()
      return { path, source: Buffer.from(`/home/somebody/Pictures/${path}`).toString() }
    })
    const tasks = planTasks(found, { seed: 1, kind: 'image', format: 'keep', suffix: '' })
    found.length = 0
    const planned = heapMegabytes()
    report('a plan of 100,000 images: memory that it keeps', `${(planned - before).toFixed(1)} MB`, 'aim 50')
    const recipe = { pipeline: 'edges', seed: 1, pixelVersion: pixelVersion(), format: 'keep', quality: 90 }
    const { todo } = await reconcile(tasks, { out, recipe: { ...recipe, keepMetadata: false }, overwrite: false })
    const reconciled = heapMegabytes()
    report('the same, compared with its output folder', `${(reconciled - before).toFixed(1)} MB`, 'aim 50')
    if (todo.length !== IMAGES || tasks.length !== IMAGES)
      throw new Error(`expected ${IMAGES} tasks, got ${todo.length}`)
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

function heapMegabytes(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 1e6
}

if (import.meta.main) await planMemory()
