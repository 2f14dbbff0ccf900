/** `peer try` with real threads and a real OpenCV; only terminal, viewer and environment are the test's. */

import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { hashToSeed } from '../../src/base/random.ts'
import type { CliWorld } from '../../src/cli/world.ts'
import { pixelDigest } from '../../src/cv/codec/pixel-digest.ts'
import { parsePipeline, runPipeline } from '../../src/cv/index.ts'
import type { Terminal } from '../../src/tui/live-job.tsx'
import { childrenOf, commandLineOf } from '../support/child-processes.ts'
import { CLASSIFIER } from '../support/classifier.ts'
import { createFakeCliWorld, type FakeCliWorld } from '../support/fake-cli-world.ts'
import { kittySequences } from '../support/kitty-sequences.ts'
import { testOpenCv } from '../support/opencv-instance.ts'
import { decodeSample, SAMPLE_FOLDER } from '../support/sample-images.ts'

/** A command line whose working directory has camera.png and chelsea.png. */
function cliWithPhotos(overrides: Partial<CliWorld> = {}): FakeCliWorld {
  const cli = createFakeCliWorld(overrides)
  for (const name of ['camera.png', 'chelsea.png'])
    copyFileSync(join(SAMPLE_FOLDER, name), join(cli.world.workingDir, name))
  return cli
}

const inFolder = (cli: FakeCliWorld, name: string): string => join(cli.world.workingDir, name)

/** A stream that is a terminal; what the command writes goes to `stdout`. */
const TERMINAL: Terminal = Object.assign(new Writable() as unknown as Terminal, { isTTY: true, columns: 80, rows: 24 })

