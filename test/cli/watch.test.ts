/** `peer submit DIR --watch` as a person meets it. */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFakeCliWorld } from '../support/fake-cli-world.ts'
import { createFakePeer } from '../support/fake-peer.ts'
import { BY_PEERS, peerCommand, startPeerProcess } from '../support/peer-process.ts'
import { done, failed, planned, summary } from '../support/sample-events.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const LONG_AGO = new Date('2020-01-01')

interface WatchProcess {
  readonly child: ChildProcess
  /** Lines until one holds this text. */
  until(text: string): Promise<string>
  readonly lines: readonly string[]
  end(): Promise<number | null>
}

function runWatch(...args: readonly string[]): WatchProcess {
  const child = spawn(process.execPath, peerCommand(['submit', ...args, '--watch']), {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const source = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const lines: string[] = []
  const next = async (): Promise<string | undefined> => {
    const { value, done: isEnd } = await source.next()
    if (isEnd === true) return undefined
    lines.push(value)
    return value
  }
  return {
    ...{ child, lines },
    async until(text) {
      for (let line = await next(); line !== undefined; line = await next()) if (line.includes(text)) return line
      throw new Error(`it ended before it said "${text}": ${lines.join('\n')}`)
    },
    async end() {
      const exited = once(child, 'exit')
      child.kill('SIGINT')
      while ((await next()) !== undefined) {
        // the rest
      }
      await exited
      return child.exitCode
    },
  }
}

describe('peer submit --watch', () => {
  it('does what is there and what comes on real peers, and ends with 0 at Ctrl-C', async () => {
    const dataDir = await temporaryFolder()
    const folder = await temporaryFolder()
    const [input, out, spare] = [join(folder, 'in'), join(folder, 'out'), join(folder, 'spare')]
    await makeSmallImages(spare, 2)
    await mkdir(input)
    await copyFile(join(spare, 'image-000.png'), join(input, 'a.png'))
    await startPeerProcess(dataDir, '--name', 'first')
    const watch = runWatch(input, '--out', out, '--data-dir', dataDir, '--op', 'grayscale', '--json', ...BY_PEERS)
    await watch.until('"event":"done"')
    await copyFile(join(spare, 'image-001.jpg'), join(input, 'b.jpg'))
    await watch.until('"event":"done"')
    expect(await watch.end()).toBe(0)
    const events = watch.lines.map((line): Record<string, unknown> => JSON.parse(line))
    expect(events[0]).toMatchObject({ event: 'planned', total: 1, watching: [input] })
    expect(events.find(({ event }) => event === 'found')).toMatchObject({ path: 'b.jpg', total: 2 })
    expect(events.at(-1)).toMatchObject({ event: 'summary', outcome: 'done', images: 2, done: 2, exitCode: 0 })
  })

  it('ends with 1 when an image failed, says so in plain lines, and with 0 when nothing came', async () => {
    const dataDir = await temporaryFolder()
    const folder = await temporaryFolder()
    const [input, out] = [join(folder, 'in'), join(folder, 'out')]
    await mkdir(input)
    const common = ['--out', out, '--data-dir', dataDir, '--local']
    const idle = runWatch(input, ...common)
    await idle.until(`watching ${input} for images; Ctrl-C ends it`)
    expect(await idle.end()).toBe(0)

    const watch = runWatch(input, ...common)
    await watch.until('watching')
    // long unchanged, or it would be waited for as one that is still being written
    const bad = join(folder, 'bad.png')
    await writeFile(bad, 'no image at all')
    await utimes(bad, LONG_AGO, LONG_AGO)
    await rename(bad, join(input, 'bad.png'))
    await watch.until('1 failed')
    expect(await watch.end()).toBe(1)
    expect(watch.lines.join('\n')).toContain('bad.png: ')
  })

  it('is refused before any peer is started beside --dry-run, --verify and --tile, and is no flag of compare', async () => {
    const { run, startedWith, stderr } = createFakeCliWorld()
    expect(await run('submit', 'in', '--watch', '--dry-run')).toBe(2)
    expect(await run('submit', 'in', '--watch', '--verify', '5%')).toBe(2)
    expect(await run('submit', 'in', '--watch', '--retry-failed')).toBe(2)
    expect(await run('submit', 'in', '--watch', '--tile', 'auto')).toBe(2)
    expect(stderr()).toContain('--dry-run')
    expect(stderr()).toContain('--verify takes')
    expect(stderr()).toContain('got --tile auto')
    expect(await run('compare', 'in', '--watch')).toBe(2)
    expect(startedWith).toEqual([])
  })

  it('shows what is watched, and a total that grows', async () => {
    const peer = createFakePeer(async function* () {
      yield planned({ total: 1, watching: ['in'] })
      yield done('alpha')
      yield { event: 'found', path: 'b.jpg', total: 2, alreadyDone: 0, afterFailure: false }
      yield failed({ path: 'b.jpg' })
      yield summary({ images: 2, done: 1, failed: 1 })
    })
    const { run, stdout } = createFakeCliWorld({}, peer)
    await run('submit', 'in', '--watch')
    expect(peer.submitted.at(-1)?.options).toMatchObject({ watch: true })
    expect(stdout()).toMatch(/watching in for images; Ctrl-C ends it\n1\/1 image, .*watching in\n/)
  })
})
