import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { Clock } from '../../src/base/clock.ts'
import { MAX_THUMBNAIL_SOURCE_PX, THUMBNAIL_SECONDS, THUMBNAIL_SIDE_PX, THUMBNAILS_MS } from '../../src/base/limits.ts'
import { createIsolatedThumbnails } from '../../src/cv/index.ts'
import { Illustrator } from '../../src/report/thumbnails.ts'
import { childrenOf } from '../support/child-processes.ts'
import { makePipe } from '../support/endless-file.ts'
import { eventually } from '../support/eventually.ts'
import { done, failed } from '../support/sample-events.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { collect } from './report-fixture.ts'

const PHOTO = join(import.meta.dirname, '..', '..', 'data', 'images', 'rocket.jpg')

const about = (path: string, source: string) => ({ path, source, task: 0, attempt: 0, atMs: 0 })

test('an image is shown before and after, within the side', async () => {
  const out = await temporaryFolder()
  cpSync(PHOTO, join(out, 'b.jpg'))
  const job = collect([done('ann', { ...about('a.jpg', PHOTO), output: 'b.jpg' })])
  const [shown] = await new Illustrator(createVirtualClock()).samples(job, 'image', out)
  expect(shown?.before).toMatchObject({ kind: 'picture', widthPx: THUMBNAIL_SIDE_PX })
  expect(shown?.after).toMatchObject({ kind: 'picture', dataUri: expect.stringMatching(/^data:image\/webp;base64,/) })
})

test('data is shown as the line of its image', async () => {
  const out = await temporaryFolder()
  const lines = ['b.jpg', 'a.jpg'].map((path) => JSON.stringify({ path, width: 1, height: 1, data: { name: path } }))
  writeFileSync(join(out, 'results.ndjson'), `${lines.join('\n')}\n`)
  const job = collect([done('ann', { ...about('a.jpg', PHOTO), output: 'results.ndjson' })])
  const [shown] = await new Illustrator(createVirtualClock()).samples(job, 'data', out)
  expect(shown).toMatchObject({ after: undefined, data: '{"name":"a.jpg"}' })
})

