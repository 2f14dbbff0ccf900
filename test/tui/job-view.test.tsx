import { EventEmitter } from 'node:events'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import type { JobEvent } from '../../src/peer/job-events.ts'
import { lineText } from '../../src/tui/dashboard/lines.ts'
import { jobFrameLines } from '../../src/tui/job-frame.ts'
import { EMPTY_JOB_STATE, type JobState, reduceJobState } from '../../src/tui/job-state.ts'
import { showLiveJob, type Terminal } from '../../src/tui/live-job.tsx'
import { progressLine } from '../../src/tui/progress-line.ts'
import { accepted, delayed, done, failed, peerRef, planned, refused } from '../support/sample-events.ts'
import { busyPeer, clusterSnapshot } from '../support/sample-snapshot.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { waitFor } from '../support/wait-for.ts'

const stateAfter = (...events: JobEvent[]): JobState => events.reduce(reduceJobState, EMPTY_JOB_STATE)

const RUNNING = stateAfter(
  planned({ total: 8 }),
  accepted('ann'),
  delayed('ann'),
  done('ann', { atMs: 1000 }),
  refused('bob'),
  accepted('bob'),
  done('bob', { atMs: 2000 }),
  { event: 'lost', peer: peerRef('bob'), message: 'gone', path: 'c.jpg', task: 2, attempt: 0, atMs: 2000 },
  failed({ path: 'b/broken.jpg', message: 'is no image', atMs: 2000 }),
)

const OBSERVED = clusterSnapshot({
  self: busyPeer({ name: 'self', isSelf: true, role: 'observer' }),
  peers: [busyPeer({ name: 'ann' }), busyPeer({ name: 'bob', running: 2 })],
})

const frame = (
  state: JobState,
  size = { columns: 90, rows: 40 },
  snapshot = OBSERVED,
  elapsedMs = 2000,
): readonly string[] => jobFrameLines({ state, elapsedMs, snapshot, size }).map(lineText)

describe('the live view of submit', () => {
  it('shows the job and peer panels of the dashboard, and who did how much of the job', () => {
    const lines = frame(RUNNING)
    const text = lines.join('\n')
    expect(text).toMatch(/─ Jobs ─+ 1 running ─/)
    expect(lines.find((line) => line.includes('● running'))).toMatch(/you +edges +.*━+─+ +37 % +3\/8 +1 +1\.5 +-3\.3s/)
    expect(text).toMatch(/─ Peers ─/)
    expect(text).toMatch(/ann +● alive +0\.3 ■□ +1\/2/)
    expect(text).not.toContain('self (you)')
    expect(text).toMatch(/shares +done +ref +del +fail +lost +mean/)
    expect(text).toMatch(/ann +━+─+ +1 +0 +1 +0 +0 +28ms/)
    expect(text).toMatch(/bob +━+─+ +1 +1 +0 +0 +1 +28ms/)
    expect(text).toContain('✕ b/broken.jpg')
    expect(lines.at(-1)).toContain('3/8 images · 1.5 images/s · 3.33 s left · 1 failed')
  })

  it('says where the lines of a job that gives data go', () => {
    const state = stateAfter(planned({ pipeline: 'stats', kind: 'data' }), accepted('ann'), done('ann', { atMs: 500 }))
    expect(frame(state).join('\n')).toContain('out (results.ndjson)')
  })

  it('says what is watched, and runs while there is nothing to do', () => {
    const idle = stateAfter(planned({ total: 0, watching: ['./in'] }))
    const text = frame(idle).join('\n')
    expect(text).toContain('● running')
    expect(frame(idle).at(-1)).toContain('0/0 images · watching ./in')
  })

  it('says that it plans before there is a plan', () => {
    expect(frame(EMPTY_JOB_STATE).map((line) => line.trim())).toEqual(['planning… 2.00 s'])
  })

  it('stays below the height and within the width of every terminal', () => {
    const state = stateAfter(
      planned({ total: 200, pipeline: 'resize:w=800 | grayscale | 漢字'.repeat(5) }),
      ...Array.from({ length: 40 }, (_, index) => done(`peer-${index}`, { atMs: 500 })),
      ...Array.from({ length: 30 }, (_, index) => failed({ path: `фото/漢字-${index}.jpg` })),
      { event: 'notice', message: 'a long notice '.repeat(30) },
    )
    const crowd = clusterSnapshot({
      peers: Array.from({ length: 40 }, (_, index) => busyPeer({ name: `peer-${index}` })),
    })
    for (const columns of [1, 5, 20, 40, 80, 200]) {
      for (const rows of [1, 2, 3, 5, 8, 12, 24, 60]) {
        const lines = frame(state, { columns, rows }, crowd)
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1))
        for (const text of lines) expect(stringWidth(text)).toBeLessThanOrEqual(columns)
      }
    }
  })

  it('shows control characters of names and paths as escapes', () => {
    const state = stateAfter(planned(), accepted('\x1b[2Jann'), failed({ path: 'a\n\x1b]0;x\x07.jpg' }))
    const text = frame(state, { columns: 120, rows: 40 }).join('\n')
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
    const live = showLiveJob(asTerminal(terminal), clock, () => OBSERVED)
    live.event(planned({ total: 1000 }))
    for (let index = 0; index < 500; index++) live.event(done('ann', { atMs: index }))
    await clock.advance(100)
    await waitFor(() => expect(terminal.writes.join('')).toContain('500/1000'))
    expect(terminal.writes.length).toBeLessThan(20)
    const written = terminal.writes.join('')
    await live.close()
    await live.close()
    expect(terminal.writes.join('').slice(written.length)).not.toContain('500/1000')
    expect(terminal.listenerCount('resize')).toBe(0)
  })
})
