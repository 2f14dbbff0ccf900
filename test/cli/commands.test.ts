import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../src/base/errors.ts'
import { runCli } from '../../src/cli/run-cli.ts'
import { listOperations } from '../../src/cv/index.ts'
import { findInputFiles } from '../../src/peer/files/input-files.ts'
import type { JobEvent } from '../../src/peer/job-events.ts'
import type { PeerOptions } from '../../src/peer/peer.ts'
import { createFakeCliWorld } from '../support/fake-cli-world.ts'
import { createFakePeer, type JobScript } from '../support/fake-peer.ts'
import { accepted, delayed, done, failed, peerSnapshot, planned, refused, summary } from '../support/sample-events.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { waitFor } from '../support/wait-for.ts'

const ESCAPE = '\x1b'

const playing = (...events: JobEvent[]): JobScript =>
  async function* () {
    yield* events
  }

describe('peer submit', () => {
  it('passes on what was typed, and starts an observer', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = playing(planned(), summary())
    const flags =
      '--strategy round-robin --op gray --out o --overwrite --format png --quality 80 --seed 7 --include a --include b ' +
      '--exclude c --wait 1s --give-up 2m --no-local --no-hedge --suffix _x --no-mdns --keep-metadata --isolate --no-simd'
    expect(await cli.run('submit', 'photos', 'b/*.png', ...flags.split(' '))).toBe(0)
    const dataDir = join(cli.world.workingDir, 'data-dir')
    const onNotice = expect.any(Function)
    expect(cli.startedWith).toEqual([{ dataDir, mdns: false, executor: false, isolate: true, simd: false, onNotice }])
    const [submitted] = cli.peer.submitted
    expect(submitted?.paths).toEqual(['photos', 'b/*.png'])
    expect(submitted?.options).toMatchObject({
      strategy: 'round-robin',
      pipeline: 'gray',
      out: 'o',
      overwrite: true,
      format: 'png',
      quality: 80,
      keepMetadata: true,
      seed: 7,
      include: ['a', 'b'],
      exclude: ['c'],
      waitMs: 1000,
      giveUpMs: 120_000,
      local: 'never',
      hedge: false,
      suffix: '_x',
    })
  })

  it('without flags it is balanced, with the documented defaults', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = playing(planned(), summary())
    await cli.run('submit', 'photos')
    expect(cli.peer.submitted[0]?.options).toMatchObject({
      strategy: 'balanced',
      pipeline: 'edges',
      out: 'data/output_dir',
      overwrite: false,
      format: 'keep',
      quality: 90,
      keepMetadata: false,
      seed: 1,
      waitMs: 3000,
      giveUpMs: 60_000,
      local: 'auto',
      hedge: true,
      dryRun: false,
    })
    expect(cli.peer.submitted[0]?.options).not.toHaveProperty('suffix')
  })

  it('prints plain lines without escape codes, failures as they happen, and the summary', async () => {
    // a rate is that of the moment when it is printed
    const cli = createFakeCliWorld({ clock: createVirtualClock() })
    cli.peer.script = playing(
      planned(),
      { event: 'notice', message: 'no peer was found' },
      accepted('ann'),
      done('ann', { atMs: 500 }),
      failed({ path: 'b/broken.jpg' }),
      summary({
        outcome: 'some-failed',
        exitCode: 1,
        done: 3,
        failed: 1,
        firstFrameOnly: 2,
        failures: [{ path: 'b/broken.jpg', code: 'ERR_NOT_AN_IMAGE', message: 'got an empty file' }],
      }),
    )
    expect(await cli.run('submit', 'photos')).toBe(1)
    expect(cli.stdout()).toContain('4 images · balanced · edges · to out')
    expect(cli.stdout()).toMatch(/1\/4 images, 2\.\d images\/s/)
    expect(cli.stdout()).toContain('balanced: 3 of 4 images in 2.00 s (2.0 images/s), 1 failed, written to out')
    expect(cli.stdout()).toMatch(/stage +mean +median +p95/)
    for (const stage of ['queue', 'send', 'decode', 'process', 'encode', 'receive', 'save']) {
      expect(cli.stdout()).toMatch(new RegExp(`  ${stage} +20 ms +18 ms +40 ms`))
    }
    expect(cli.stdout()).toMatch(/ann +4 +100 % +4 +3 +2 +0 +0 +20 ms +80 ms/)
    expect(cli.stdout()).toContain('refusals 3 (REFUSED_LOAD 3) · retries 3')
    expect(cli.stdout()).toContain('only the first frame or page was processed of 2 images that have several')
    expect(cli.stdout()).toContain('bytes sent 4.0 KiB · received 8.0 KiB')
    expect(cli.stdout()).toContain('  b/broken.jpg: got an empty file (ERR_NOT_AN_IMAGE)')
    expect(cli.stderr()).toContain('no peer was found')
    expect(cli.stderr()).toContain(
      'failed b/broken.jpg: expected an image, got an empty file (0 bytes) (ERR_NOT_AN_IMAGE)',
    )
    expect(cli.stdout() + cli.stderr()).not.toContain(ESCAPE)
    expect(cli.peer.stops).toHaveLength(1)
  })

  it('bounds the rate of progress lines', async () => {
    const cli = createFakeCliWorld({ clock: createVirtualClock() })
    const many = Array.from({ length: 500 }, (_, index) => done('ann', { atMs: index }))
    cli.peer.script = playing(planned({ total: 500 }), ...many, summary())
    await cli.run('submit', 'photos')
    expect(
      cli
        .stdout()
        .split('\n')
        .filter((line) => line.includes('/500 images')).length,
    ).toBeLessThan(5)
  })

  it('with --json it prints every event, the summary last, and nothing else', async () => {
    const cli = createFakeCliWorld()
    const events = [planned(), refused('bob'), accepted('ann'), delayed('ann'), done('ann'), failed(), summary()]
    cli.peer.script = playing(...events)
    await cli.run('submit', 'photos', '--json')
    expect(cli.jsonLines()).toEqual(JSON.parse(JSON.stringify(events)))
    expect(cli.stderr()).toBe('')
  })

  it('with --quiet it prints failures and one line of result', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = playing(planned(), { event: 'notice', message: 'hm' }, done('ann'), failed(), summary())
    await cli.run('submit', 'photos', '--quiet')
    expect(cli.stdout()).toBe('balanced: 4 of 4 images in 2.00 s (2.0 images/s), written to out\n')
    expect(cli.stderr()).toMatch(/^failed a\.jpg: .*\n$/)
  })

  it('says of a job that gives data where its lines are', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = playing(planned({ kind: 'data' }), done('ann'), summary({ kind: 'data' }))
    await cli.run('submit', 'photos', '--quiet', '--op', 'stats')
    expect(cli.stdout()).toBe('balanced: 4 of 4 images in 2.00 s (2.0 images/s), one line each in out/results.ndjson\n')
  })

  it('--dry-run lists the plan', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = playing(
      planned({ total: 2, alreadyDone: 1 }),
      { event: 'planned-image', path: 'a.jpg', output: 'a_gray.jpg', isDone: false },
      { event: 'planned-image', path: 'b.jpg', output: 'b_gray.jpg', isDone: true },
      summary({ done: 0 }),
    )
    expect(await cli.run('submit', 'photos', '--dry-run')).toBe(0)
    expect(cli.stdout()).toBe(
      '2 images, 1 done by an earlier run · balanced · edges · to out\n' +
        'a.jpg -> a_gray.jpg\nb.jpg -> b_gray.jpg (done by an earlier run)\n',
    )
  })

  it('a job that gave up says why on standard error and exits 3', async () => {
    const cli = createFakeCliWorld()
    const fields = { outcome: 'gave-up', code: 'ERR_GIVE_UP', exitCode: 3, done: 1, reason: 'ann refused 12' } as const
    cli.peer.script = playing(planned(), summary(fields))
    expect(await cli.run('submit', 'photos')).toBe(3)
    expect(cli.stderr()).toBe(
      'ann refused 12 (3 of 4 images to do)\n  Start another peer, lower --load where peers refuse, or raise --give-up; the same command then continues the job.\n',
    )
  })

  it('a job that nobody was there for says how to start a peer of the same cluster, and exits 3', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = async function* () {
      yield planned()
      yield summary({ outcome: 'gave-up', code: 'ERR_NO_PEERS', reason: 'no peer was found', exitCode: 3, done: 0 })
    }
    expect(await cli.run('submit', 'photos')).toBe(3)
    expect(cli.stderr()).toContain(
      `Start a peer with \`peer start --data-dir ${join(cli.world.workingDir, 'data-dir')}\``,
    )
  })

  it('Ctrl-C interrupts the job through its signal, says that it can be continued, and exits 130', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = async function* (_, { signal }) {
      yield planned()
      cli.interrupt()
      expect(signal?.aborted).toBe(true)
      yield summary({ outcome: 'interrupted', code: 'ERR_INTERRUPTED', reason: 'interrupted', exitCode: 130, done: 1 })
    }
    expect(await cli.run('submit', 'photos')).toBe(130)
    expect(cli.stderr()).toContain('Run the same command again to continue the job.')
    expect(cli.exitedNow).toEqual([])
    expect(cli.peer.stops).toHaveLength(1)
  })

  it('the second Ctrl-C ends the process at once', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = async function* () {
      cli.interrupt()
      cli.interrupt()
      yield summary()
    }
    await cli.run('submit', 'photos')
    expect(cli.exitedNow).toEqual([130])
  })

  it('Ctrl-C while the peer still starts submits nothing', async () => {
    const cli = createFakeCliWorld()
    const startPeer = async () => {
      cli.interrupt()
      return cli.peer
    }
    const world = { ...cli.world, startPeer }
    expect(await runCli(['submit', 'photos', '--data-dir', cli.world.workingDir], world)).toBe(130)
    expect(cli.peer.submitted).toEqual([])
    expect(cli.peer.stops).toHaveLength(1)
  })

  it('--log-file gets a line for every event', async () => {
    const cli = createFakeCliWorld()
    const file = join(cli.world.workingDir, 'log')
    cli.peer.script = playing(
      planned(),
      refused('bob'),
      accepted('ann'),
      delayed('ann'),
      done('ann'),
      failed(),
      summary(),
    )
    await cli.run('submit', 'photos', '--json', '--log-file', file)
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+Z /)
    const text = lines.join('\n')
    for (const words of [
      'refused a.jpg (attempt 1) by bob: REFUSED_LOAD',
      'accepted a.jpg (attempt 1) by ann',
      'delayed a.jpg (attempt 1) by ann for 300 ms',
      'done a.jpg (attempt 1) by ann in 28 ms',
      'failed a.jpg: ',
    ]) {
      expect(text).toContain(words)
    }
  })
})

