import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ERROR_CODES, MurmurationError } from '../../src/base/errors.ts'
import { createFakeCliWorld } from '../support/fake-cli-world.ts'

describe('wrong words are answered with one sentence, a hint and exit code 2', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['start --load 1.5', '--load expects a probability between 0 and 1 or "auto", got "1.5"'],
    ['start --load', '--load expects a probability between 0 and 1 or "auto", got nothing'],
    ['start --delay 3x', '--delay expects a duration between 0ms and 1h like 300ms, 3s or 2m, got "3x"'],
    ['start --slots 0', '--slots expects a whole number between 1 and 256, got "0"'],
    ['start --slots two', '--slots expects a whole number between 1 and 256, got "two"'],
    ['start --name a/b', '--name expects a name of 1 to 40 letters, digits, "-" and "_", got "a/b"'],
    ['start --listen 127.0.0.1:1', '--listen expects an address like /ip4/127.0.0.1/tcp/4601, got "127.0.0.1:1"'],
    [
      'start --max-pixels 200MP',
      '--max-pixels expects a number of pixels between 1 and 100000000 like 50MP or 50000000, got "200MP"',
    ],
    ['submit', 'peer submit expects at least one PATH, got nothing'],
    ['submit a --random --balanced', 'peer submit expects one strategy, got --random and --balanced'],
    ['submit a --random --strategy balanced', 'peer submit expects one strategy, got --random and --strategy balanced'],
    [
      'submit a --strategy fair',
      '--strategy expects one of random, round-robin, least-connections, weighted-response-time, balanced, got "fair"',
    ],
    ['submit a --format bmp', '--format expects one of keep, jpg, png, webp, tif, gif, avif, got "bmp"'],
    [
      'submit a --strategy blanced',
      '--strategy expects one of random, round-robin, least-connections, weighted-response-time, balanced, ' +
        'got "blanced"; did you mean balanced?',
    ],
    [
      'submit a --format jpeg',
      '--format expects one of keep, jpg, png, webp, tif, gif, avif, got "jpeg"; did you mean jpg?',
    ],
    ['submit a --local --no-local', 'peer submit expects one of --local and --no-local, got both'],
    ['compare a --no-hedge --op edges --hedge', 'peer compare expects one of --hedge and --no-hedge, got both'],
    ['submit a --quality 101', '--quality expects a whole number between 1 and 100, got "101"'],
    [
      'submit a --suffix ../x',
      '--suffix expects part of a file name of at most 64 bytes without slashes or control characters, got "../x"',
    ],
    ['submit a --give-up 0', '--give-up expects a duration between 100ms and 1d like 300ms, 3s or 2m, got "0"'],
    ['submit a --balancd', 'peer submit has no flag "--balancd"; did you mean --balanced?'],
    ['submit a --rnadom', 'peer submit has no flag "--rnadom"; did you mean --random?'],
    ['submit a --jsn', 'peer submit has no flag "--jsn"; did you mean --json?'],
    ['submit a --xyzzy', 'peer submit has no flag "--xyzzy"'],
    [
      'submit --report photos',
      '--report expects a file name that ends in .html, or nothing behind it (then write it last), got "photos"',
    ],
    ['statsu', 'peer has no command "statsu"; did you mean status?'],
    ['frobnicate', 'peer has no command "frobnicate"'],
    ['status now', 'peer status expects no arguments, got "now"'],
    ['ops a b', 'peer ops expects one argument at most, got "a, b"'],
    ['demo --peers 0', '--peers expects a whole number between 1 and 16, got "0"'],
    [
      'compare a --strategies random,fair',
      '--strategies expects a list like random,round-robin of different names out of random, round-robin, ' +
        'least-connections, weighted-response-time, balanced, got "random,fair"',
    ],
    [
      'compare a --strategies random,blanced',
      '--strategies expects a list like random,round-robin of different names out of random, round-robin, ' +
        'least-connections, weighted-response-time, balanced, got "random,blanced"; did you mean balanced?',
    ],
    [
      'status --bootstrap missing.txt',
      '--bootstrap expects a file that can be read, or an address like /ip4/192.168.1.20/tcp/4601, got "missing.txt"',
    ],
    [
      'status --bootstrap /ip4/nowhere',
      '--bootstrap expects an address like /ip4/192.168.1.20/tcp/4601, got "/ip4/nowhere"',
    ],
    ['key --log-file no/such/folder', '--log-file expects a file that can be written, got "no/such/folder"'],
  ]

  it.each(cases)('peer %s', async (line, sentence) => {
    const cli = createFakeCliWorld()
    expect(await cli.run(...line.split(' '))).toBe(2)
    expect(cli.stderr().split('\n')[0]).toBe(sentence)
    expect(cli.stderr()).toBe(`${sentence}\n  ${ERROR_CODES.ERR_USAGE.help}\n`)
    expect(cli.stdout()).toBe('')
    expect(cli.startedWith).toEqual([])
  })

  it.each([
    ['submit', '-a.jpg'],
    ['try', '--a.jpg'],
  ])('peer %s %s: says how a file of such a name is given', async (command, name) => {
    const cli = createFakeCliWorld()
    expect(await cli.run(command, name)).toBe(2)
    const sentence = `peer ${command} has no flag "${name}"`
    expect(cli.stderr()).toBe(`${sentence}\n  A file of that name is given as ./${name}, or behind --.\n`)
  })

  it('shows what was typed escaped and cut', async () => {
    const cli = createFakeCliWorld()
    await cli.run('start', '--load', `\x1b[31m${'9'.repeat(500)}`)
    expect(cli.stderr()).toContain('got "\\x1b[31m999')
    expect(cli.stderr()).not.toContain('\x1b')
    expect(cli.stderr().length).toBeLessThan(300)
  })

  it('with --json the error is one JSON line on standard error', async () => {
    const cli = createFakeCliWorld()
    expect(await cli.run('start', '--load', '2', '--json')).toBe(2)
    expect(JSON.parse(cli.stderr())).toEqual({
      event: 'error',
      code: 'ERR_USAGE',
      message: '--load expects a probability between 0 and 1 or "auto", got "2"',
    })
    expect(cli.stdout()).toBe('')
  })
})

