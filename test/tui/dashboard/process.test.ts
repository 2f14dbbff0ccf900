import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { PATIENCE_MS } from '../../support/eventually.ts'
import { openTerminal, type PseudoTerminal, type TerminalOptions } from '../../support/pseudo-terminal.ts'
import { makeSmallImages } from '../../support/small-images.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const LOOPBACK = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-mdns']

interface Opened {
  readonly terminal: PseudoTerminal
  readonly folder: string
}

/** `peer start` in a folder of its own, with its dashboard on the screen. */
async function openStart(options: TerminalOptions = {}, ...more: readonly string[]): Promise<Opened> {
  const folder = await temporaryFolder()
  const terminal = open(
    ['start', '--name', 'ann', '--slots', '1', '--data-dir', join(folder, 'd'), ...LOOPBACK, ...more],
    {
      cwd: folder,
      ...options,
    },
  )
  return { terminal, folder }
}

function open(args: readonly string[], options: TerminalOptions): PseudoTerminal {
  const terminal = openTerminal(args, options)
  onTestFinished(() => terminal.close())
  return terminal
}

/** The screen of before is back: its lines, its cursor, and nobody listens to the mouse. */
function expectRestored(terminal: PseudoTerminal): void {
  expect(terminal.emulator.buffer.active.type).toBe('normal')
  expect(terminal.emulator.modes.mouseTrackingMode).toBe('none')
  expect(terminal.emulator.modes.bracketedPasteMode).toBe(false)
  const written = terminal.written()
  expect(written.lastIndexOf('\x1b[?25h')).toBeGreaterThan(written.lastIndexOf('\x1b[?25l'))
  expect(terminal.text()).toContain('peer ann is ready')
  expect(terminal.text()).not.toMatch(/[─━] Peers/)
}

const click = (x: number, y: number): string => `\x1b[<0;${x + 1};${y + 1}M\x1b[<0;${x + 1};${y + 1}m`