describe('peer status', () => {
  it('shows peers and jobs as a table', async () => {
    const cli = createFakeCliWorld()
    cli.peer.showPeers([
      peerSnapshot(),
      peerSnapshot({ name: 'gone\x07', state: 'dead', lastSeenMsAgo: 90_000 }),
      peerSnapshot({ name: 'watcher', role: 'observer' }),
    ])
    expect(await cli.run('status')).toBe(0)
    expect(cli.stdout()).toContain('2 peers, 2 slots')
    expect(cli.stdout()).toMatch(/ann +executor +alive +0\.3 +2 +1 +3 +10 +4 +2 +9 +1 +25 +120 ms/)
    expect(cli.stdout()).toMatch(/gone\\x07 +executor +dead .* 1 min 30 s/)
    expect(cli.stdout()).toMatch(/watcher +observer +alive +-/)
  })

  it('sums up what was done under each strategy over the cluster', async () => {
    const cli = createFakeCliWorld()
    cli.peer.showPeers([peerSnapshot(), peerSnapshot({ name: 'bob' })])
    await cli.run('status')
    // the fake's own row counts too
    expect(cli.stdout()).toMatch(/strategy +tasks +total +mean\nbalanced +27 +540 ms +20 ms/)
  })

  it('--json is { self, peers, jobs, cluster, strategies }', async () => {
    const cli = createFakeCliWorld()
    cli.peer.showPeers([peerSnapshot()])
    expect(await cli.run('status', '--json')).toBe(0)
    const [status] = cli.jsonLines()
    expect(Object.keys(status as object)).toEqual(['self', 'peers', 'jobs', 'cluster', 'strategies'])
    expect(status).toMatchObject({
      self: { name: 'self', role: 'observer' },
      peers: [
        {
          name: 'ann',
          id: 'id-ann',
          role: 'executor',
          state: 'alive',
          load: 0.3,
          slots: 2,
          running: 1,
          queued: 3,
          counts: { accepted: 10, refused: 4, delayed: 2, completed: 9, failed: 1 },
        },
      ],
      jobs: [],
      cluster: { key: null, reach: 'loopback', dataDir: '/home/self/murmuration', uptimeMs: 0 },
      strategies: { balanced: { tasks: 18, totalMs: 360, meanMs: 20 } },
    })
  })

  it('--json has rates of peers that were watched for two seconds, and null before', async () => {
    const second = { running: 1, completed: 3, delayed: 0, refused: 1, failed: 0 }
    const cli = createFakeCliWorld()
    cli.peer.showPeers([
      peerSnapshot({ name: 'new', activity: [second, second], imagesPerSecond: 0 }),
      peerSnapshot({ name: 'old', activity: [second, second, second], imagesPerSecond: 3 }),
    ])
    await cli.run('status', '--json')
    expect(cli.jsonLines()[0]).toMatchObject({
      peers: [
        { name: 'new', imagesPerSecond: null, activity: [second, second] },
        { name: 'old', imagesPerSecond: 3, activity: [second, second, second] },
      ],
    })
  })

  it('exits 3 with a sentence when nobody answers, and with --json still prints what it sees', async () => {
    const cli = createFakeCliWorld()
    cli.peer.showPeers([peerSnapshot({ state: 'dead', role: 'observer' })])
    expect(await cli.run('status', '--wait', '500ms', '--json')).toBe(3)
    expect(cli.jsonLines()[0]).toMatchObject({ self: { name: 'self' }, peers: [{ state: 'dead' }] })
    expect(JSON.parse(cli.stderr())).toMatchObject({ code: 'ERR_NO_PEERS', message: 'No peer answered within 500ms' })
    expect(cli.peer.stops).toHaveLength(1)
  })

  it('then says what helps, and nothing of flags that it does not have', async () => {
    const cli = createFakeCliWorld()
    await cli.run('status', '--wait', '500ms')
    expect(cli.stderr()).toBe(
      `No peer answered within 500ms\n  Start a peer with \`peer start --data-dir ${join(cli.world.workingDir, 'data-dir')}\`; across machines with --lan, after \`peer join\`.\n`,
    )
  })
})