describe('pipelines are checked before a peer is started', () => {
  it.each([['submit'], ['compare']])('by %s, with the nearest operation', async (command) => {
    const cli = createFakeCliWorld()
    expect(await cli.run(command, 'a', '--op', 'egdes')).toBe(2)
    expect(cli.stderr()).toContain('"egdes"')
    expect(cli.stderr()).toContain('edges')
    expect(cli.stderr()).toContain(ERROR_CODES.ERR_PIPELINE.help)
    expect(cli.startedWith).toEqual([])
  })

  it('peer ops suggests the nearest operation too', async () => {
    const cli = createFakeCliWorld()
    expect(await cli.run('ops', 'egdes')).toBe(2)
    expect(cli.stderr()).toContain('there is no operation "egdes"; did you mean edges?')
  })
})

describe('bootstrap lists', () => {
  it('a bad line is named with its number and the others are used', async () => {
    const cli = createFakeCliWorld()
    const good = '/ip4/192.168.1.20/tcp/4601'
    writeFileSync(
      join(cli.world.workingDir, 'bootstrap.txt'),
      `# lab\n${good}\nnot an address\n/dns4/attic/tcp/4601 # up\n`,
    )
    cli.peer.showPeers([])
    await cli.run('status', '--wait', '0')
    expect(cli.startedWith[0]?.bootstrap).toEqual([good, '/dns4/attic/tcp/4601'])
    expect(cli.stderr()).toContain('bootstrap.txt, line 3: ')
  })

  it('files and addresses may be mixed, and replace the default file', async () => {
    const cli = createFakeCliWorld()
    mkdirSync(join(cli.world.workingDir, 'lists'))
    writeFileSync(join(cli.world.workingDir, 'bootstrap.txt'), '/ip4/10.0.0.1/tcp/1\n')
    writeFileSync(join(cli.world.workingDir, 'lists', 'lab'), '/ip4/10.0.0.2/tcp/2\n')
    await cli.run('status', '--wait', '0', '--bootstrap', 'lists/lab', '--bootstrap', '/ip4/10.0.0.3/tcp/3')
    expect(cli.startedWith[0]?.bootstrap).toEqual(['/ip4/10.0.0.2/tcp/2', '/ip4/10.0.0.3/tcp/3'])
  })
})

describe('errors of the peer', () => {
  it.each(['ERR_PORT_TAKEN', 'ERR_KEY', 'ERR_DATA_DIR', 'ERR_WRONG_KEY'] as const)(
    '%s ends start with its exit code',
    async (code) => {
      const cli = createFakeCliWorld({
        startPeer: async () => {
          throw new MurmurationError(code, 'what was expected, and what came')
        },
      })
      expect(await cli.run('start')).toBe(ERROR_CODES[code].exitCode)
      expect(cli.stderr()).toBe(`what was expected, and what came\n  ${ERROR_CODES[code].help}\n`)
    },
  )

  it.each(['ERR_INPUT', 'ERR_OUTPUT', 'ERR_COLLISION', 'ERR_EXISTS'] as const)(
    '%s while planning ends submit with 2 and stops the peer',
    async (code) => {
      const cli = createFakeCliWorld()
      cli.peer.script = () => failing(new MurmurationError(code, 'the sentence'))
      expect(await cli.run('submit', 'photos')).toBe(2)
      expect(cli.stderr()).toBe(`the sentence\n  ${ERROR_CODES[code].help}\n`)
      expect(cli.peer.stops).toHaveLength(1)
    },
  )

  it('an error that is none of ours is reported as a bug, without a stack', async () => {
    const cli = createFakeCliWorld({
      startPeer: async () => {
        throw new TypeError('x is not a function')
      },
    })
    expect(await cli.run('status')).toBe(1)
    expect(cli.stderr()).toBe(`x is not a function\n  ${ERROR_CODES.ERR_INTERNAL.help}\n`)
  })
})

const failing = (error: Error): AsyncIterable<never> => ({
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }),
})
