import xterm from '@xterm/headless'
import { describe, expect, it } from 'vitest'
import type { ClusterSnapshot } from '../../../src/peer/snapshot.ts'
import { frameLines } from '../../../src/tui/dashboard/frame.ts'
import type { ScreenSize } from '../../../src/tui/dashboard/layout.ts'
import { ansiOf, lineText } from '../../../src/tui/dashboard/lines.ts'
import { INITIAL_UI, type UiState } from '../../../src/tui/dashboard/ui-state.ts'
import { DASHBOARD_PORT } from '../../support/dashboard-port.ts'
import { busyJob, busyPeer, clusterSnapshot, lonelySnapshot } from '../../support/sample-snapshot.ts'

const SMALL = { columns: 80, rows: 24 }
const LARGE = { columns: 200, rows: 60 }

const frame = (snapshot: ClusterSnapshot, ui: Partial<UiState> = {}, size: ScreenSize = SMALL): readonly string[] =>
  frameLines({ snapshot, ui: { ...INITIAL_UI, ...ui }, size, port: DASHBOARD_PORT }).map(lineText)

const text = (...input: Parameters<typeof frame>): string => frame(...input).join('\n')

describe('the dashboard at 80x24', () => {
  it('says who this peer is, how it is reached, and what the cluster does', () => {
    const [first, second] = frame(clusterSnapshot())
    expect(first).toMatch(/^ murmuration {2}self {2}● alive {2}load 0\.3 {2}slots 2\/2 +up 12m34s · \d\d:\d\d:\d\d $/)
    expect(second).toContain('this machine only · 12 slots · 20.5 images/s · /ip4/127.0.0.1/tcp/4601')
  })

  it('tells states by words and signs, not by colour', () => {
    const shown = text(clusterSnapshot(), { selected: { peers: { id: 'id-eve', index: 5 }, jobs: undefined } })
    expect(shown).toMatch(/attic-kmqa +● alive +0\.3 ■□ +1\/2/)
    expect(shown).toContain('◌ suspect')
    expect(shown).toContain('‖ paused')
    expect(shown).toContain('✕ dead')
    expect(shown).toMatch(/▸ eve +● alive +- observer/)
  })

  it('says of a peer that is put aside until when and why', () => {
    const reason = 'failed three times where other peers did not'
    const aside = busyPeer({ quarantine: { forMs: 28_000, reason } })
    const selected = { peers: { id: aside.id, index: 1 }, jobs: undefined }
    const shown = text(clusterSnapshot({ peers: [aside] }), { selected }, LARGE)
    expect(shown).toMatch(/⊘ aside/)
    expect(shown.replaceAll(/[│\s]+/g, ' ')).toMatch(
      /put aside for 28.* s: failed three times where other peers did not/,
    )
  })

  it('lists running jobs with progress and time left, then those that ended', () => {
    const lines = frame(clusterSnapshot())
    expect(lines.find((line) => line.includes('● running  you'))).toMatch(/edges +━+─+ +37 % +75\/200 +1 +12\.4 +-10s/)
    expect(lines.find((line) => line.includes('✓ done'))).toMatch(/you +edges +━+ 100 % +69\/69 +3/)
  })

  it('shows a lane of tasks per executor with characters of its own for each thing', () => {
    const lane = frame(clusterSnapshot()).find((line) => /│ attic-kmqa +[·▁-▇×z!]/.test(line)) ?? ''
    for (const sign of ['·', '×', 'z', '!', '▇']) expect(lane).toContain(sign)
  })

  it('says what to do next where there is nothing yet', () => {
    const shown = text(lonelySnapshot())
    expect(shown).toContain('Nobody else yet: run peer start in another terminal,')
    expect(shown).toContain('No jobs yet: press n to submit a folder,')
  })

  it('tells the detail of an own job: shares, failures, folders', () => {
    const shown = text(clusterSnapshot(), { focus: 'detail', isDetailOpen: true, subject: 'jobs' })
    for (const part of [
      'edges',
      '/home/ann/images',
      '74 of 200 done',
      '12 refused, 3 delayed',
      'b/broken.jpg',
      'empty file',
    ]) {
      expect(shown).toContain(part)
    }
  })

  it('shows the whole address of a peer in its details, over as many lines as it takes', () => {
    const address = `/ip4/192.168.100.200/tcp/4601/p2p/12D3KooW${'x'.repeat(60)}`
    const snapshot = clusterSnapshot({ self: busyPeer({ name: 'self', isSelf: true, addresses: [address] }) })
    const shown = frame(snapshot, { focus: 'detail', isDetailOpen: true })
    const joined = shown.map((line) => line.replace(/[┃│]/g, '').trim()).join('')
    expect(joined).toContain(address)
  })

  it('shows control characters of names as escapes', () => {
    const snapshot = clusterSnapshot({
      peers: [busyPeer({ name: '\x1b[2Jann' })],
      log: [{ at: 0, level: 'info', message: 'a\n\x1b]0;x\x07b' }],
    })
    expect(text(snapshot)).toContain('\\x1b[2Jann')
    expect(text(snapshot, { lower: 'log' })).toContain('a\\n\\x1b]0;x\\x07b')
  })

  it('counts what the filter leaves, and says how it is dropped', () => {
    const filters = { ...INITIAL_UI.filters, peers: 'cell' }
    expect(text(clusterSnapshot(), { filters })).toContain('/cell  1 of 6')
    expect(text(clusterSnapshot(), { filters: { ...INITIAL_UI.filters, jobs: 'nothing' } })).toContain('Esc drops it')
  })
})