it('peer status tells five addresses that could not be dialled, and how many more there are', async () => {
  const cli = createFakeCliWorld()
  cli.peer.dialProblems = () =>
    Array.from({ length: 8 }, (_, index) => ({
      address: `/a/${index}`,
      code: 'ERR_UNREACHABLE',
      message: `/a/${index}: no answer`,
    }))
  expect(await cli.run('status', '--wait', '0')).toBe(3)
  const lines = cli.stderr().split('\n')
  expect(lines.filter((line) => line.includes('no answer'))).toHaveLength(5)
  expect(lines[5]).toBe('and 3 more')
})

describe('peer start', () => {
  it('says how to reach it, then who comes and goes, and leaves on Ctrl-C', async () => {
    const cli = createFakeCliWorld()
    const running = cli.run('start', '--load', '0.5', '--delay', '300ms', '--slots', '3')
    await waitFor(() => expect(cli.stdout()).toContain('is ready'))
    expect(cli.stdout()).toContain(`address  ${cli.peer.addresses[0]}`)
    expect(cli.stdout()).toMatch(/key {6}[0-9a-f]{4}-[0-9a-f]{4} in /)
    expect(cli.stdout()).toContain('load     0.5, delay 300ms')
    expect(cli.stdout()).toContain('slots    3')
    await waitFor(() => expect(cli.stdout()).toContain('Ctrl-C ends it'))
    cli.peer.showPeers([peerSnapshot({ name: 'bob', load: 0.29602995958 })])
    cli.peer.showPeers([peerSnapshot({ name: 'bob', state: 'suspect' })])
    cli.peer.showPeers([peerSnapshot({ name: 'bob', state: 'left' })])
    cli.interrupt()
    expect(await running).toBe(0)
    const changes = cli.stdout().match(/\d\d:\d\d:\d\d .*/g) ?? []
    expect(changes.map((line) => line.slice(9))).toEqual(['joined bob (executor, 2 slots, load 0.3)', 'left bob'])
    expect(cli.peer.stops[0]).toBeUndefined()
    expect(cli.startedWith[0]).toMatchObject({
      lan: false,
      insecure: false,
      executor: { load: 0.5, delayMs: 300, slots: 3, maxPixels: 50_000_000, taskTimeoutMs: 60_000 },
    })
  })

  it('tells what the peer notices, such as that its name was taken', async () => {
    const peer = createFakePeer()
    const sentence = 'the name a1 is in use on this machine: this peer is a1-2'
    const startPeer = async (options: PeerOptions) => {
      options.onNotice?.(sentence)
      return peer
    }
    const cli = createFakeCliWorld({ startPeer }, peer)
    const log = join(cli.world.workingDir, 'log')
    const running = cli.run('start', '--name', 'a1', '--log-file', log)
    await waitFor(() => expect(cli.stdout()).toContain('is ready'))
    cli.interrupt()
    await running
    expect(cli.stderr()).toBe(`${sentence}\n`)
    expect(readFileSync(log, 'utf8')).toContain(sentence)
  })

  it('with --json the ready line tells name, id, addresses and pid', async () => {
    const cli = createFakeCliWorld()
    const running = cli.run('start', '--json', '--load', 'auto', '--name', 'attic', '--lan', '--seed', '9')
    await waitFor(() => expect(cli.stdout()).toContain('"ready"'))
    expect(cli.jsonLines()[0]).toMatchObject({
      event: 'ready',
      name: 'self',
      id: cli.peer.id,
      addresses: cli.peer.addresses,
      pid: process.pid,
      load: 'auto',
    })
    expect(cli.startedWith[0]).toMatchObject({ name: 'attic', lan: true, executor: { load: 'auto', seed: 9 } })
    cli.interrupt()
    expect(await running).toBe(0)
    expect(cli.jsonLines().at(-1)).toMatchObject({ event: 'stopped' })
  })

  it('the second Ctrl-C drops its tasks and ends at once', async () => {
    const cli = createFakeCliWorld()
    const stopping = Promise.withResolvers<void>()
    const stop = cli.peer.stop
    cli.peer.stop = async (options) => {
      await stop(options)
      if (options?.atOnce !== true) await stopping.promise
    }
    const running = cli.run('start')
    await waitFor(() => expect(cli.stdout()).toContain('is ready'))
    cli.interrupt()
    await waitFor(() => expect(cli.peer.stops).toHaveLength(1))
    cli.interrupt()
    expect(cli.exitedNow).toEqual([130])
    expect(cli.peer.stops).toContainEqual({ atOnce: true })
    stopping.resolve()
    await running
  })
})

