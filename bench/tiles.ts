/**
 * A huge image in tiles: how long it takes over two peers of one slot each, and the most memory that each process had
 * resident (VmHWM, so Linux only). `node bench/tiles.ts [SIDE] [PIPELINE…]`; the default is 20,000 x 20,000 pixels, edges.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rawTiffHeader } from '../dist/cv/codec/raw-tiff.js'
import { type BenchWorld, MAIN, withPeers } from './measure.ts'

const POLL_MS = 100

/** Writes a tif of long waves, fine noise and flat parts, row by row. */
async function makeImage(file: string, sidePx: number): Promise<void> {
  const shape = { widthPx: sidePx, heightPx: sidePx, channels: 3 } as const
  await using target = await open(file, 'w')
  await target.write(rawTiffHeader(shape))
  const rows = 64
  const band = new Uint8Array(sidePx * 3 * rows)
  for (let top = 0; top < sidePx; top += rows) {
    const count = Math.min(rows, sidePx - top)
    for (let row = 0, at = 0; row < count; row++) {
      const y = top + row
      const shift = Math.sin(y / 300) * 200
      for (let x = 0; x < sidePx; x++) {
        const wave = 128 + 80 * Math.sin((x + shift) / 90)
        const noise = (Math.imul(x * 73 + y * 19349663, 83492791) >>> 28) & 15
        band[at++] = wave + noise
        band[at++] = wave
        band[at++] = 255 - wave
      }
    }
    await target.write(band, 0, sidePx * 3 * count)
  }
}

async function peakMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}

async function submit(args: readonly string[]): Promise<{ readonly seconds: number; readonly peakMb: number }> {
  const startedMs = performance.now()
  const child = spawn(process.execPath, [MAIN, 'submit', ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
  const exited = once(child, 'exit')
  let peakMb = 0
  const timer = setInterval(async () => {
    peakMb = Math.max(peakMb, await peakMegabytes(child.pid ?? 0))
  }, POLL_MS)
  const [code] = await exited
  clearInterval(timer)
  if (code !== 0) throw new Error(`peer submit ${args.join(' ')} ended with ${code}`)
  return { seconds: (performance.now() - startedMs) / 1000, peakMb }
}

export async function tiles(sidePx = 20_000, pipelines: readonly string[] = ['edges']): Promise<void> {
  await withPeers(async (world: BenchWorld) => {
    const dataDir = join(world.folder, 'data')
    const image = join(world.folder, 'huge.tif')
    await makeImage(image, sidePx)
    const listen = ['--listen', '/ip4/127.0.0.1/tcp/0']
    const start = [MAIN, 'start', '--json', '--no-tui', '--data-dir', dataDir, '--slots', '1', ...listen]
    const executors = await Promise.all([world.start(start), world.start(start)])
    for (const pipeline of pipelines) {
      const out = join(world.folder, `out-${pipelines.indexOf(pipeline)}`)
      const flags = ['--tile', 'auto', '--format', 'jpg', '--no-local', '--wait', '30s', '--quiet']
      const job = [image, '--op', pipeline, '--out', out, '--data-dir', dataDir, ...flags]
      const { seconds, peakMb } = await submit(job)
      const peaks = await Promise.all(executors.map(({ pid }) => peakMegabytes(pid)))
      console.log(
        `tiles: ${sidePx} x ${sidePx}, ${pipeline}: ${seconds.toFixed(0)} s, coordinator at most ${peakMb.toFixed(0)} MB, executors ${peaks.map((peak) => peak.toFixed(0)).join(' and ')} MB`,
      )
    }
  })
}

if (import.meta.main) {
  const [sidePx, ...pipelines] = process.argv.slice(2)
  await tiles(sidePx === undefined ? undefined : Number(sidePx), pipelines.length > 0 ? pipelines : undefined)
}
