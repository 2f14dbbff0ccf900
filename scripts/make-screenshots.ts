/**
 * Makes docs/images/dashboard.png and dashboard-80x24.png from the program's own screen: real peers, a real job, a real
 * pseudo-terminal. `npm run screenshots`, after `npm run build`.
 */

import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'
import { openTerminal, type PseudoTerminal, type ScreenSize } from '../test/support/pseudo-terminal.ts'
import { screenSvg } from './screen-svg.ts'

const ROOT = join(import.meta.dirname, '..')
const MAIN = join(ROOT, 'dist/cli/main.js')
const IMAGES = join(ROOT, 'docs/images')
const WIDE: ScreenSize = { columns: 168, rows: 46 }
const SMALL: ScreenSize = { columns: 80, rows: 24 }
/** Twice the size in CSS pixels, so that text stays sharp on dense screens. */
const SCALE = 2

const OTHERS = [
  ['attic', '--slots', '4'],
  ['cellar', '--slots', '2', '--load', '0.3', '--delay', '2s'],
  ['garage', '--slots', '1', '--load', '0.6', '--delay', '1s'],
  ['library', '--slots', '2', '--load', '0.1'],
] as const

async function photographs(folder: string, copies: number): Promise<void> {
  const names = (await readdir(join(ROOT, 'data/images'))).filter((name) => /\.(png|jpg)$/.test(name))
  await mkdir(folder, { recursive: true })
  for (let copy = 0; copy < copies; copy++) {
    for (const name of names) await copyFile(join(ROOT, 'data/images', name), join(folder, `${copy}-${name}`))
  }
  await writeFile(join(folder, 'broken.jpg'), 'this is no image')
}

async function shoot(terminal: PseudoTerminal, name: string): Promise<void> {
  const svg = screenSvg(terminal.emulator)
  await mkdir(IMAGES, { recursive: true })
  await sharp(Buffer.from(svg), { density: 72 * SCALE })
    .png({ palette: true, colours: 64, effort: 10 })
    .toFile(join(IMAGES, `${name}.png`))
}

async function submit(terminal: PseudoTerminal, folder: string, pipeline: string): Promise<void> {
  terminal.type('n')
  await terminal.shows('Submit')
  terminal.type(folder)
  terminal.type('\x1b[B')
  await pause(200)
  terminal.type('\x15')
  terminal.type(pipeline)
  await pause(200)
  terminal.type('\r')
  await terminal.shows('1 running')
}

const folder = await mkdtemp(join(tmpdir(), 'murmuration-screenshots-'))
const common = ['--data-dir', join(folder, 'd'), '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
const others = OTHERS.map(([name, ...flags]) =>
  spawn(process.execPath, [MAIN, 'start', '--no-tui', '--name', name, ...flags, ...common], {
    stdio: 'ignore',
    cwd: folder,
  }),
)
const terminal = openTerminal(['start', '--name', 'desk', '--slots', '2', '--load', '0.05', ...common], {
  cwd: folder,
  size: WIDE,
})
try {
  await photographs(join(folder, 'holiday'), 1)
  await photographs(join(folder, 'photos'), 150)
  await terminal.shows('5 here', 60_000)
  // every peer loads OpenCV, and the history gets its first line
  await submit(terminal, 'holiday', 'grayscale')
  await terminal.shows('0 running · 1 ended', 60_000)
  await pause(4_000)
  await submit(terminal, 'photos', 'gaussian:5 | edges')
  await pause(14_000)
  await terminal.hides('submitted')
  await terminal.shows('1 running')
  await shoot(terminal, 'dashboard')
  terminal.resize(SMALL)
  await terminal.shows('[Tasks]')
  await pause(1_500)
  await shoot(terminal, 'dashboard-80x24')
} finally {
  await terminal.close()
  for (const other of others) other.kill('SIGKILL')
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
}
process.exit(0)