describe('peer ops', () => {
  it('lists every operation that the mission names', async () => {
    const cli = createFakeCliWorld()
    expect(await cli.run('ops', '--json')).toBe(0)
    const [{ operations }] = cli.jsonLines() as [{ operations: { name: string; summary: string; parameters: [] }[] }]
    const names = operations.map((operation) => operation.name)
    expect(names).toEqual(expect.arrayContaining(['edges', 'crop', 'noise', 'gray', 'grayscale']))
    for (const { summary: sentence } of operations) expect(sentence).not.toBe('')
    const plain = createFakeCliWorld()
    await plain.run('ops')
    for (const name of names) expect(plain.stdout()).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
    expect(cli.startedWith).toEqual([])
  })

  it('groups them, in lines of at most 80 columns off a terminal', async () => {
    const cli = createFakeCliWorld()
    await cli.run('ops')
    const lines = cli.stdout().split('\n')
    expect(lines.filter((line) => /^[a-z]+$/.test(line))).toEqual(expect.arrayContaining(['geometry', 'edges']))
    expect(lines.indexOf('geometry')).toBeLessThan(lines.findIndex((line) => line.startsWith('  resize ')))
    expect(lines.filter((line) => line.length > 80)).toEqual([])
  })

  it('explains one: sentence, parameters with type, range, unit and default, kind, names and example', async () => {
    const cli = createFakeCliWorld()
    expect(await cli.run('ops', 'crop')).toBe(0)
    expect(cli.stdout().split('\n')).toEqual([
      'crop (geometry): Smooths (Gaussian and median, three rounds) and cuts out a',
      'square at a random place.',
      '',
      'Parameters, by name or in this order:',
      '  side    number; 1 to 100 %; default 50.',
      "          The square's side as a share of the image's shorter side, rounded",
      '          down.',
      '  rounds  whole number; 0 to 20; default 3.',
      '          Rounds of smoothing: Gaussian 5x5, then median 5.',
      '',
      'Takes gray or color, gives what came in, looks at the whole image.',
      'Outputs are named with the suffix _cropped.',
      'Example: --op "crop:side=25"',
      '',
    ])
    await cli.run('ops', 'canny')
    expect(cli.stdout()).toContain('  aperture  odd number; 3 to 7 px; default 3.')
    expect(cli.stdout()).toContain('  l2        true or false; default false.')
    await cli.run('ops', 'invert')
    expect(cli.stdout()).toContain('It has no parameters.')
    expect(cli.stdout()).toContain('looks at each pixel alone.')
    await cli.run('ops', 'box')
    expect(cli.stdout()).toContain('looks 2 px around each pixel with its\ndefaults.')
  })

  it.each(listOperations())('explains $name within 80 columns', async ({ name, example, parameters }) => {
    const cli = createFakeCliWorld()
    await cli.run('ops', name)
    const lines = cli.stdout().split('\n')
    expect(lines.filter((line) => line.length > 80 && !line.startsWith('Example'))).toEqual([])
    expect(cli.stdout()).toContain(`Example: --op "${example}"`)
    for (const parameter of parameters) expect(lines.some((line) => line.startsWith(`  ${parameter.name} `))).toBe(true)
  })

  it('tells operations that give data from those that give images', async () => {
    const cli = createFakeCliWorld()
    await cli.run('ops')
    expect(cli.stdout()).toMatch(/^analysis\n {2}stats /m)
    const json = createFakeCliWorld()
    await json.run('ops', 'stats', '--json')
    expect(json.jsonLines()).toMatchObject([{ operations: [{ name: 'stats', kind: 'data', gives: 'data' }] }])
    const one = createFakeCliWorld()
    await one.run('ops', 'stats')
    expect(one.stdout()).toContain('gives data')
    expect(one.stdout()).toContain('A line of results.ndjson for each image.')
  })
})