test('a failure shows what can be decoded of it, and the reason where nothing can', async () => {
  const folder = await temporaryFolder()
  const half = join(folder, 'half.jpg')
  const text = join(folder, 'text.jpg')
  const photo = readFileSync(PHOTO)
  writeFileSync(half, photo.subarray(0, photo.length / 2))
  writeFileSync(text, 'no image')
  writeFileSync(join(folder, 'drawing.jpg'), '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
  const job = collect(
    ['half.jpg', 'text.jpg', 'drawing.jpg', 'gone.jpg'].map((name, task) =>
      failed({ ...about(name, join(folder, name)), task }),
    ),
  )
  const shown = new Map(
    (await new Illustrator(createVirtualClock()).failures(job)).map(({ path, before }) => [path, before]),
  )
  expect(shown.get('half.jpg')?.kind).toBe('picture')
  for (const name of ['text.jpg', 'drawing.jpg', 'gone.jpg']) {
    expect(shown.get(name)).toMatchObject({ kind: 'none', reason: expect.stringMatching(/\w+/) })
  }
})

test('what ended a worker is not decoded in this process', async () => {
  const job = collect([failed({ ...about('a.jpg', PHOTO), code: 'ERR_WORKER_CRASHED' })])
  const [shown] = await new Illustrator(createVirtualClock()).failures(job)
  expect(shown?.before).toMatchObject({ kind: 'none', reason: expect.stringContaining('ended a worker') })
})

test('an image of too many pixels is not decoded', async () => {
  const bomb = join(await temporaryFolder(), 'bomb.png')
  writeFileSync(bomb, hugePng(20_000, 20_000))
  const [shown] = await new Illustrator(createVirtualClock()).failures(collect([failed(about('bomb.png', bomb))]))
  expect(20_000 ** 2).toBeGreaterThan(MAX_THUMBNAIL_SOURCE_PX)
  expect(shown?.before).toMatchObject({ kind: 'none', reason: expect.stringContaining('pixel limit') })
})

test('when the time for all pictures is over, the rest is left out', async () => {
  let now = 0
  const clock = { ...createVirtualClock(), now: () => now }
  const illustrator = new Illustrator(clock)
  now = THUMBNAILS_MS
  const [shown] = await illustrator.failures(collect([failed(about('a.jpg', PHOTO))]))
  expect(shown?.before).toMatchObject({ kind: 'none', reason: 'all pictures together took longer than 30 s' })
})

const CRASHING = new URL('../support/threads/crashing-codec-process.ts', import.meta.url)

/** Pictures are made in another process, of which `entry` may be another script; no time passes that the test does not let pass. */
function isolated({ clock = createVirtualClock(), entry }: { clock?: Clock; entry?: URL } = {}): Illustrator {
  const thumbnails = createIsolatedThumbnails(entry === undefined ? { clock } : { clock, entry })
  const illustrator = new Illustrator(clock, thumbnails)
  onTestFinished(() => illustrator.close())
  return illustrator
}

test('another process makes the same pictures, and gives the same reasons', async () => {
  const folder = await temporaryFolder()
  const text = join(folder, 'text.jpg')
  writeFileSync(text, 'no image')
  const illustrator = isolated()
  for (const [kind, source] of [
    ['picture', PHOTO],
    ['none', text],
  ] as const) {
    const job = collect([failed(about('a.jpg', source))])
    const here = await new Illustrator(createVirtualClock()).failures(job)
    expect(here[0]?.before.kind).toBe(kind)
    expect(await illustrator.failures(job)).toEqual(here)
  }
  await illustrator.close()
  expect(childrenOf(process.pid)).toEqual([])
})

test('an image that crashes that process has the reason instead of a picture, and the others have theirs', async () => {
  const folder = await temporaryFolder()
  const names = ['a.jpg', 'b-poison.jpg', 'c.jpg', 'd.jpg', 'e-babble.jpg', 'f.jpg']
  for (const name of names) cpSync(PHOTO, join(folder, name))
  const job = collect(names.map((name, task) => failed({ ...about(name, join(folder, name)), task })))
  const shown = await isolated({ entry: CRASHING }).failures(job)
  expect(shown.map(({ before }) => before.kind)).toEqual(['picture', 'none', 'picture', 'picture', 'none', 'picture'])
  expect(shown[1]?.before).toMatchObject({
    reason: 'the process that made the picture ended by itself, by a crash in native code (SIGSEGV)',
  })
})

test.runIf(process.platform === 'linux')('an image that keeps that process busy for ever is given up', async () => {
  const folder = await temporaryFolder()
  const pipe = join(folder, 'pipe.jpg')
  // opening it waits for a writer that never comes
  makePipe(pipe)
  const clock = createVirtualClock()
  const illustrator = isolated({ clock })
  const shown = illustrator.failures(collect([failed(about('pipe.jpg', pipe))]))
  await eventually(() => childrenOf(process.pid).length > 0)
  await clock.advance(THUMBNAIL_SECONDS * 1000)
  expect((await shown)[0]?.before).toMatchObject({ kind: 'none', reason: 'it took too long' })
  // nobody asked for it, but its process is gone
  await eventually(() => childrenOf(process.pid).length === 0)
  expect((await illustrator.failures(collect([failed(about('a.jpg', PHOTO))])))[0]?.before.kind).toBe('picture')
})

/** A gray PNG of that size in a hundred bytes; its rows are missing. */
function hugePng(width: number, height: number): Buffer {
  const size = Buffer.alloc(13)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  size.set([8, 0, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', size), chunk('IDAT', deflateSync(Buffer.alloc(99)))])
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content])
  const around = Buffer.alloc(8)
  around.writeUInt32BE(content.length, 0)
  around.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)])
}