describe('the dashboard at 200x60', () => {
  it('shows all panels at once, and every column of the peers', () => {
    const shown = text(clusterSnapshot(), {}, LARGE)
    for (const title of [' Peers ', ' Jobs ', ' Tasks ', ' Details ', ' Strategies ', ' Log '])
      expect(shown).toContain(title)
    for (const column of [
      'park',
      'acc',
      'ref',
      'del',
      'fail',
      'img/s',
      'ms/MP',
      'activity',
      'seen',
      'role',
      'version',
    ]) {
      expect(shown).toContain(column)
    }
    expect(shown).toMatch(/balanced +54 +100 %/)
    expect(shown).toContain('joined attic-kmqa (executor, 2 slots, load 0.3)')
  })

  it('follows the selected job in its details without being asked', () => {
    const jobs = [busyJob({ pipeline: 'gaussian:size=9', own: undefined })]
    const shown = text(clusterSnapshot({ jobs }), { focus: 'jobs', subject: 'jobs' }, LARGE)
    expect(shown).toMatch(/Details .* job 01234567/)
    expect(shown).toMatch(/pipeline +gaussian:size=9/)
  })
})

describe('a real terminal', () => {
  /** Columns at which the panel's right border really is, in an emulator of a terminal. */
  async function rightBorders(snapshot: ClusterSnapshot): Promise<readonly (string | undefined)[]> {
    const emulator = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true })
    const lines = frameLines({ snapshot, ui: INITIAL_UI, size: SMALL, port: DASHBOARD_PORT }).map(ansiOf)
    await new Promise<void>((resolve) => emulator.write(lines.join('\r\n'), resolve))
    const cells = lines.map((_, row) => emulator.buffer.active.getLine(row)?.getCell(79)?.getChars())
    emulator.dispose()
    return cells
  }

  it('keeps the borders straight beside wide, combining and joined characters', async () => {
    const names = ['漢字の名前', 'e\u0301o\u0308a\u0300', 'ﾊﾝｶｸ', '👩‍👩‍👧', 'flag 🇩🇪', '한국어', 'עברית', 'tab\there']
    const snapshot = clusterSnapshot({ peers: names.map((name) => busyPeer({ name })) })
    const borders = (await rightBorders(snapshot)).slice(2, -1)
    for (const border of borders) expect(border).toMatch(/^[┓┃┛╮│╯]$/)
  })
})
