import { describe, expect, it, onTestFinished } from 'vitest'
import {
  MAX_WATCH_HINTS,
  WATCH_DOUBT_MS,
  WATCH_GATHER_MS,
  WATCH_RESCAN_MS,
  WATCH_SETTLED_MS,
} from '../../../src/base/limits.ts'
import { FolderWatch, type WatchBatch } from '../../../src/peer/watch/folder-watch.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'
import { createMemoryFolder } from '../../support/watched-memory.ts'

/** A watch whose batches are collected as they come. */
function world() {
  const clock = createVirtualClock()
  const folder = createMemoryFolder(() => clock.wallTime())
  const ending = new AbortController()
  const notices: string[] = []
  const watch = new FolderWatch({
    clock,
    disk: folder.disk,
    notice: (sentence) => void notices.push(sentence),
    signal: ending.signal,
  })
  const batches: WatchBatch[] = []
  let isEnded = false
  const begin = (): void => {
    void (async () => {
      for await (const batch of watch.batches()) batches.push(batch)
      isEnded = true
    })()
  }
  onTestFinished(() => ending.abort())
  return {
    ...{ clock, folder, watch, notices, batches, begin },
    end: () => ending.abort(),
    isEnded: () => isEnded,
    complete: () => batches.flatMap((batch) => batch.complete.map(({ path }) => path)),
    gone: () => batches.flatMap((batch) => batch.gone),
  }
}

describe('a file of a watched folder', () => {
  it('that was there before comes in the first batch, by name', async () => {
    const { clock, folder, begin, batches, complete } = world()
    for (const path of ['b.jpg', 'a.jpg']) folder.write(path, 10)
    begin()
    await clock.advance(WATCH_SETTLED_MS - 1)
    expect(batches).toEqual([])
    await clock.advance(1)
    expect(batches).toHaveLength(1)
    expect(complete()).toEqual(['a.jpg', 'b.jpg'])
  })

  it('is complete a second after its size last changed, not before', async () => {
    const { clock, folder, begin, complete } = world()
    begin()
    for (let size = 10; size <= 50; size += 10) {
      folder.write('slow.jpg', size)
      await clock.advance(WATCH_SETTLED_MS / 2)
    }
    await clock.advance(WATCH_SETTLED_MS / 2 - 1)
    expect(complete()).toEqual([])
    await clock.advance(WATCH_SETTLED_MS + WATCH_GATHER_MS)
    expect(complete()).toEqual(['slow.jpg'])
  })

  it('that is written again with the same size is not complete before its time of change rests', async () => {
    const { clock, folder, begin, complete } = world()
    begin()
    folder.write('same.jpg', 10)
    await clock.advance(WATCH_SETTLED_MS)
    folder.write('same.jpg', 10)
    await clock.advance(WATCH_SETTLED_MS - WATCH_GATHER_MS)
    expect(complete()).toEqual([])
    await clock.advance(WATCH_SETTLED_MS)
    expect(complete()).toEqual(['same.jpg'])
  })

  it('whose header cannot be read waits, and is complete as soon as it can', async () => {
    const { clock, folder, begin, complete } = world()
    begin()
    folder.write('half.jpg', 10, { probe: 'unclear' })
    await clock.advance(WATCH_DOUBT_MS / 2)
    expect(complete()).toEqual([])
    folder.write('half.jpg', 20)
    await clock.advance(2 * WATCH_SETTLED_MS)
    expect(complete()).toEqual(['half.jpg'])
  })

  it('whose header can never be read is handed on in the end, so that the job tells why', async () => {
    const { clock, folder, begin, complete } = world()
    begin()
    folder.write('bad.jpg', 10, { probe: 'unclear' })
    await clock.advance(WATCH_DOUBT_MS + 2 * WATCH_SETTLED_MS)
    expect(complete()).toEqual(['bad.jpg'])
    await clock.advance(WATCH_DOUBT_MS)
    expect(complete()).toEqual(['bad.jpg'])
  })

  it('that was bad long before is handed on at once', async () => {
    const { clock, folder, begin, complete } = world()
    folder.write('bad.jpg', 10, { probe: 'unclear', modifiedMs: clock.wallTime() - WATCH_DOUBT_MS })
    begin()
    await clock.advance(WATCH_SETTLED_MS)
    expect(complete()).toEqual(['bad.jpg'])
  })

  it('that is no image is left alone until it changes', async () => {
    const { clock, folder, begin, complete } = world()
    begin()
    folder.write('download', 0, { probe: 'no-image' })
    await clock.advance(WATCH_DOUBT_MS)
    expect(complete()).toEqual([])
    folder.write('download', 10)
    await clock.advance(2 * WATCH_SETTLED_MS)
    expect(complete()).toEqual(['download'])
  })

  it('comes once however often it is seen, and again when it is overwritten', async () => {
    const { clock, folder, begin, complete } = world()
    begin()
    folder.write('a.jpg', 10)
    await clock.advance(5 * WATCH_RESCAN_MS)
    expect(complete()).toEqual(['a.jpg'])
    folder.write('a.jpg', 10)
    await clock.advance(2 * WATCH_SETTLED_MS)
    expect(complete()).toEqual(['a.jpg', 'a.jpg'])
  })

  it('of which nobody told is found by looking again', async () => {
    const { clock, folder, begin, complete } = world()
    begin()
    await clock.advance(1)
    folder.write('remote.jpg', 10, { isSilent: true })
    await clock.advance(WATCH_RESCAN_MS + WATCH_SETTLED_MS)
    expect(complete()).toEqual(['remote.jpg'])
  })

  it('that goes before it is complete was never there; one that was complete is told as gone', async () => {
    const { clock, folder, begin, complete, gone } = world()
    begin()
    folder.write('kept.jpg', 10)
    await clock.advance(2 * WATCH_SETTLED_MS)
    folder.write('brief.tmp.jpg', 10)
    await clock.advance(WATCH_SETTLED_MS / 2)
    folder.remove('brief.tmp.jpg')
    folder.remove('kept.jpg')
    await clock.advance(WATCH_RESCAN_MS)
    expect(complete()).toEqual(['kept.jpg'])
    expect(gone()).toEqual(['/in/kept.jpg'])
  })

  it('that its taker found changed comes again when it is complete', async () => {
    const { clock, folder, watch, begin, complete } = world()
    begin()
    folder.write('a.jpg', 10)
    await clock.advance(2 * WATCH_SETTLED_MS)
    watch.settleAgain({ path: 'a.jpg', source: '/in/a.jpg' }, { sizeBytes: 10, modifiedMs: clock.wallTime() })
    folder.write('a.jpg', 20)
    expect(watch.settlingCount).toBe(1)
    await clock.advance(2 * WATCH_SETTLED_MS + WATCH_GATHER_MS)
    expect(complete()).toEqual(['a.jpg', 'a.jpg'])
    expect(watch.settlingCount).toBe(0)
  })
})

