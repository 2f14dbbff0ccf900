/** A job on a real disk, run by one peer alone. */

import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JobEvent } from '../../src/peer/job-events.ts'
import type { Peer, SubmitOptions } from '../../src/peer/peer.ts'
import { startPeer } from '../../src/peer/start-peer.ts'
import { makeExif, readExif } from '../support/exif-fields.ts'
import { jpegWith } from '../support/images-with-metadata.ts'
import { gradient } from '../support/sample-images.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { atEnd, temporaryFolder } from '../support/temporary-folder.ts'

/** One for all tests, which each have a job or two of their own for it. */
let peer: Peer
let dataDir = ''

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'murmuration-test-'))
  peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', executor: { slots: 1 } })
})

afterAll(async () => {
  await peer.stop({ atOnce: true })
  await rm(dataDir, { recursive: true, force: true })
})

async function world(): Promise<{ input: string; out: string }> {
  const folder = await temporaryFolder()
  const input = join(folder, 'images')
  await makeSmallImages(input, 3)
  return { input, out: join(folder, 'out') }
}

const run = (input: string, options: SubmitOptions) =>
  peer.submit(input, { local: 'always', pipeline: 'grayscale', ...options })

/** Name and content of every file below, without what the program keeps for itself. */
async function contentOf(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(files.sort().map(async (file) => [file, await readFile(file, 'latin1')] as [string, string]))
}

