/** Headers that are read in a process of their own: what they say, and what a crash there costs. */

import { copyFile, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { asMurmurationError } from '../../../src/base/errors.ts'
import { HEADER_READ_MS, WORKER_STOP_MS } from '../../../src/base/limits.ts'
import { type HeaderReader, headersInThisProcess } from '../../../src/cv/header-reader.ts'
import type { IsolatedCodecOptions } from '../../../src/cv/worker/isolated-codec.ts'
import { createIsolatedHeaders } from '../../../src/cv/worker/isolated-headers.ts'
import { childAtWork, childrenOf, commandLineOf, isAlive } from '../../support/child-processes.ts'
import { endlessFile } from '../../support/endless-file.ts'
import { eventually } from '../../support/eventually.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { SAMPLE_FOLDER } from '../../support/sample-images.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

const CRASHING = new URL('../../support/threads/crashing-codec-process.ts', import.meta.url)
const LINGERING = new URL('../../support/threads/lingering-codec-process.ts', import.meta.url)
const samplePath = (name: string): string => join(SAMPLE_FOLDER, name)
const SAMPLE = samplePath('chelsea.png')
const IS_LINUX = process.platform === 'linux'

function isolated(options: IsolatedCodecOptions = {}): HeaderReader {
  const headers = createIsolatedHeaders(options)
  onTestFinished(() => headers.close())
  return headers
}

/** A folder in which images have these names. */
async function imagesNamed(...names: readonly string[]): Promise<readonly string[]> {
  const folder = await temporaryFolder()
  const paths = names.map((name) => join(folder, name))
  for (const path of paths) await copyFile(SAMPLE, path)
  return paths
}

/** One whose channel something else holds open, which ends with the test. */
async function lingeringChild(but?: number): Promise<number> {
  const child = await childAtWork(but)
  let holder: number | undefined
  await eventually(() => {
    holder = childrenOf(child)[0]
    return holder !== undefined && commandLineOf(holder).startsWith('sleep')
  })
  onTestFinished(() => void (holder !== undefined && process.kill(holder, 'SIGKILL')))
  return child
}

/** Puts an image in the place of a pipe; who has that open waits on. */
async function becomeImage(path: string): Promise<void> {
  await copyFile(SAMPLE, `${path}.whole`)
  await rename(`${path}.whole`, path)
}

describe('isolated headers', () => {
  it('say what those read in this process say, and refuse with the same sentences', async () => {
    const headers = isolated()
    const folder = await temporaryFolder()
    const text = join(folder, 'text.png')
    await writeFile(text, 'no image')
    const cut = join(folder, 'cut.png')
    await writeFile(cut, (await readFile(SAMPLE)).subarray(0, 20))
    const files = [...['chelsea.png', 'camera.png', 'retina.jpg'].map(samplePath), text, cut, join(folder, 'none')]
    const said = (reader: HeaderReader) =>
      Promise.all(
        files.map((path) =>
          reader.ofFile(path).catch((error: unknown) => {
            const { code, message } = asMurmurationError(error)
            return { code, message }
          }),
        ),
      )
    const here = await said(headersInThisProcess)
    expect(here.map((one) => ('code' in one ? one.code : one.format))).toEqual([
      ...['png', 'png', 'jpg'],
      ...['ERR_NOT_AN_IMAGE', 'ERR_NOT_AN_IMAGE', 'ERR_READ'],
    ])
    expect(await said(headers)).toEqual(here)
  })

  it.runIf(IS_LINUX)('start no process for a plain JPEG, nor for what is no image', async () => {
    const headers = isolated()
    const path = samplePath('retina.jpg')
    const bytes = await readFile(path)
    expect(await headers.ofBytes(bytes, path)).toEqual(await headersInThisProcess.ofBytes(bytes, path))
    expect(await rejectionOf(headers.ofBytes(Buffer.from('text'), path))).toMatchObject({ code: 'ERR_NOT_AN_IMAGE' })
    expect(childrenOf(process.pid)).toEqual([])
  })

  it.runIf(IS_LINUX)('are read once more where the process was killed while it read', async () => {
    const headers = isolated()
    const path = await endlessFile()
    const reading = headers.ofFile(path)
    const first = await childAtWork()
    // what the second one will find
    await becomeImage(path)
    process.kill(first, 'SIGSEGV')
    expect(await reading).toMatchObject({ format: 'png' })
  })

  it.runIf(IS_LINUX)('fail with the reason where that happens again', async () => {
    const headers = isolated()
    const reading = rejectionOf(headers.ofFile(await endlessFile()))
    const first = await childAtWork()
    process.kill(first, 'SIGSEGV')
    process.kill(await childAtWork(first), 'SIGSEGV')
    const { code, message } = await reading
    expect(code).toBe('ERR_WORKER_CRASHED')
    expect(message).toBe(
      "the process that read the image's header ended by itself, by a crash in native code (SIGSEGV)",
    )
    expect(await headers.ofFile(SAMPLE)).toMatchObject({ format: 'png' })
  })

  it('fail where they crash every process, and no other file that was read at the same time', async () => {
    const headers = isolated({ entry: CRASHING })
    const paths = await imagesNamed(
      'a.png',
      'poison.png',
      'b.png',
      'c.png',
      'poison-too.png',
      'd.png',
      'e.png',
      'f.png',
    )
    const outcomes = await Promise.allSettled(paths.map((path) => headers.ofFile(path)))
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
      ...['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
    ])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'ERR_WORKER_CRASHED' } })
  })

  it('fail where the process answers nonsense', async () => {
    const headers = isolated({ entry: CRASHING })
    const [path = '', other = ''] = await imagesNamed('babble.png', 'other.png')
    expect(await rejectionOf(headers.ofFile(path))).toMatchObject({ code: 'ERR_WORKER_CRASHED' })
    expect(await headers.ofFile(other)).toMatchObject({ format: 'png' })
  })

  it.runIf(IS_LINUX)('are waited for in vain for a while only, and nobody else pays for it', async () => {
    const clock = createVirtualClock()
    const headers = isolated({ clock })
    const reading = rejectionOf(headers.ofFile(await endlessFile()))
    const others = Promise.all([headers.ofFile(samplePath('camera.png')), headers.ofFile(SAMPLE)])
    expect(await others).toMatchObject([{ format: 'png' }, { format: 'png' }])
    await clock.advance(60_000)
    expect(await reading).toMatchObject({ code: 'ERR_TASK_TIMEOUT' })
    expect(await headers.ofFile(samplePath('camera.png'))).toMatchObject({ format: 'png' })
  })

  it.runIf(IS_LINUX)('have both attempts left where another file was waited for in vain beside them', async () => {
    const clock = createVirtualClock()
    const headers = isolated({ clock })
    const path = await endlessFile()
    const first = rejectionOf(headers.ofFile(await endlessFile()))
    await clock.advance(HEADER_READ_MS / 2)
    const second = headers.ofFile(path)
    const shared = await childAtWork()
    await clock.advance(HEADER_READ_MS / 2)
    expect(await first).toMatchObject({ code: 'ERR_TASK_TIMEOUT' })
    const alone = await childAtWork(shared)
    await becomeImage(path)
    process.kill(alone, 'SIGSEGV')
    expect(await second).toMatchObject({ format: 'png' })
  })

  it.runIf(IS_LINUX)('wait for a process that does not end for a while only, then do without it', async () => {
    const clock = createVirtualClock()
    const headers = isolated({ clock, entry: LINGERING })
    const stuck = rejectionOf(headers.ofFile(await endlessFile()))
    const lingering = await lingeringChild()
    await clock.advance(HEADER_READ_MS)
    expect(await stuck).toMatchObject({ code: 'ERR_TASK_TIMEOUT' })
    const next = headers.ofFile(SAMPLE)
    await clock.advance(WORKER_STOP_MS)
    expect(await next).toMatchObject({ format: 'png' })
    const another = await lingeringChild(lingering)
    const closing = headers.close()
    await clock.advance(WORKER_STOP_MS)
    await closing
    await eventually(() => ![lingering, another].some(isAlive))
  })

  it.runIf(IS_LINUX)('leave no process behind when they are closed, and refuse from then on', async () => {
    const headers = isolated()
    const reading = rejectionOf(headers.ofFile(await endlessFile()))
    const child = await childAtWork()
    await headers.close()
    expect(isAlive(child)).toBe(false)
    expect(await reading).toMatchObject({ code: 'ERR_CANCELLED' })
    // those that other tests left behind end by themselves
    await eventually(() => childrenOf(process.pid).length === 0)
    expect(await rejectionOf(headers.ofFile(samplePath('camera.png')))).toMatchObject({ code: 'ERR_CANCELLED' })
  })
})
