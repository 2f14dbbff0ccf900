import { describe, expect, it } from 'vitest'
import { createRandom } from '../../src/base/random.ts'
import { summaryLines } from '../../src/cli/summary-lines.ts'
import { JobStatistics } from '../../src/peer/coordinator/statistics.ts'
import type { JobEvent, JobSummary, TileCount } from '../../src/peer/job-events.ts'
import { accepted, done, peerRef, summary } from '../support/sample-events.ts'

const text = (of: JobSummary): string => summaryLines(of, 'out').join('\n')

/** What the coordinator makes of these events. */
function summaryOf(...events: readonly JobEvent[]): JobSummary {
  const { job, strategy, pipeline, kind, seed, images, alreadyDone } = summary()
  const statistics = new JobStatistics({ job, strategy, pipeline, kind, seed, images, alreadyDone }, createRandom(1))
  for (const event of events) statistics.observe(event)
  const ending = { outcome: 'done', reason: undefined, code: undefined, exitCode: 0 } as const
  return statistics.summary({ ...ending, startedAt: 0, endedAt: 1000, elapsedMs: 1000 })
}

it('tells of a single image what each stage took, without means and rates', () => {
  const [outcome, , ...stages] = summaryLines(summaryOf(done('ann')), 'out')
  expect(outcome).toBe('balanced: 1 of 4 images in 1.00 s, written to out')
  expect(stages.slice(0, 4)).toEqual([
    'stage        time',
    'image       28 ms',
    '  queue    1.0 ms',
    '  send     2.0 ms',
  ])
  expect(text(summaryOf(done('ann'), done('ann', { path: 'b.jpg', task: 1 })))).toMatch(/stage +mean +median +p95/)
})

it('names no place of results where there are none', () => {
  expect(summaryLines(summary({ done: 0 }), 'out')[0]).toBe('balanced: 0 of 4 images in 2.00 s')
})

it('breaks the lines of failures behind words on a narrow terminal, and nothing elsewhere', () => {
  const message = 'the png is cut off or damaged: not all of it can be read (libpng read error)'
  const failures = [{ path: 'b/broken one.png', code: 'ERR_NOT_AN_IMAGE', message }]
  const made = summary({ outcome: 'some-failed', failed: 1, failures })
  const whole = `  b/broken one.png: ${message} (ERR_NOT_AN_IMAGE)`
  expect(summaryLines(made, 'out')).toContain(whole)
  const narrow = summaryLines(made, 'out', 40)
  const lines = narrow.slice(narrow.indexOf('1 image failed:') + 1)
  expect(lines.every((line) => line.length <= 40)).toBe(true)
  expect(lines.map((line) => line.trim()).join(' ')).toBe(whole.trim())
})

describe('the summary of an image in tiles', () => {
  const tile = (index: number): TileCount => ({ index, count: 2, pass: 0, passes: 1 })
  const about = (index: number) => ({ path: 'huge.tif', task: 4 + index, attempt: 0, atMs: 1, tile: tile(index) })
  const tileDone = (peer: string, index: number): JobEvent => ({
    ...{ event: 'tile-done', peer: peerRef(peer), responseMs: 5, sizeBytes: 100, ...about(index) },
  })

  it('tells tiles done, and tiles and images run twice apart', () => {
    const made = summaryOf(
      { event: 'hedged', peer: peerRef('bob'), path: 'a.jpg', task: 0, attempt: 1, atMs: 1 },
      done('ann'),
      accepted('ann', about(0)),
      tileDone('ann', 0),
      { event: 'hedged', peer: peerRef('bob'), ...about(1) },
      tileDone('bob', 1),
      done('ann', { path: 'huge.tif', tiles: 2 }),
    )
    expect(made).toMatchObject({ hedges: 2, tiles: { done: 2, hedges: 1 } })
    expect(text(made)).toContain('1 image run twice at the end\ntiles 2 done · 1 run twice at the end\n')
    expect(text(made)).toMatch(/peer +images +tiles +share/)
    expect(text(made)).toMatch(/ann +2 +1 +100 %/)
  })

  it('says nothing of tiles where there were none', () => {
    expect(text(summaryOf(done('ann')))).not.toContain('tiles')
  })
})