describe('a submitted job', () => {
  it('lets its output folder go at the end, and leaves nothing half there', async () => {
    const { input, out } = await world()
    await run(input, { out }).summary
    expect(await readdir(join(out, '.murmuration'))).toEqual(['journal.ndjson'])
  })

  it('ends with its summary where no log can be written, and says so', async () => {
    const { input, out } = await world()
    await mkdir(join(out, 'summary.json'), { recursive: true })
    await writeFile(join(out, 'logs'), 'a file where a folder should be')
    const events: JobEvent[] = []
    for await (const event of run(input, { out })) events.push(event)
    expect(events.at(-1)).toMatchObject({ event: 'summary', outcome: 'done', done: 3, exitCode: 0 })
    const notices = events.flatMap((event) => (event.event === 'notice' ? [event.message] : []))
    for (const name of ['summary.json', 'logs/balanced-job.log', 'logs/balanced-peers.log']) {
      expect(notices).toContainEqual(expect.stringContaining(`"${name}" in "${out}" cannot be written: `))
    }
    expect(await readdir(join(out, '.murmuration'))).toEqual(['journal.ndjson'])
  })

  it('says before it begins which results of earlier runs are replaced', async () => {
    const { input, out } = await world()
    const noticesOf = async (options: SubmitOptions): Promise<readonly string[]> => {
      const notices: string[] = []
      for await (const event of run(input, options)) if (event.event === 'notice') notices.push(event.message)
      return notices
    }
    expect(await noticesOf({ out })).toEqual([])
    const [first = ''] = await readdir(input)
    await writeFile(join(input, first), await sharp(join(input, first)).negate().toBuffer())
    const madeOfAnother = `made of another image, or with other settings, by an earlier run`
    expect(await noticesOf({ out, dryRun: true })).toEqual([`"${first}" is replaced in "${out}": ${madeOfAnother}`])
    expect(await noticesOf({ out })).toHaveLength(1)
    expect(await noticesOf({ out, pipeline: 'invert' })).toEqual([
      `"${first}" and 2 more are replaced in "${out}": ${madeOfAnother}`,
    ])
    expect(await noticesOf({ out, pipeline: 'invert' })).toEqual([])
    expect(await noticesOf({ out, overwrite: true })).toEqual([])
  })

  it('tries again exactly what failed, where that is asked for', async () => {
    const { input, out } = await world()
    await writeFile(join(input, 'broken.png'), 'this is no image')
    await run(input, { out }).summary
    await makeSmallImages(input, 5) // two more, which did not fail but are not done
    const events: JobEvent[] = []
    for await (const event of run(input, { out, retryFailed: true })) events.push(event)
    expect(events[0]).toMatchObject({ event: 'planned', total: 1, alreadyDone: 0 })
    expect(events.at(-1)).toMatchObject({ event: 'summary', outcome: 'some-failed', images: 1, done: 0, failed: 1 })

    await sharp(gradient(20, 10, 3).data, { raw: { width: 20, height: 10, channels: 3 } }).toFile(
      join(input, 'broken.png'),
    )
    const repaired = await run(input, { out, retryFailed: true }).summary
    expect(repaired).toMatchObject({ outcome: 'done', images: 1, done: 1 })
    const nothing: JobEvent[] = []
    for await (const event of run(input, { out, retryFailed: true })) nothing.push(event)
    expect(nothing.map(({ event }) => event)).toEqual(['notice', 'planned', 'summary'])
    expect(nothing.at(-1)).toMatchObject({ outcome: 'done', images: 0, exitCode: 0 })
    // without it a job goes on with all that is left
    expect(await run(input, { out }).summary).toMatchObject({ images: 6, alreadyDone: 4, done: 2 })
  })

  it('tries again what failed of data too, and after other pipelines', async () => {
    const { input, out } = await world()
    await writeFile(join(input, 'broken.png'), 'this is no image')
    await run(input, { out, pipeline: 'stats' }).summary
    expect(await run(input, { out, pipeline: 'stats', retryFailed: true }).summary).toMatchObject({ images: 1 })
    expect(await run(input, { out, pipeline: 'sharpness', retryFailed: true }).summary).toMatchObject({
      images: 0,
    })
  })

  it('counts animations, whole or in tiles, in its summary and in summary.json', async () => {
    const { input, out } = await world()
    const frames = new Uint8Array(100 * 160 * 3).fill(40, 0, 100 * 80 * 3)
    const raw = { width: 100, height: 160, channels: 3, pageHeight: 80 } as const
    await sharp(frames, { raw })
      .gif({ delay: [100, 100] })
      .toFile(join(input, 'moving.gif'))
    for (const tile of [undefined, 64]) {
      const summary = await run(input, {
        out,
        pipeline: 'invert',
        overwrite: true,
        ...(tile && { tile, seed: 2 }),
      }).summary
      expect(summary).toMatchObject({ done: 4, failed: 0, firstFrameOnly: 1 })
      expect(JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))).toMatchObject({ firstFrameOnly: 1 })
    }
  })

  it('with nothing to do leaves summary and logs as they are', async () => {
    const { input, out } = await world()
    await run(input, { out }).summary
    const before = await contentOf(out)
    expect(before.map(([file]) => file)).toContain(join(out, 'summary.json'))
    expect(await run(input, { out }).summary).toMatchObject({ outcome: 'done', done: 0, alreadyDone: 3 })
    expect(await contentOf(out)).toEqual(before)
  })

  it('keeps metadata where it was asked to, whole or in tiles, and does all again when that changes', async () => {
    const { input, out } = await world()
    const exif = makeExif({ orientation: 6, copyright: 'somebody', latitude: 52 })
    await writeFile(join(input, 'photo.jpg'), await jpegWith(gradient(100, 70, 3), { exif }))
    const kept = async (): Promise<ReturnType<typeof readExif> | undefined> => {
      const { exif: found } = await sharp(join(out, 'photo.jpg')).metadata()
      return found && readExif(found)
    }
    expect(await run(input, { out }).summary).toMatchObject({ done: 4 })
    expect(await kept()).toBeUndefined()
    for (const tile of [undefined, 64]) {
      const options = { out, keepMetadata: true, ...(tile && { tile, pipeline: 'invert' }) }
      expect(await run(input, options).summary).toMatchObject({ outcome: 'done', done: 4, alreadyDone: 0 })
      expect(await kept()).toMatchObject({ orientation: 1, copyright: 'somebody', latitude: 52 })
      expect(await sharp(join(out, 'photo.jpg')).metadata()).toMatchObject({ width: 70, height: 100 })
      expect(await run(input, options).summary).toMatchObject({ done: 0, alreadyDone: 4 })
    }
  })

  it('is refused where another one writes, which is not disturbed', async () => {
    const { input, out } = await world()
    // neither can end before the other has begun
    peer.pause()
    const jobs = [run(input, { out }).summary, run(input, { out }).summary]
    await Promise.race(jobs).catch(() => undefined)
    peer.resume()
    const both = await Promise.allSettled(jobs)
    const [fulfilled, ...more] = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    expect(more).toEqual([])
    expect(fulfilled).toMatchObject({ outcome: 'done', done: 3 })
    const refused = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    expect(refused).toMatchObject([
      { code: 'ERR_OUTPUT', message: expect.stringContaining('is in use by another job') },
    ])
  })

  it('never overwrites its sources through a symbolic link', async () => {
    const { input, out } = await world()
    await symlink(input, out)
    const before = await contentOf(input)
    await expect(run(input, { out, overwrite: true }).summary).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
    const [file] = before
    const single = peer.submit(file?.[0] ?? '', { out, overwrite: true, local: 'always' }).summary
    await expect(single).rejects.toMatchObject({ code: 'ERR_OUTPUT' })
    expect(await contentOf(input)).toEqual(before)
  })

  it.runIf(process.platform === 'linux')(
    'names what lies in its folder and cannot be read among its failures',
    async () => {
      const { input, out } = await world()
      const name = Buffer.concat([Buffer.from(`${input}/caf`), Buffer.from([0xe9]), Buffer.from('.png')])
      await writeFile(name, 'x')
      atEnd(() => rm(name, { force: true }))
      expect(await run(input, { out }).summary).toMatchObject({
        ...{ outcome: 'some-failed', exitCode: 1, images: 4, done: 3 },
        failures: [
          {
            path: 'caf\u{FFFD}.png',
            code: 'ERR_READ',
            message: 'the file cannot be read: its name is not valid UTF-8',
          },
        ],
      })
    },
  )
})
