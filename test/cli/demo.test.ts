import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { PeerProcess } from '../../src/cli/peer-process.ts'
import { expectedDelayShare, expectedLongestDelayMs } from '../../src/report/expected-delay.ts'
import { createFakeCliWorld, type FakeCliWorld } from '../support/fake-cli-world.ts'
import { delayed, done, peerSnapshot, planned, summary } from '../support/sample-events.ts'

interface FakeProcess extends PeerProcess {
  readonly args: readonly string[]
  readonly workingDir: string
  /** As when the process dies by itself. */
  die(status: string): void
  isStopped: boolean
  isKilled: boolean
}

/** A demo whose peers are fakes; every job is a planned one with a delayed image. */
function createDemo(fault?: Error): FakeCliWorld & { readonly processes: FakeProcess[] } {
  const processes: FakeProcess[] = []
  const spawnPeer = (args: readonly string[], workingDir: string): PeerProcess => {
    const ended = Promise.withResolvers<string>()
    const index = processes.length + 1
    const process: FakeProcess = {
      args,
      workingDir,
      isStopped: false,
      isKilled: false,
      ready:
        fault !== undefined && index === 2
          ? Promise.reject(fault)
          : Promise.resolve({
              event: 'ready',
              name: `demo-${index}`,
              id: `id-${index}`,
              addresses: [`/a/${index}`],
              pid: 1,
            }),
      ended: ended.promise,
      die: ended.resolve,
      stop: async () => {
        process.isStopped = true
      },
      kill: () => {
        process.isKilled = true
      },
    }
    process.ready.catch(() => undefined)
    processes.push(process)
    return process
  }
  const cli = createFakeCliWorld({ spawnPeer })
  mkdirSync(join(cli.world.workingDir, 'data', 'images'), { recursive: true })
  cli.peer.showPeers(Array.from({ length: 4 }, (_, index) => peerSnapshot({ name: `demo-${index + 1}` })))
  cli.peer.script = async function* (_, { strategy = '' }) {
    yield planned({ strategy })
    yield delayed('demo-1', { delayMs: 1000 })
    yield done('demo-1')
    yield summary({ strategy, elapsedMs: strategy === 'random' ? 4000 : 2000 })
  }
  return { ...cli, processes }
}

describe('peer demo', () => {
  it('starts four peers of loads .1 .5 .2 .9 in a private folder, runs random and balanced, and ends them', async () => {
    const demo = createDemo()
    expect(await demo.run('demo')).toBe(0)
    expect(demo.processes.map(({ args }) => args[args.indexOf('--load') + 1])).toEqual(['0.1', '0.5', '0.2', '0.9'])
    const [dataDir] = new Set(demo.startedWith.map((options) => options.dataDir))
    for (const { args, workingDir, isStopped } of demo.processes) {
      expect(args[0]).toBe('start')
      expect(args[args.indexOf('--data-dir') + 1]).toBe(dataDir)
      // not where a bootstrap.txt of the user could lie
      expect(workingDir).toBe(dataDir)
      expect(isStopped).toBe(true)
    }
    expect(demo.startedWith).toEqual([
      { dataDir, bootstrap: ['/a/1', '/a/2', '/a/3', '/a/4'], mdns: false, executor: false },
    ])
    expect(existsSync(dataDir ?? '')).toBe(false)
    const [, random, balanced] = demo.peer.submitted
    const out = join(demo.world.workingDir, 'data', 'output_dir')
    expect(random?.options).toMatchObject({
      strategy: 'random',
      out: join(out, 'random'),
      local: 'never',
      overwrite: true,
    })
    expect(balanced?.options).toMatchObject({ strategy: 'balanced', out: join(out, 'balanced'), local: 'never' })
    expect(demo.stdout()).toContain('sleeps 1s here (shortened; peer start uses 3s)')
    expect(demo.stdout()).toMatch(/^random +4 +4\.00 s .* 1\.00x +250 ms +425 ms$/m)
    expect(demo.stdout()).toMatch(/^balanced +4 +2\.00 s .* 2\.00x +250 ms +257 ms$/m)
  })

  it('goes on from nothing when it is run again', async () => {
    const demo = createDemo()
    expect(await demo.run('demo')).toBe(0)
    const state = join(demo.world.workingDir, 'data', 'output_dir', 'random', '.murmuration')
    writeFileSync(join(state, 'journal.ndjson'), '{}\n')
    expect(await demo.run('demo')).toBe(0)
    expect(readFileSync(join(state, 'journal.ndjson'), 'utf8')).toBe('')
  })

  it('touches no folder that it did not make', async () => {
    const demo = createDemo()
    const folder = join(demo.world.workingDir, 'data', 'output_dir', 'balanced')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'a.jpg'), 'mine')
    expect(await demo.run('demo')).toBe(2)
    expect(demo.stderr()).toContain('expects results of peer compare or peer demo only')
    expect(demo.stderr()).toContain('Move them, or run peer demo in another folder.')
    expect(demo.processes).toEqual([])
  })

  it('loads go round where there are more peers', async () => {
    const demo = createDemo()
    expect(await demo.run('demo', '--peers', '6')).toBe(0)
    expect(demo.processes.map(({ args }) => args[args.indexOf('--load') + 1])).toEqual([
      '0.1',
      '0.5',
      '0.2',
      '0.9',
      '0.1',
      '0.5',
    ])
  })

  it('notices a peer that dies on the way, and ends the others', async () => {
    const demo = createDemo()
    const script = demo.peer.script
    demo.peer.script = (paths, options) => {
      demo.processes[2]?.die('SIGKILL')
      return script(paths, options)
    }
    expect(await demo.run('demo')).toBe(0)
    expect(demo.stderr()).toBe('demo-3 ended (SIGKILL); its images go to the others\n')
  })

  it('ends all peers when one cannot start', async () => {
    const demo = createDemo(new Error('no room'))
    expect(await demo.run('demo')).toBe(1)
    expect(demo.stderr()).toContain('no room')
    expect(demo.processes.map(({ isStopped }) => isStopped)).toEqual([true, true, true, true])
  })

  it('ends all peers on Ctrl-C, and kills them on the second', async () => {
    const demo = createDemo()
    demo.peer.script = async function* () {
      demo.interrupt()
      demo.interrupt()
      yield summary({ outcome: 'interrupted', code: 'ERR_INTERRUPTED', exitCode: 130 })
    }
    expect(await demo.run('demo')).toBe(130)
    expect(demo.exitedNow).toEqual([130])
    expect(demo.processes.every(({ isKilled, isStopped }) => isKilled && isStopped)).toBe(true)
  })
})

describe('the expected delay', () => {
  const LOADS = [0.1, 0.5, 0.2, 0.9]

  it('follows the published formulas', () => {
    expect(expectedDelayShare('random', LOADS)).toBeCloseTo(0.425)
    expect(expectedDelayShare('balanced', LOADS)).toBeCloseTo(0.1475 / 0.575)
    expect(expectedLongestDelayMs(0.425, 3000, 6)).toBeCloseTo(3000 - 3000 * 0.575 ** 6)
  })

  it('is certain where every peer refuses everything', () => {
    expect(expectedDelayShare('balanced', [1, 1])).toBe(1)
  })
})
