/** What people hand in by mistake: each gets its sentence, and nothing else is lost. */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Peer, startPeer } from '../../src/index.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function lonelyPeer(executor = {}): Promise<Peer> {
  const dataDir = await temporaryFolder()
  const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', executor: { slots: 1, ...executor } })
  onTestFinished(() => peer.stop({ atOnce: true }))
  return peer
}

async function folders(count = 2): Promise<{ input: string; out: string }> {
  const input = join(await temporaryFolder(), 'images')
  await makeSmallImages(input, count)
  return { input, out: join(await temporaryFolder(), 'out') }
}

let jpeg: Buffer
beforeAll(async () => {
  jpeg = await readFile('data/images/rocket.jpg')
})

describe('a folder with bad images', () => {
  it('is processed but for those, which are listed with their reasons', async () => {
    const peer = await lonelyPeer()
    const { input, out } = await folders(4)
    await writeFile(join(input, 'empty.png'), '')
    await writeFile(join(input, 'text.jpg'), 'this is no image')
    await writeFile(join(input, 'truncated.jpg'), jpeg.subarray(0, jpeg.length / 2))
    await writeFile(join(input, 'notes.txt'), 'left out')
    const summary = await peer.submit(input, { out, local: 'always' }).summary
    expect(summary).toMatchObject({ outcome: 'some-failed', exitCode: 1, images: 7, done: 4, failed: 3 })
    expect(summary.failures.map(({ path, code }) => [path, code])).toEqual([
      ['empty.png', 'ERR_NOT_AN_IMAGE'],
      ['text.jpg', 'ERR_NOT_AN_IMAGE'],
      ['truncated.jpg', 'ERR_NOT_AN_IMAGE'],
    ])
    for (const { message } of summary.failures) expect(message).not.toContain(input)
    expect((await readdir(out)).filter((name) => name.startsWith('image-'))).toHaveLength(4)
  })

  it('larger than --max-pixels are refused by name with the hint --tile', async () => {
    const peer = await lonelyPeer({ maxPixels: 10_000 })
    const { input, out } = await folders(2)
    await sharp({ create: { width: 200, height: 100, channels: 3, background: 'red' } }).toFile(
      join(input, 'large.png'),
    )
    const summary = await peer.submit(input, { out, local: 'always' }).summary
    expect(summary).toMatchObject({ done: 2, failed: 1 })
    expect(summary.failures[0]).toMatchObject({ path: 'large.png', code: 'ERR_TOO_LARGE' })
    expect(summary.failures[0]?.message).toContain('--tile')
  })
})

describe('a job that cannot be planned', () => {
  it.each([
    ['a missing path', { paths: '/nowhere/at/all' }, 'ERR_INPUT', 'does not exist'],
    ['an unknown operation', { pipeline: 'edgse' }, 'ERR_PIPELINE', 'did you mean "edges"?'],
    ['a parameter out of range', { pipeline: 'edges:low=-1' }, 'ERR_PIPELINE', 'low'],
    ['a quality out of range', { quality: 101 }, 'ERR_USAGE', 'quality'],
    ['an unwritable output folder', { out: '/dev/null/here' }, 'ERR_OUTPUT', 'cannot be written'],
  ])('by %s is refused with a sentence', async (_, { paths, ...options }: Record<string, unknown>, code, sentence) => {
    const peer = await lonelyPeer()
    const { input, out } = await folders(1)
    const from = typeof paths === 'string' ? paths : input
    const { summary } = peer.submit(from, { out, local: 'always', ...options })
    await expect(summary).rejects.toMatchObject({ code, message: expect.stringContaining(sentence) })
  })

  it('by two outputs of one name is refused before anything is sent', async () => {
    const peer = await lonelyPeer()
    const { input, out } = await folders(1)
    await sharp(join(input, 'image-000.png')).toFile(join(input, 'image-000.webp'))
    const { summary } = peer.submit(input, { out, local: 'always', format: 'png' })
    await expect(summary).rejects.toMatchObject({ code: 'ERR_COLLISION' })
    await expect(readdir(out)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('an output folder inside the input is left out of it', async () => {
    const peer = await lonelyPeer()
    const { input } = await folders(3)
    const out = join(input, 'results')
    await peer.submit(input, { out, local: 'always' }).summary
    const again = await peer.submit(input, { out, local: 'always', pipeline: 'grayscale' }).summary
    expect(again).toMatchObject({ images: 3, done: 3 })
  })
})