describe('peer start on a terminal', () => {
  it('shows the cluster, changes load, pauses, submits a folder, and leaves the terminal as it was', async () => {
    const { terminal, folder } = await openStart()
    await makeSmallImages(join(folder, 'photos'), 6)
    await terminal.shows('● alive  load 0 ')
    await terminal.shows('Nobody else yet')
    await terminal.shows('No jobs yet')

    terminal.type('+')
    await terminal.shows('load 0.05')
    terminal.type('+-')
    await terminal.shows('load probability 0.05')
    terminal.type('p')
    await terminal.shows('‖ paused  load 0.05')
    terminal.type('p')
    await terminal.shows('● alive  load 0.05')

    terminal.type('?')
    await terminal.shows('┏━ Keys')
    await terminal.shows('raise the load probability')
    terminal.type('\x1b')
    await terminal.hides('┏━ Keys')

    terminal.type('n')
    await terminal.shows('┏━ Submit')
    terminal.type('pho\t')
    await terminal.shows('▸ images     photos/')
    terminal.type('\x1b[B\x15grayscalee')
    await terminal.shows('"grayscale"?')
    terminal.type('\x7f\r')
    await terminal.hides('┏━ Submit')
    await terminal.shows(/✓ done +you +grayscale .* 100 % +6\/6/)
    terminal.type('\r')
    await terminal.shows('┏━ Details')
    await terminal.shows('6 of 6 done, 0 failed')
    terminal.type('\x1b')
    await terminal.hides('┏━ Details')

    terminal.type('q')
    expect((await terminal.ended).exitCode).toBe(0)
    expectRestored(terminal)
    expect(terminal.text()).toContain('leaving: finishing tasks')
    expect(terminal.written()).not.toContain('\x1b[2J')
  })

  it('asks before it quits while its own job runs, and cancels the job after asking', async () => {
    const { terminal, folder } = await openStart({}, '--load', '1', '--delay', '2m')
    await makeSmallImages(join(folder, 'photos'), 2)
    await terminal.shows('No jobs yet')
    terminal.type('n')
    await terminal.shows('┏━ Submit')
    // random: the peer must take the task, and sleeps
    terminal.type('photos\x1b[B\x1b[B\x1b[C')
    await terminal.shows('‹ random ›')
    terminal.type('\r')
    await terminal.shows('1 running')
    terminal.type('q')
    await terminal.shows('┏━ Quit?')
    terminal.type('n')
    await terminal.hides('┏━ Quit?')
    terminal.type('c')
    await terminal.shows('┏━ Cancel this job?')
    terminal.type('y')
    await terminal.shows('■ stopped')
    terminal.type('q')
    await terminal.ended
    expectRestored(terminal)
  })

  it('follows the mouse: a click moves the keys to a panel, the wheel moves in it', async () => {
    const { terminal } = await openStart()
    await terminal.shows('┏━ Peers')
    const { row } = await terminal.placeOf('─ Jobs')
    terminal.type(click(10, row + 1))
    await terminal.shows('┏━ Jobs')
    const log = await terminal.placeOf(/(?<=\[Tasks\].*)Log/)
    terminal.type(click(log.column, log.row))
    await terminal.shows('[Log]')
    expect(terminal.emulator.modes.mouseTrackingMode).toBe('vt200')
  })

  it('fills 80x24 and 200x60 and every size in between while it is resized, and never clears the screen', async () => {
    const { terminal } = await openStart()
    await terminal.shows('q quit')
    for (const size of [
      { columns: 200, rows: 60 },
      { columns: 100, rows: 30 },
      { columns: 80, rows: 24 },
      { columns: 44, rows: 12 },
      { columns: 160, rows: 45 },
      { columns: 80, rows: 24 },
    ]) {
      terminal.resize(size)
      const isWhole = (): boolean => {
        const lines = terminal.lines()
        const top = lines[0] ?? ''
        const panel = lines.find((line) => line.startsWith('┏━ Peers')) ?? ''
        const isTwoColumns = size.columns >= 140
        const right = isTwoColumns ? (panel.at(-1) ?? '') === '╮' : (panel.at(-1) ?? '') === '┓'
        const isHinted = (lines[size.rows - 2] ?? '').includes('q quit') && (lines[size.rows - 1] ?? '') === ''
        return top.startsWith(' murmuration  ann') && panel.length === size.columns && right && isHinted
      }
      await expect.poll(isWhole, { timeout: PATIENCE_MS, message: `${size.columns}x${size.rows}` }).toBe(true)
      expect(terminal.lines().filter((line) => line.includes(' murmuration  ann')).length).toBe(1)
    }
    expect(terminal.written()).not.toContain('\x1b[2J')
    expect(terminal.written()).not.toContain('\x1b[3J')
  })

  it('gives the terminal back when it is ended from outside', async () => {
    const { terminal } = await openStart()
    await terminal.shows('q quit')
    terminal.kill('SIGTERM')
    expect((await terminal.ended).exitCode).toBe(0)
    expectRestored(terminal)
  })

  it('gives the terminal back when it crashes, and the error is there to be read', async () => {
    const bomb = join(await temporaryFolder(), 'bomb.mjs')
    await writeFile(bomb, "process.on('SIGUSR2', () => { throw new Error('injected for the test') })\n")
    const { terminal } = await openStart({ nodeArguments: ['--import', bomb] })
    await terminal.shows('q quit')
    terminal.kill('SIGUSR2')
    expect((await terminal.ended).exitCode).not.toBe(0)
    await terminal.shows('injected for the test')
    expectRestored(terminal)
  })

  it('lets the terminal echo no key into its first frame', async () => {
    const watcher = join(await temporaryFolder(), 'watcher.mjs')
    await writeFile(
      watcher,
      `const { stdin, stdout } = process
      const { write } = stdout
      stdout.write = function (text, ...rest) {
        if (String(text).includes('[?1049h') && !stdin.isRaw) throw new Error('the terminal still echoes')
        return write.call(this, text, ...rest)
      }`,
    )
    const { terminal } = await openStart({ nodeArguments: ['--import', watcher] })
    await terminal.shows(/q quit|still echoes/)
    expect(terminal.text()).toContain('q quit')
  })

  it('ends at once when Ctrl-C is pressed twice while a job runs', async () => {
    const { terminal, folder } = await openStart({}, '--load', '1', '--delay', '2m')
    await makeSmallImages(join(folder, 'photos'), 2)
    await terminal.shows('No jobs yet')
    terminal.type('n')
    await terminal.shows('┏━ Submit')
    terminal.type('photos\x1b[B\x1b[B\x1b[C\r')
    await terminal.shows('1 running')
    terminal.type('\x03')
    await terminal.shows('┏━ Quit?')
    terminal.type('\x03')
    await terminal.ended
    expectRestored(terminal)
  })

  it.each([
    ['--no-tui', {}, ['--no-tui']],
    ['NO_COLOR', { NO_COLOR: '1' }, []],
    ['TERM=dumb', { TERM: 'dumb' }, []],
    ['CI', { CI: 'true' }, []],
    ['--quiet', {}, ['--quiet']],
    ['--json', {}, ['--json']],
  ])('prints plain lines without escape codes with %s', async (_name, env, args) => {
    const { terminal } = await openStart({ env }, ...args)
    await terminal.shows(/ready/)
    terminal.kill('SIGTERM')
    expect((await terminal.ended).exitCode).toBe(0)
    expect(terminal.written()).not.toContain('\x1b')
  })
})

describe('peer top on a terminal', () => {
  it('shows the peers as an observer, whose keys about executors say so', async () => {
    const { terminal: start, folder } = await openStart()
    await start.shows('q quit')
    const top = open(['top', '--data-dir', join(folder, 'd'), '--no-mdns'], {
      cwd: folder,
      size: { columns: 120, rows: 30 },
    })
    await top.shows('observer')
    await top.shows(/ann +● alive/)
    top.type('+')
    await top.shows('needs an executor')
    await start.shows('2 here')
    top.type('q')
    expect((await top.ended).exitCode).toBe(0)
  })
})

describe('peer submit on a terminal', () => {
  it('shows the job and peer panels while it runs, and ends with the summary alone', async () => {
    const { terminal: start, folder } = await openStart({}, '--load', '1')
    await makeSmallImages(join(folder, 'photos'), 4)
    await start.shows('q quit')
    const submit = open(['submit', 'photos', '--give-up', '10m', '--data-dir', join(folder, 'd'), '--no-mdns'], {
      cwd: folder,
      size: { columns: 100, rows: 30 },
    })
    await submit.shows('─ Jobs ─')
    await submit.shows('─ Peers ─')
    await submit.shows(/ann +● alive/)
    // so far it was refused everything: the job runs for as long as it is looked at
    start.type('-'.repeat(20))
    await start.shows('● alive  load 0 ')
    expect((await submit.ended).exitCode).toBe(0)
    await submit.shows('4 of 4 images')
    expect(submit.text()).not.toContain('─ Jobs ─')
    expect(submit.written()).not.toContain('\x1b[2J')
  })
})
