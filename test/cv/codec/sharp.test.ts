/** The decoders belong to the process: what a thread does to them, all others feel. */

import { once } from 'node:events'
import { setEnvironmentData, Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { HARMLESS_VERDICTS, MAX_STRICT_DECODES } from '../../../src/base/limits.ts'
import { decodeStrictly, loadSharp } from '../../../src/cv/codec/sharp.ts'

const LOADERS_CHOSEN = 'murmuration: loaders chosen'

async function blockedByThread(): Promise<unknown> {
  const thread = new Worker(new URL('../../support/threads/decoder-start.ts', import.meta.url), { execArgv: [] })
  const [blocked]: unknown[] = await once(thread, 'message')
  await thread.terminate()
  return blocked
}

it('a thread leaves the decoders alone that others are using', async () => {
  loadSharp()
  expect(await blockedByThread()).toBe(0)
})

it('a thread of a process that has not chosen its decoders does', async () => {
  loadSharp()
  setEnvironmentData(LOADERS_CHOSEN, undefined)
  try {
    expect(await blockedByThread()).toBe(1)
  } finally {
    setEnvironmentData(LOADERS_CHOSEN, true)
  }
})

describe('decoding strictly', () => {
  const WARNED = 'Warning treated as error due to failOn setting'
  const ODD = `VipsJpeg: 3 extraneous bytes before marker 0xd9\n${WARNED}`
  const DAMAGED = `VipsJpeg: Corrupt JPEG data: premature end of data segment\n${WARNED}`

  /** Says `words`, one after another, as long as warnings count; `asked` has what was asked for. */
  function libvips(words: readonly string[]) {
    const asked: string[] = []
    const decode = (failOn: 'warning' | 'error'): Promise<string> => {
      asked.push(failOn)
      const said = words[asked.length - 1] ?? words.at(-1)
      return failOn === 'warning' && said !== undefined ? Promise.reject(new Error(said)) : Promise.resolve('samples')
    }
    return { asked, decode }
  }

  it('lets pass what is only odd, once it was said again and again', async () => {
    const { asked, decode } = libvips([ODD])
    expect(await decodeStrictly(decode)).toBe('samples')
    expect(asked).toEqual([...Array.from({ length: HARMLESS_VERDICTS }, () => 'warning'), 'error'])
  })

  it('refuses what is damaged at its first word', async () => {
    const { asked, decode } = libvips([DAMAGED])
    await expect(decodeStrictly(decode)).rejects.toThrow('premature end')
    expect(asked).toEqual(['warning'])
  })

  it.each([
    ['deleted', WARNED],
    ['deleted, to the last', ''],
    ['replaced', ODD],
  ])('refuses what is damaged where its words were %s by another thread', async (_how, words) => {
    await expect(decodeStrictly(libvips([words, words, words, words, DAMAGED]).decode)).rejects.toThrow('premature end')
  })

  it('ends where nothing is ever said', async () => {
    const { asked, decode } = libvips([WARNED])
    await expect(decodeStrictly(decode)).rejects.toThrow(WARNED)
    expect(asked).toHaveLength(MAX_STRICT_DECODES)
    expect(asked).not.toContain('error')
  })
})
