/**
 * Memory of an executor under hostile images: the peak of its resident memory (Linux: VmHWM, workers' processes added) after
 * ordinary photos, after an honest image of the largest size that is let in, and after all hostile images, each on a peer of its
 * own. `node bench/hostile.ts` after `npm run build`.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { childrenOf } from '../test/support/child-processes.ts'
import { fileNameOf, makeHostileImages } from '../test/support/hostile-images/make-hostile-images.ts'
import { MAIN, peakMegabytes, withPeers } from './measure.ts'

const PIPELINE = 'grayscale'
const FULL_SIDE_PX = 7_071

async function makeFolders(folder: string): Promise<Readonly<Record<string, string>>> {
  const folders = { photos: 'data/images', full: join(folder, 'full'), hostile: join(folder, 'hostile') }
  for (const name of ['full', 'hostile'] as const) mkdirSync(folders[name])
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  const full = sharp({ create: { width: FULL_SIDE_PX, height: FULL_SIDE_PX, channels: 3, background: 'gray', noise } })
  await full.jpeg().toFile(join(folders.full, 'baseline.jpg'))
  await sharp(join(folders.full, 'baseline.jpg'))
    .jpeg({ progressive: true })
    .toFile(join(folders.full, 'progressive.jpg'))
  await sharp(join(folders.full, 'baseline.jpg')).png({ compressionLevel: 1 }).toFile(join(folders.full, 'full.png'))
  await sharp(join(folders.full, 'baseline.jpg'))
    .ensureAlpha()
    .webp({ effort: 0 })
    .toFile(join(folders.full, 'full.webp'))
  for (const image of await makeHostileImages()) writeFileSync(join(folders.hostile, fileNameOf(image)), image.bytes)
  return folders
}

await withPeers(async ({ folder, start }) => {
  const folders = await makeFolders(folder)
  for (const flags of [[], ['--isolate']]) {
    for (const [name, images] of Object.entries(folders)) {
      const dataDir = join(folder, `data-${name}-${flags.length}`)
      const listen = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns', '--data-dir', dataDir]
      const peer = await start([MAIN, 'start', '--json', '--no-tui', '--slots', '1', ...listen, ...flags])
      const idleMb = peakMegabytes(peer.pid)
      const submit = [MAIN, 'submit', images, '--no-local', '--op', PIPELINE, '--data-dir', dataDir, '--no-mdns']
      const out = ['--out', join(folder, `out-${name}-${flags.length}`), '--quiet', '--no-color']
      await runToEnd([...submit, ...out])
      const workersMb = childrenOf(peer.pid).map(peakMegabytes)
      const sumMb = workersMb.reduce((sum, mb) => sum + mb, peakMegabytes(peer.pid))
      const count = readdirSync(images).length
      console.log(
        `${flags.join(' ') || 'threads'} · ${name} (${count}): idle ${idleMb.toFixed(0)} MB, peer ${peakMegabytes(peer.pid).toFixed(0)} MB, workers ${workersMb.map((mb) => mb.toFixed(0)).join('+') || '-'} MB, sum ${sumMb.toFixed(0)} MB`,
      )
      await peer.end()
    }
  }
})

async function runToEnd(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...args], { stdio: 'ignore' })
  await once(child, 'exit')
}
