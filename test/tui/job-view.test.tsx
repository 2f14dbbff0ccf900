import { EventEmitter } from 'node:events'
import { render } from 'ink-testing-library'
import stringWidth from 'string-width'
import { describe, expect, it, vi } from 'vitest'
import type { JobEvent } from '../../src/peer/job-events.ts'
import { jobLines, progressLine } from '../../src/tui/job-lines.ts'
import { EMPTY_JOB_STATE, type JobState, reduceJobState } from '../../src/tui/job-state.ts'
import { JobView } from '../../src/tui/job-view.tsx'
import { showLiveJob, type Terminal } from '../../src/tui/live-job.tsx'
import { accepted, delayed, done, failed, planned, refused } from '../support/sample-events.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const stateAfter = (...events: JobEvent[]): JobState => events.reduce(reduceJobState, EMPTY_JOB_STATE)

const RUNNING = stateAfter(
  planned({ total: 8 }),
  accepted('ann'),
  delayed('ann'),
  done('ann', { atMs: 1000 }),
  refused('bob'),
  accepted('bob'),
  done('bob', { atMs: 2000 }),
  failed({ path: 'b/broken.jpg', message: 'is no image', atMs: 2000 }),
)

const manyPeers = (count: number): JobEvent[] =>
  Array.from({ length: count }, (_, index) => [accepted(`peer-${index}`), done(`peer-${index}`, { atMs: 500 })]).flat()

describe('the live view', () => {
  it('shows progress, rate, time left, and what each peer did', () => {
    const { lastFrame, unmount } = render(<JobView state={RUNNING} elapsedMs={2000} size={{ columns: 90, rows: 24 }} />)
    const frame = lastFrame() ?? ''
    unmount()
    expect(frame).toContain('balanced · edges · 2.00 s')
    expect(frame).toContain('3/8 images · 1.5 images/s · 3.33 s left · 1 failed')
    expect(frame).toMatch(/█+░+ 38 %/)
    expect(frame).toMatch(/peer\s+done\s+share\s+accepted\s+refused\s+delayed\s+failed\s+mean/)
    expect(frame).toMatch(/ann\s+1\s+50 %\s+1\s+0\s+1\s+0\s+28 ms/)
    expect(frame).toMatch(/bob\s+1\s+50 %\s+1\s+1\s+0\s+0\s+28 ms/)
    expect(frame).toContain('b/broken.jpg: is no image')
  })

  it('says where the lines of a job that gives data go', () => {
    const state = stateAfter(planned({ pipeline: 'stats', kind: 'data' }), accepted('ann'), done('ann', { atMs: 500 }))
    const [head] = jobLines(state, 2000, { columns: 80, rows: 24 })
    expect(head?.text).toBe('balanced · stats · results.ndjson · 2.00 s')
  })

  it('says that it plans before there is a plan', () => {
    expect(jobLines(EMPTY_JOB_STATE, 1500, { columns: 80, rows: 24 }).map((line) => line.text)).toEqual([
      'planning… 1.50 s',
    ])
  })

  it('stays below the height and within the width of every terminal', () => {
    const state = stateAfter(
      planned({ total: 200, pipeline: 'resize:w=800 | grayscale | 漢字'.repeat(5) }),
      ...manyPeers(40),
      ...Array.from({ length: 30 }, (_, index) => failed({ path: `фото/漢字-${index}.jpg` })),
      { event: 'notice', message: 'a long notice '.repeat(30) },
    )
    for (const columns of [1, 5, 20, 40, 80, 200]) {
      for (const rows of [1, 2, 3, 5, 8, 12, 24, 60]) {
        const lines = jobLines(state, 60_000, { columns, rows })
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1))
        for (const { text } of lines) expect(stringWidth(text)).toBeLessThanOrEqual(columns)
      }
    }
  })

  it('leaves out columns where the terminal is narrow, and keeps what it has whole', () => {
    const text = jobLines(RUNNING, 2000, { columns: 50, rows: 24 }).map((line) => line.text)
    expect(text.find((line) => line.startsWith('peer'))).toMatch(/^peer +done +refused +delayed +failed +mean$/)
    expect(text.find((line) => line.startsWith('bob'))).toMatch(/^bob +1 +1 +0 +0 +28 ms$/)
  })

  it('says how many peers and failures it leaves out', () => {
    const state = stateAfter(
      planned({ total: 200 }),
      ...manyPeers(40),
      ...Array.from({ length: 9 }, (_, index) => failed({ path: `${index}.jpg` })),
    )
    const text = jobLines(state, 1000, { columns: 100, rows: 20 }).map((line) => line.text)
    const shownPeers = text.filter((line) => line.startsWith('peer-')).length
    expect(shownPeers).toBeGreaterThan(3)
    expect(text).toContain(`and ${40 - shownPeers} more peers`)
    const shownFailures = text.filter((line) => /^\d\.jpg:/.test(line)).length
    expect(shownFailures).toBeGreaterThan(0)
    expect(text).toContain(`${9 - shownFailures} earlier failures, and`)
  })

  it('shows control characters of names and paths as escapes', () => {
    const state = stateAfter(planned(), accepted('\x1b[2Jann'), failed({ path: 'a\n\x1b]0;x\x07.jpg' }))
    const text = jobLines(state, 0, { columns: 120, rows: 24 })
      .map((line) => line.text)
      .join('\n')
    expect(text).toContain('\\x1b[2Jann')
    expect(text).toContain('a\\n\\x1b]0;x\\x07.jpg')
    expect(text).not.toContain('\x1b')
  })

  it('names what an earlier run did in the progress line', () => {
    const state = stateAfter(planned({ total: 10, alreadyDone: 4 }))
    expect(progressLine(state, 0, ', ')).toBe('4/10 images, 4 done before')
  })
})

describe('showLiveJob', () => {
  /** As much of a terminal as Ink looks at. */
  class FakeTerminal extends EventEmitter {
    readonly isTTY = true
    columns = 80
    rows = 12
    readonly writes: string[] = []
    write(text: string | Uint8Array, callback?: () => void): boolean {
      if (text.length > 0) this.writes.push(String(text))
      callback?.()
      return true
    }
  }
  const asTerminal = (fake: FakeTerminal): Terminal => fake as unknown as Terminal

  it('draws at most ten frames a second, however many events come, and takes its last frame away', async () => {
    const clock = createVirtualClock()
    const terminal = new FakeTerminal()
    const live = showLiveJob(asTerminal(terminal), clock)
    live.event(planned({ total: 1000 }))
    for (let index = 0; index < 500; index++) live.event(done('ann', { atMs: index }))
    await clock.advance(100)
    await vi.waitFor(() => expect(terminal.writes.join('')).toContain('500/1000 images'))
    expect(terminal.writes.length).toBeLessThan(20)
    const written = terminal.writes.join('')
    await live.close()
    await live.close()
    expect(terminal.writes.join('').slice(written.length)).not.toContain('images')
    expect(terminal.listenerCount('resize')).toBe(0)
  })
})