describe('peer try', () => {
  it('writes the result beside nothing of a cluster, and tells size, pipeline, times and pixel digest', async () => {
    const cli = cliWithPhotos()
    expect(await cli.run('try', 'chelsea.png', '--op', 'resize:w=100 | canny')).toBe(0)
    const lines = cli.stdout().split('\n')
    expect(lines[0]).toMatch(/^chelsea_try\.png: 100 x 67 px, [\d.]+ K?i?B$/)
    expect(lines[1]).toBe('pipeline resize:w=100 | grayscale | canny')
    expect(lines[2]).toMatch(/^decode \S+ m?s · process \S+ m?s · encode \S+ m?s$/)
    expect(lines[3]).toMatch(/^pixels xxh3-128 [0-9a-f]{32}$/)
    expect(await sharp(inFolder(cli, 'chelsea_try.png')).metadata()).toMatchObject({
      width: 100,
      height: 67,
      format: 'png',
    })
    expect(cli.startedWith).toEqual([])
    expect(existsSync(inFolder(cli, 'data-dir'))).toBe(false)
  })

  it.runIf(process.platform === 'linux')('looks at the file in processes of its own with --isolate', async () => {
    const cli = cliWithPhotos()
    writeFileSync(inFolder(cli, 'cut.png'), readFileSync(inFolder(cli, 'camera.png')).subarray(0, 20))
    const met = new Set<string>()
    const meeting = setInterval(() => {
      for (const pid of childrenOf(process.pid)) met.add(/\w+-process/.exec(commandLineOf(pid))?.[0] ?? 'none yet')
    }, 5)
    const codes = [await cli.run('try', 'chelsea.png', '--op', 'invert', '--isolate')]
    codes.push(await cli.run('try', 'cut.png', '--op', 'invert', '--isolate'))
    clearInterval(meeting)
    expect(codes).toEqual([0, 1])
    expect([...met]).toEqual(expect.arrayContaining(['codec-process', 'worker-process']))
    expect(childrenOf(process.pid)).toEqual([])
  })

  it('gives the pixels that submit gives with the same seed', async () => {
    const cli = cliWithPhotos()
    expect(await cli.run('try', 'chelsea.png', '--op', 'noise', '--seed', '5', '--json')).toBe(0)
    const expected = runPipeline(
      await testOpenCv(),
      await decodeSample('chelsea.png'),
      parsePipeline('noise'),
      hashToSeed(5, 'chelsea.png'),
    )
    expect(cli.jsonLines()).toMatchObject([
      {
        event: 'tried',
        path: 'chelsea.png',
        output: 'chelsea_try.png',
        pipeline: 'noise',
        widthPx: 451,
        heightPx: 300,
        pixelDigest: Buffer.from(pixelDigest(expected)).toString('hex'),
      },
    ])
    expect(cli.stderr()).toBe('')
  })

  it('reads a pipeline from a file, and takes the format from --out', async () => {
    const cli = cliWithPhotos()
    writeFileSync(inFolder(cli, 'p.json'), '[{ "resize": { "w": 40 } }]')
    expect(await cli.run('try', 'camera.png', '--pipeline', 'p.json', '--out', 'small.webp')).toBe(0)
    expect(await sharp(inFolder(cli, 'small.webp')).metadata()).toMatchObject({ width: 40, format: 'webp' })
  })

  it('runs a model of your own, and refuses what is none', async () => {
    const cli = cliWithPhotos()
    writeFileSync(inFolder(cli, 'net.onnx'), CLASSIFIER)
    await sharp({ create: { width: 5, height: 5, channels: 3, background: { r: 10, g: 20, b: 30 } } })
      .png()
      .toFile(inFolder(cli, 'flat.png'))
    writeFileSync(inFolder(cli, 'p.yaml'), '- resize: { w: 4 }\n- dnn: { w: 4, h: 4, scale: 0.5 }\n')
    const answer = { outputs: [{ name: 'score', shape: [1, 2], values: [85.5, -6.125] }] }
    expect(await cli.run('try', 'flat.png', '--op', 'dnn:4,4,scale=0.5', '--model', 'net.onnx')).toBe(0)
    expect(await cli.run('try', 'flat.png', '--pipeline', 'p.yaml', '--model', './net.onnx')).toBe(0)
    expect(cli.jsonLines()).toEqual([answer, answer])
    writeFileSync(inFolder(cli, 'bad.onnx'), 'not a model')
    expect(await cli.run('try', 'flat.png', '--op', 'dnn', '--model', 'bad.onnx')).toBe(2)
    expect(cli.stderr()).toContain('the model is expected to be an ONNX file that OpenCV can load')
    expect(readdirSync(cli.world.workingDir).filter((name) => name.includes('_try'))).toEqual([])
  })

  it('encodes as --format says, and refuses a name that says otherwise', async () => {
    const cli = cliWithPhotos()
    expect(await cli.run('try', 'camera.png', '--op', 'invert', '--format', 'jpg')).toBe(0)
    expect(await sharp(inFolder(cli, 'camera_try.jpg')).metadata()).toMatchObject({ format: 'jpeg' })
    expect(await cli.run('try', 'camera.png', '--format', 'jpg', '--out', 'x.png')).toBe(2)
    expect(cli.stderr()).toContain('--out expects a name that ends in .jpg beside --format jpg, got "x.png"')
  })

  it('refuses a name of no format that is written', async () => {
    const cli = cliWithPhotos()
    expect(await cli.run('try', 'camera.png', '--op', 'invert', '--out', 'q.xyz')).toBe(2)
    expect(cli.stderr()).toContain('--out expects a name that ends in one of .jpg .jpeg .png')
    expect(existsSync(inFolder(cli, 'q.xyz'))).toBe(false)
  })

  it('writes an answer that is data to --out, and replaces no file with it', async () => {
    const cli = cliWithPhotos()
    expect(await cli.run('try', 'camera.png', '--op', 'stats', '--out', 'stats.json')).toBe(0)
    expect(cli.stdout()).toBe('')
    expect(JSON.parse(readFileSync(inFolder(cli, 'stats.json'), 'utf8'))).toHaveProperty('channels')
    expect(await cli.run('try', 'camera.png', '--op', 'stats', '--out', 'stats.json')).toBe(2)
    expect(cli.stderr()).toContain('"stats.json" exists already')
  })

  it('replaces no file without --overwrite', async () => {
    const cli = cliWithPhotos()
    writeFileSync(inFolder(cli, 'camera_try.png'), 'mine')
    expect(await cli.run('try', 'camera.png', '--op', 'invert')).toBe(2)
    expect(cli.stderr()).toContain('"camera_try.png" exists already')
    expect(readFileSync(inFolder(cli, 'camera_try.png'), 'utf8')).toBe('mine')
    expect(await cli.run('try', 'camera.png', '--op', 'invert', '--overwrite')).toBe(0)
    expect((await sharp(inFolder(cli, 'camera_try.png')).metadata()).width).toBe(512)
  })

  it('never writes its source, by whatever name, nor a folder', async () => {
    const cli = cliWithPhotos()
    const before = readFileSync(inFolder(cli, 'camera.png'))
    symlinkSync('camera.png', inFolder(cli, 'soft.png'))
    linkSync(inFolder(cli, 'camera.png'), inFolder(cli, 'hard.png'))
    mkdirSync(inFolder(cli, 'folder'))
    for (const out of ['camera.png', './camera.png', 'soft.png', 'hard.png', 'folder']) {
      expect(await cli.run('try', 'camera.png', '--overwrite', '--out', out)).toBe(2)
    }
    expect(cli.stderr()).toContain('--out "hard.png" is the source itself')
    expect(cli.stderr()).toContain('--out expects the path of a file, got the folder "folder"')
    expect(readFileSync(inFolder(cli, 'camera.png')).equals(before)).toBe(true)
  })

  it.each([
    [['nothing.png'], 2, '"nothing.png" does not exist'],
    [['.'], 2, 'peer try expects one image file, got "."'],
    [['cut.png'], 1, 'the file is expected to be a jpg, png, webp, tif, gif or avif by its content'],
    [['camera.png', '--op', 'cany'], 2, 'did you mean "canny"?'],
    [['camera.png', '--op', 'edges', '--pipeline', 'p.yaml'], 2, '--pipeline expects no --op beside it'],
    [['camera.png', '--op', 'dnn'], 2, 'operation "dnn" expects a model: --model FILE, and got none'],
    [['camera.png', '--op', 'canny', '--model', 'net.onnx'], 2, '--model is for pipelines that end in dnn, got "gray'],
    [['camera.png', '--op', 'dnn', '--model', 'net.onnx'], 2, 'it does not exist'],
    [['camera.png', '--max-pixels', '1000'], 1, 'at most 0.001 MP are accepted'],
    [
      ['camera.png', '--out', 'missing/x.png'],
      1,
      'the folder of "missing/x.png" does not exist\n  Make that folder first',
    ],
    [['camera.png', 'chelsea.png'], 2, 'peer try expects one argument at most'],
  ])('refuses %j', async (words, exitCode, sentence) => {
    const cli = cliWithPhotos()
    writeFileSync(inFolder(cli, 'cut.png'), 'this is no image')
    expect(await cli.run('try', ...words)).toBe(exitCode)
    expect(cli.stderr()).toContain(sentence)
    expect(readdirSync(cli.world.workingDir).filter((name) => name.includes('_try'))).toEqual([])
  })

  it('ends with 130 at Ctrl-C, and writes nothing', async () => {
    const cli = cliWithPhotos({
      onInterrupt: (listener) => {
        queueMicrotask(listener)
        return () => undefined
      },
    })
    expect(await cli.run('try', 'camera.png', '--op', 'noise')).toBe(130)
    expect(readdirSync(cli.world.workingDir).filter((name) => name.includes('_try'))).toEqual([])
  })

  it('shows the result in a terminal that can, no larger than a preview', async () => {
    const cli = cliWithPhotos({ terminal: TERMINAL, env: { TERM: 'xterm-kitty' } })
    expect(await cli.run('try', 'camera.png', '--op', 'resize:w=1600')).toBe(0)
    const payloads = kittySequences(cli.stdout()).map(({ payload }) => payload)
    const shown = Buffer.from(payloads.join(''), 'base64')
    expect(await sharp(shown).metadata()).toMatchObject({ format: 'png', width: 800, height: 800 })
    expect(cli.stdout()).toContain('camera_try.png: 1600 x 1600 px')
  })

  it.each([
    ['is none', { env: { TERM: 'xterm-kitty' } }, []],
    ['shows no pictures', { terminal: TERMINAL, env: { TERM: 'xterm-256color' } }, []],
    ['is told to be plain', { terminal: TERMINAL, env: { TERM: 'xterm-kitty', NO_COLOR: '1' } }, []],
    ['is read by a program', { terminal: TERMINAL, env: { TERM: 'xterm-kitty' } }, ['--json']],
  ])('prints text alone where the terminal %s', async (_what, overrides, flags) => {
    const cli = cliWithPhotos(overrides)
    expect(await cli.run('try', 'camera.png', '--op', 'invert', ...flags)).toBe(0)
    expect(cli.stdout()).not.toContain('\x1b')
    expect(cli.stdout()).toContain('camera_try.png')
  })

  it('says of an animation that only its first frame counts', async () => {
    const cli = cliWithPhotos()
    await sharp({ create: { width: 8, height: 24, channels: 3, background: 'red', pageHeight: 8 } })
      .gif({ delay: [100, 100, 100], keepDuplicateFrames: true })
      .toFile(inFolder(cli, 'a.gif'))
    expect(await cli.run('try', 'a.gif', '--op', 'invert')).toBe(0)
    expect(cli.stderr()).toBe('"a.gif" has 3 frames or pages: only the first is processed\n')
    expect(cli.stdout()).toContain('a_try.gif: 8 x 8 px')
  })

  it('opens the result with the viewer only when it is asked to', async () => {
    const cli = cliWithPhotos()
    await cli.run('try', 'camera.png', '--op', 'invert')
    expect(cli.opened).toEqual([])
    await cli.run('try', 'camera.png', '--op', 'invert', '--out', 'x.png', '--open')
    expect(cli.opened).toEqual([inFolder(cli, 'x.png')])
  })
})
