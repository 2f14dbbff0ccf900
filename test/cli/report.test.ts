/** `--report` of submit and compare over a scripted peer. */

import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readCommandLine } from '../../src/cli/command-line.ts'
import { childrenOf } from '../support/child-processes.ts'
import { eventually } from '../support/eventually.ts'
import { createFakeCliWorld, type FakeCliWorld } from '../support/fake-cli-world.ts'
import { accepted, delayed, done, failed, peerSnapshot, planned, refused, summary } from '../support/sample-events.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const PHOTO = join(import.meta.dirname, '..', '..', 'data', 'images', 'coffee.png')

/** A job of one image that is done and one that fails; `out` holds what was made of it. */
function createWorld(): FakeCliWorld {
  // a picture may take as long as this machine needs for it
  const cli = createFakeCliWorld({ clock: createVirtualClock() })
  const { workingDir } = cli.world
  cpSync(PHOTO, join(workingDir, 'coffee.png'))
  writeFileSync(join(workingDir, 'broken.jpg'), 'no image')
  cli.peer.showPeers([peerSnapshot({ name: 'ann', load: 0.3, slots: 7, version: '9.9.9' })])
  cli.peer.script = async function* (_, { out = '', strategy = '' }) {
    mkdirSync(join(workingDir, out), { recursive: true })
    cpSync(PHOTO, join(workingDir, out, 'coffee.png'))
    const image = { path: 'coffee.png', task: 0, attempt: 0 }
    yield planned({ strategy, out })
    yield refused('ann', { ...image, atMs: 1 })
    yield accepted('ann', { ...image, attempt: 1, atMs: 5 })
    yield delayed('ann', { ...image, attempt: 1, atMs: 5, delayMs: 300 })
    yield done('ann', {
      ...{ ...image, attempt: 1, atMs: 400, output: 'coffee.png' },
      source: join(workingDir, 'coffee.png'),
    })
    yield failed({ path: 'broken.jpg', source: join(workingDir, 'broken.jpg'), task: 1, atMs: 2 })
    yield summary({ strategy, done: 1, failed: 1, images: 2, outcome: 'some-failed', exitCode: 1 })
  }
  return cli
}

const pageOf = (cli: FakeCliWorld, ...path: string[]): string =>
  readFileSync(join(cli.world.workingDir, ...path), 'utf8')

/** Resolves when somebody reads from a pipe, who then waits for what is never written. */
async function untilRead(pipe: string): Promise<void> {
  await eventually(() => {
    try {
      // only where there is a reader
      const writing = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
      onTestFinished(() => closeSync(writing))
      return true
    } catch {
      return false
    }
  })
}