it('a file that its taker found changed and that goes then is told as gone', async () => {
  const { clock, folder, watch, begin, gone } = world()
  begin()
  folder.write('a.jpg', 10)
  await clock.advance(2 * WATCH_SETTLED_MS)
  watch.settleAgain({ path: 'a.jpg', source: '/in/a.jpg' }, { sizeBytes: 20, modifiedMs: clock.wallTime() })
  folder.remove('a.jpg')
  await clock.advance(2 * WATCH_SETTLED_MS)
  expect(gone()).toEqual(['/in/a.jpg'])
})

describe('watching', () => {
  it('an empty folder begins at once, with an empty batch', async () => {
    const { clock, begin, batches } = world()
    begin()
    await clock.advance(1)
    expect(batches).toEqual([{ complete: [], gone: [] }])
  })

  it('ends when it is told to, also while nothing happens', async () => {
    const { clock, begin, end, isEnded } = world()
    begin()
    await clock.advance(1)
    end()
    await clock.advance(0)
    expect(isEnded()).toBe(true)
  })

  it('a folder that cannot be read says so once, forgets nothing, and goes on when it can', async () => {
    const { clock, folder, begin, notices, complete, gone } = world()
    begin()
    folder.write('a.jpg', 10)
    await clock.advance(2 * WATCH_SETTLED_MS)
    folder.isUnreadable = true
    await clock.advance(3 * WATCH_RESCAN_MS)
    expect(notices).toEqual(['"/in" cannot be read; it is looked for again'])
    folder.isUnreadable = false
    folder.write('b.jpg', 10, { isSilent: true })
    await clock.advance(2 * WATCH_RESCAN_MS)
    expect(complete()).toEqual(['a.jpg', 'b.jpg'])
    expect(gone()).toEqual([])
  })

  it('a flood of changes becomes one look at everything', async () => {
    const { clock, folder, begin, complete } = world()
    begin()
    await clock.advance(1)
    const before = folder.listings()
    for (let index = 0; index <= MAX_WATCH_HINTS; index++) folder.write(`${index}.jpg`, 1)
    await clock.advance(2 * WATCH_SETTLED_MS)
    expect(folder.listings()).toBe(before + 1)
    expect(complete()).toHaveLength(MAX_WATCH_HINTS + 1)
  })
})