describe('peer key and join', () => {
  it('key shows file and fingerprint, never the key', async () => {
    const cli = createFakeCliWorld()
    expect(await cli.run('key', '--json')).toBe(0)
    const [{ keyFile, fingerprint }] = cli.jsonLines() as [{ keyFile: string; fingerprint: string }]
    expect(keyFile).toBe(join(cli.world.workingDir, 'data-dir', 'cluster.key'))
    expect(cli.stdout() + cli.stderr()).not.toContain(readFileSync(keyFile, 'utf8').trim())
    expect(fingerprint).toMatch(/^[0-9a-f]{4}-[0-9a-f]{4}$/)
  })

  it('--key-file names another key, which has to exist', async () => {
    const cli = createFakeCliWorld()
    const file = join(cli.world.workingDir, 'other.key')
    expect(await cli.run('key', '--key-file', 'other.key')).toBe(2)
    expect(cli.stderr()).toContain(`a named key file expects to exist, got "${file}"`)
    expect(existsSync(file)).toBe(false)
    writeFileSync(file, `${'1'.repeat(64)}\n`, { mode: 0o600 })
    expect(await cli.run('key', '--key-file', 'other.key')).toBe(0)
    expect(cli.stdout()).toContain(file)
    expect(existsSync(join(cli.world.workingDir, 'data-dir'))).toBe(false)
  })

  it('key --rotate makes a new one, says how long the one before is accepted, and what to do next', async () => {
    const cli = createFakeCliWorld()
    await cli.run('key', '--json')
    expect(await cli.run('key', '--rotate', '--for', '2d', '--json')).toBe(0)
    const [before, after] = cli.jsonLines() as { fingerprint: string; previous: { fingerprint: string } | null }[]
    expect(await cli.run('key')).toBe(0)
    expect(before?.previous).toBeNull()
    expect(after?.previous?.fingerprint).toBe(before?.fingerprint)
    expect(after?.fingerprint).not.toBe(before?.fingerprint)
    expect(cli.stdout()).toContain(`${before?.fingerprint}  the key before, accepted until 20`)
    expect(await cli.run('key', '--rotate')).toBe(2)
    expect(cli.stderr()).toContain('the cluster key was changed already')
    expect(await cli.run('key', '--now')).toBe(0)
    expect(cli.stdout()).toContain('They close what was opened with the key before')
    expect(await cli.run('key', '--rotate', '--now', '--json')).toBe(0)
    expect(cli.stdout().trim().split('\n').at(-1)).toContain('"previous":null')
  })

  it.each([
    ['--for 1d', '--for belongs to --rotate'],
    ['--rotate --now --for 1d', 'only one can be given'],
    ['--rotate --for 31d', '--for expects a duration between 1m and 30d'],
  ])('key %s is refused', async (flags, sentence) => {
    const cli = createFakeCliWorld()
    expect(await cli.run('key', ...flags.split(' '))).toBe(2)
    expect(cli.stderr()).toContain(sentence)
    expect(existsSync(join(cli.world.workingDir, 'data-dir'))).toBe(false)
  })

  it('invite without a running peer says so and exits 3', async () => {
    const cli = createFakeCliWorld()
    expect(await cli.run('invite')).toBe(3)
    expect(cli.stderr()).toContain('peer invite expects a running peer')
    expect(cli.stderr()).toContain('Start one with `peer start --lan --data-dir /')
    expect(cli.stdout()).toBe('')
  })

  it.each([
    ['', 'an invitation expects one line on standard input, got nothing'],
    ['hello', 'an invitation expects a line that begins with'],
    ['murmuration1:abcd', 'an invitation expects the whole line as it was printed'],
    ['x'.repeat(100_000), 'an invitation expects at most'],
  ])('join refuses what is no invitation (%#) without repeating it', async (text, sentence) => {
    const cli = createFakeCliWorld({
      stdin: (async function* () {
        if (text !== '') yield Buffer.from(text)
      })(),
    })
    expect(await cli.run('join')).toBe(2)
    expect(cli.stderr()).toContain(sentence)
    if (text !== '') expect(cli.stderr()).not.toContain(text)
  })
})