describe('peer submit --report', () => {
  it('writes report.html into the output folder, with charts, pictures, failures and configuration', async () => {
    const cli = createWorld()
    expect(await cli.run('submit', '.', '--out', 'out', '--report')).toBe(1)
    const page = pageOf(cli, 'out', 'report.html')
    expect(cli.stdout()).toContain(`report written to ${join(cli.world.workingDir, 'out', 'report.html')}`)
    expect(page.match(/<img src="data:image\/webp;base64,/g)).toHaveLength(2)
    expect(page).toContain('coffee.png, attempt 1: refused by ann')
    expect(page).toContain('broken.jpg')
    expect(page).toContain('no picture: ')
    expect(page).toMatch(/ann<\/th><td class="figure">0\.3<\/td><td class="figure">7<\/td>/)
    expect(page).toContain('9.9.9')
  })

  it.runIf(process.platform === 'linux')(
    'is written with --isolate too, without the picture that crashes the process that makes it',
    async () => {
      const cli = createWorld()
      const stuck = join(cli.world.workingDir, 'broken.jpg')
      rmSync(stuck)
      execFileSync('mkfifo', [stuck])
      const running = cli.run('submit', '.', '--out', 'out', '--report', '--isolate')
      await untilRead(stuck)
      const [first = 0] = childrenOf(process.pid)
      process.kill(first, 'SIGSEGV')
      // it was at nothing else, nor will be the next
      await eventually(() => childrenOf(process.pid).some((pid) => pid !== first))
      for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGSEGV')
      expect(await running).toBe(1)
      const page = pageOf(cli, 'out', 'report.html')
      expect(page.match(/<img src="data:image\/webp;base64,/g)).toHaveLength(2)
      expect(page).toContain('no picture: the process that made the picture ended by itself, by a crash in native code')
      expect(childrenOf(process.pid)).toEqual([])
    },
  )

  it('writes to the file that is named, and makes its folder', async () => {
    const cli = createWorld()
    await cli.run('submit', '.', '--out', 'out', '--report=pages/monday.html')
    expect(pageOf(cli, 'pages', 'monday.html')).toContain('</html>')
    expect(existsSync(join(cli.world.workingDir, 'out', 'report.html'))).toBe(false)
  })

  it('collects and writes nothing when it is not asked for', async () => {
    const cli = createWorld()
    await cli.run('submit', '.', '--out', 'out')
    expect(readdirSync(join(cli.world.workingDir, 'out'))).toEqual(['coffee.png'])
  })

  it('refuses a name that is no page, so that an image behind it is not taken for one', async () => {
    const cli = createWorld()
    expect(await cli.run('submit', '--report', 'coffee.png', 'broken.jpg')).toBe(2)
    expect(cli.stderr()).toContain('--report expects a file name that ends in .html')
    expect(readFileSync(join(cli.world.workingDir, 'coffee.png'))).toEqual(readFileSync(PHOTO))
    expect(cli.peer.submitted).toEqual([])
  })

  it('refuses a folder, whatever it is called, before anything is sent', async () => {
    const cli = createWorld()
    mkdirSync(join(cli.world.workingDir, 'pages.html'))
    expect(await cli.run('submit', '.', '--overwrite', '--report', 'pages.html')).toBe(2)
    expect(cli.stderr()).toContain('--report expects an .html file to write')
    expect(cli.peer.submitted).toEqual([])
  })

  it('refuses to replace a page of somebody else before anything is sent; --overwrite does', async () => {
    const cli = createWorld()
    writeFileSync(join(cli.world.workingDir, 'thesis.html'), '<title>mine</title>')
    expect(await cli.run('submit', '.', '--report', 'thesis.html')).toBe(2)
    expect(cli.peer.submitted).toEqual([])
    expect(cli.stderr()).toContain('"thesis.html" expects a report of peer or no file, got another file')
    await cli.run('submit', '.', '--report', 'thesis.html', '--overwrite')
    expect(pageOf(cli, 'thesis.html')).toContain('Murmuration')
  })

  it('leaves the job as it is when the report cannot be written', async () => {
    const cli = createWorld()
    writeFileSync(join(cli.world.workingDir, 'file'), '')
    expect(await cli.run('submit', '.', '--out', 'out', '--report', 'file/report.html')).toBe(1)
    expect(cli.stderr()).toContain('no report is written: The report cannot be written: ')
  })

  it('keeps an earlier report when there was nothing left to do', async () => {
    const cli = createWorld()
    await cli.run('submit', '.', '--out', 'out', '--report')
    const before = pageOf(cli, 'out', 'report.html')
    cli.peer.script = async function* () {
      yield planned({ out: 'out', alreadyDone: 4 })
      yield summary({ done: 0, alreadyDone: 4, peers: [] })
    }
    expect(await cli.run('submit', '.', '--out', 'out', '--report')).toBe(0)
    expect(pageOf(cli, 'out', 'report.html')).toBe(before)
    expect(cli.stderr()).toContain('nothing was left to do: no report is written')
  })

  it('writes nothing in a dry run', async () => {
    const cli = createWorld()
    await cli.run('submit', '.', '--out', 'out', '--report', 'r.html', '--dry-run')
    expect(existsSync(join(cli.world.workingDir, 'r.html'))).toBe(false)
  })

  it('leaves the summary the last line of --json', async () => {
    const cli = createWorld()
    await cli.run('submit', '.', '--out', 'out', '--report', '--json')
    expect(cli.jsonLines().at(-1)).toMatchObject({ event: 'summary' })
    expect(pageOf(cli, 'out', 'report.html')).toContain('</html>')
  })

  it('reports a job that ended before its time, with the reason', async () => {
    const cli = createWorld()
    cli.peer.script = async function* () {
      yield planned({ out: 'out' })
      yield refused('ann')
      const reason = 'nothing was accepted anywhere'
      yield summary({ outcome: 'gave-up', code: 'ERR_GIVE_UP', reason, exitCode: 3, done: 0 })
    }
    expect(await cli.run('submit', '.', '--out', 'out', '--report')).toBe(3)
    expect(pageOf(cli, 'out', 'report.html')).toContain('It ended before its time: nothing was accepted anywhere.')
  })
})

describe('peer compare --report', () => {
  it('writes one page of all strategies, with measured beside expected', async () => {
    const cli = createWorld()
    const run = await cli.run('compare', '.', '--out', 'out', '--strategies', 'random,balanced', '--report')
    expect(run).toBe(1)
    const page = pageOf(cli, 'out', 'report.html')
    expect(page).toContain('2 strategies compared')
    // one peer of p = 0.3, and a delay of 300 ms
    expect(page).toContain('random: expected 90 ms per image')
    expect(page).toContain('random: measured 300 ms per image')
    expect(page.match(/<svg id="timeline-chart-/g)).toHaveLength(2)
    expect(page.match(/<img src="data:/g)).toHaveLength(2)
  })

  it('shows the first of several runs, and the figures of all', async () => {
    const cli = createWorld()
    await cli.run(
      'compare',
      '.',
      '--out',
      'out',
      '--strategies',
      'random,balanced',
      '--repeat',
      '2',
      '--report',
      'c.html',
    )
    const page = pageOf(cli, 'c.html')
    expect(page).toContain('Shown is the first run of each strategy.')
    expect(page).toContain('random: 2.00 s to 2.00 s in 2 runs')
  })
})

it.each([
  [['--report'], true],
  [['--report', 'a.html'], 'a.html'],
  [['--report=b/c.HTM'], 'b/c.HTM'],
  [[], undefined],
])('the words %j give %j', (words, value) => {
  const read = readCommandLine(['submit', 'images', ...words], '0')
  expect(read).toMatchObject({ kind: 'command', words: ['images'] })
  expect(read.kind === 'command' && read.values['report']).toBe(value)
})
