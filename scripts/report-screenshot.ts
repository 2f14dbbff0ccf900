/**
 * Pictures of a real report for docs/images: four peers with load probabilities .1 .5 .2 .9 as processes on this machine, one
 * comparison of the photos in data/images, and Chromium. `npm run screenshot:report` (after `npm run build`); with a folder as
 * argument the page and pictures at several widths go there instead.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { chromium, type Page } from 'playwright-core'
import sharp from 'sharp'
import { chromiumPath } from '../test/browser/chromium.ts'

const root = dirname(import.meta.dirname)
const command = join(root, 'dist', 'cli', 'main.js')
const LOADS = [0.1, 0.5, 0.2, 0.9]
const NAMES = ['attic', 'basement', 'studio', 'workshop']
const WIDTHS_PX = [400, 800, 1280]
const HEIGHT_PX = 1180
const TIMELINE_PX = 700
const MARGIN_PX = 24

const [target] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'murmuration-screenshot-'))
const dataDir = join(folder, 'data')
const peers = LOADS.map((load, index) => startPeer(load, index))
try {
  await Promise.all(peers.map(({ ready }) => ready))
  const page = join(folder, 'report.html')
  // eleven photos are few enough for chance to decide: three times as many tell strategies apart
  const photos = join(folder, 'photos')
  for (const copy of ['monday', 'tuesday', 'wednesday']) {
    await cp(join(root, 'data', 'images'), join(photos, copy), { recursive: true })
  }
  const warmUp = ['submit', photos, '--random', '--out', join(folder, 'warm-up'), '--no-local']
  await run(...warmUp)
  await run('compare', photos, '--repeat', '2', '--no-local', '--out', join(folder, 'out'), '--report', page)
  await photograph(page)
} finally {
  for (const { child } of peers) child.kill()
  await Promise.all(peers.map(({ ended }) => ended))
  await rm(folder, { recursive: true, force: true })
}

function startPeer(load: number, index: number) {
  const args = ['start', '--json', '--no-tui', '--no-mdns', '--name', NAMES[index] ?? '', '--load', String(load)]
  const rest = ['--delay', '1s', '--slots', '1', '--seed', String(index + 1), '--listen', '/ip4/127.0.0.1/tcp/0']
  const child = spawn(process.execPath, [command, ...args, ...rest, '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { child, ready: once(createInterface({ input: child.stdout }), 'line'), ended: once(child, 'exit') }
}

async function run(...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [command, ...args, '--no-mdns', '--data-dir', dataDir], { stdio: 'inherit' })
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error(`peer ${args[0]} is expected to end with 0, got ${status}`)
}

async function photograph(page: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] })
  const open = async (width: number, colorScheme: 'light' | 'dark', deviceScaleFactor: number): Promise<Page> => {
    const viewport = { width, height: HEIGHT_PX }
    const tab = await browser.newPage({ viewport, colorScheme, deviceScaleFactor })
    await tab.goto(pathToFileURL(page).href)
    return tab
  }
  try {
    if (target === undefined) await photographForDocs(await open(1180, 'light', 1.5))
    else {
      await mkdir(target, { recursive: true })
      await cp(page, join(target, 'report.html'))
      for (const width of WIDTHS_PX) {
        for (const colors of ['light', 'dark'] as const) {
          const tab = await open(width, colors, 1)
          await tab.screenshot({ path: join(target, `report-${width}-${colors}.png`), fullPage: true })
          await tab.close()
        }
      }
    }
  } finally {
    await browser.close()
  }
}

/** The top of the page, and its timelines. */
async function photographForDocs(tab: Page): Promise<void> {
  const folder = join(root, 'docs', 'images')
  await mkdir(folder, { recursive: true })
  await save(await tab.screenshot(), join(folder, 'report.png'))
  const timeline = await tab.locator('#timeline').boundingBox()
  if (timeline === null) throw new Error('the report is expected to have a timeline')
  const { x, y, width } = timeline
  const clip = { x: x - MARGIN_PX, y: y + 10, width: width + 2 * MARGIN_PX, height: TIMELINE_PX }
  await save(await tab.screenshot({ clip, fullPage: true }), join(folder, 'report-timeline.png'))
}

/** Few colours are enough for a page, and a third of the size. */
async function save(picture: Uint8Array, file: string): Promise<void> {
  await sharp(picture).png({ palette: true }).toFile(file)
}