describe('peer compare', () => {
  it('runs the strategies in turns, into one folder each, and compares them in a table and a file', async () => {
    const cli = createFakeCliWorld()
    const elapsed: Record<string, number[]> = { random: [4000, 6000], balanced: [2000, 3000] }
    cli.peer.script = (_, { strategy = '' }) =>
      playing(
        planned({ strategy }),
        delayed('ann', { delayMs: 400 }),
        summary({ strategy, elapsedMs: elapsed[strategy]?.shift() ?? 0 }),
      )(_, {})
    expect(await cli.run('compare', 'photos', '--strategies', 'random,balanced', '--repeat', '2', '--out', 'o')).toBe(0)
    expect(cli.peer.submitted.map(({ options }) => [options.strategy, options.out])).toEqual([
      ['random', 'o/random'],
      ['balanced', 'o/balanced'],
      ['random', 'o/random'],
      ['balanced', 'o/balanced'],
    ])
    expect(cli.stdout()).toMatch(/random +4 +5\.00 s \(4\.00 s to 6\.00 s\) .* 1\.00x/)
    expect(cli.stdout()).toMatch(/balanced +4 +2\.50 s \(2\.00 s to 3\.00 s\) .* 2\.00x/)
    const written = JSON.parse(readFileSync(join(cli.world.workingDir, 'o', 'compare.json'), 'utf8'))
    expect(written).toMatchObject({
      event: 'comparison',
      pipeline: 'edges',
      repeat: 2,
      strategies: [
        { strategy: 'random', figures: { runs: 2, elapsedMs: 5000, meanDelayMs: 100 }, runs: [{}, {}] },
        { strategy: 'balanced', figures: { speedup: 2, refusals: 3, delayed: 2 } },
      ],
    })
  })

  it('forgets what an earlier compare finished, and replaces its files', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = playing(planned(), summary())
    const compare = ['compare', 'photos', '--strategies', 'random,balanced', '--out', 'o']
    expect(await cli.run(...compare)).toBe(0)
    const journal = join(cli.world.workingDir, 'o', 'random', '.murmuration', 'journal.ndjson')
    writeFileSync(journal, '{"output":"a.jpg"}\n')
    expect(await cli.run(...compare)).toBe(0)
    expect(readFileSync(journal, 'utf8')).toBe('')
    expect(cli.peer.submitted.map(({ options }) => options.overwrite)).toEqual([true, true, true, true])
  })

  it('touches no folder that it did not make, unless --overwrite says so', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = playing(planned(), summary())
    const state = join(cli.world.workingDir, 'o', 'random', '.murmuration')
    mkdirSync(state, { recursive: true })
    const journal = join(state, 'journal.ndjson')
    writeFileSync(journal, '{"output":"a.jpg"}\n')
    const compare = ['compare', 'photos', '--strategies', 'balanced,random', '--out', 'o']
    expect(await cli.run(...compare)).toBe(2)
    expect(cli.stderr()).toContain(`"${join('o', 'random')}" expects results of peer compare or peer demo only`)
    expect(cli.stderr()).toContain('Give --overwrite, or another --out.')
    expect(cli.startedWith).toEqual([])
    expect(readFileSync(journal, 'utf8')).not.toBe('')
    expect(await cli.run(...compare, '--overwrite')).toBe(0)
    expect(readFileSync(journal, 'utf8')).toBe('')
    // it is still somebody else's
    expect(await cli.run(...compare)).toBe(2)
  })

  it('says so when its folder cannot be written', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = playing(planned(), summary())
    writeFileSync(join(cli.world.workingDir, 'o'), 'a file')
    expect(await cli.run('compare', 'photos', '--out', 'o')).toBe(2)
    expect(cli.stderr()).toMatch(/^output folder ".*" cannot be written: .*\n/)
  })

  it('leaves nothing behind when the job cannot be planned', async () => {
    const cli = createFakeCliWorld()
    // biome-ignore lint/correctness/useYield: it fails before the first event
    cli.peer.script = async function* () {
      throw new MurmurationError('ERR_INPUT', '"photos" does not exist')
    }
    expect(await cli.run('compare', 'photos', '--out', 'o')).toBe(2)
    expect(existsSync(join(cli.world.workingDir, 'o'))).toBe(false)
  })

  it('finds the same images in every run when it writes inside its input', async () => {
    const cli = createFakeCliWorld()
    const input = join(cli.world.workingDir, 'photos [1]')
    const found: string[][] = []
    cli.peer.script = async function* (_, options) {
      const out = join(cli.world.workingDir, options.out ?? '')
      const files = await findInputFiles([input], { include: [], exclude: options.exclude ?? [], out })
      found.push(files.map(({ path }) => path).sort())
      mkdirSync(out, { recursive: true })
      writeFileSync(join(out, 'a.jpg'), '')
      yield planned()
      yield summary({ strategy: options.strategy ?? '', images: files.length })
    }
    mkdirSync(join(input, 'b'), { recursive: true })
    for (const name of ['a.jpg', 'b/a.jpg']) writeFileSync(join(input, name), '')
    const out = join('photos [1]', 'out (all) *')
    const compare = ['compare', 'photos [1]', '--repeat', '2', '--exclude', 'x/**']
    expect(await cli.run(...compare, '--out', out)).toBe(0)
    rmSync(join(cli.world.workingDir, out), { recursive: true })
    expect(await cli.run(...compare, '--out', 'photos [1]')).toBe(0)
    expect(found).toHaveLength(20)
    for (const paths of found) expect(paths).toEqual(['a.jpg', 'b/a.jpg'])
  })

  it('compares no runs of different images', async () => {
    const cli = createFakeCliWorld()
    let images = 3
    cli.peer.script = (_, { strategy = '' }) => playing(planned(), summary({ strategy, images: ++images }))(_, {})
    expect(await cli.run('compare', 'photos', '--strategies', 'random,balanced', '--out', 'o')).toBe(2)
    expect(cli.stderr()).toContain('the same images in each run, got 4 with random and 5 with balanced')
    expect(existsSync(join(cli.world.workingDir, 'o', 'compare.json'))).toBe(false)
  })

  it('refuses an input that a run would replace', async () => {
    const cli = createFakeCliWorld()
    expect(await cli.run('compare', 'o/random/a', '--out', 'o', '--overwrite')).toBe(2)
    expect(cli.stderr()).toContain('would replace its own input "o/random/a"')
    expect(cli.startedWith).toEqual([])
  })

  it('stops at the first run that does not reach its end', async () => {
    const cli = createFakeCliWorld()
    cli.peer.script = playing(
      planned(),
      summary({ outcome: 'gave-up', code: 'ERR_NO_PEERS', reason: 'nobody', exitCode: 3 }),
    )
    expect(await cli.run('compare', 'photos', '--no-local')).toBe(3)
    expect(cli.peer.submitted).toHaveLength(1)
    expect(cli.stderr()).toContain('nobody')
  })
})
