import { describe, expect, it } from 'vitest'
import { jobId, peerId } from '../../../src/base/ids.ts'
import { bindingOf, KEY_TABLE } from '../../../src/tui/dashboard/key-table.ts'
import { type Effect, reduce, type UiEvent, type UiWorld } from '../../../src/tui/dashboard/reduce.ts'
import { INITIAL_UI, type UiState } from '../../../src/tui/dashboard/ui-state.ts'
import { DASHBOARD_PORT } from '../../support/dashboard-port.ts'
import { busyJob, busyPeer, clusterSnapshot, lonelySnapshot } from '../../support/sample-snapshot.ts'

const WORLD: UiWorld = { snapshot: clusterSnapshot(), size: { columns: 80, rows: 24 }, port: DASHBOARD_PORT }

/** The state after these keys, and every effect on the way. */
function press(ui: UiState, keys: readonly string[], world = WORLD): { ui: UiState; effects: readonly Effect[] } {
  return play(
    ui,
    keys.map((key): UiEvent => ({ kind: 'key', key })),
    world,
  )
}

function play(ui: UiState, events: readonly UiEvent[], world = WORLD): { ui: UiState; effects: readonly Effect[] } {
  const effects: Effect[] = []
  let state = ui
  for (const event of events) {
    const step = reduce(state, event, world)
    state = step.ui
    effects.push(...step.effects)
  }
  return { ui: state, effects }
}

describe('keys of the dashboard', () => {
  it('have one binding each', () => {
    const keys = KEY_TABLE.flatMap((binding) => binding.keys)
    expect(new Set(keys).size).toBe(keys.length)
    expect(bindingOf('q')?.command).toBe('quit')
  })

  it('move the selection, which stays on its peer while rows come and go', () => {
    const { ui } = press(INITIAL_UI, ['down', 'j', 'down', 'k'])
    expect(ui.selected.peers?.id).toBe('id-bob')
    const grown = clusterSnapshot({ peers: [busyPeer({ name: 'aaa' }), ...clusterSnapshot().peers] })
    expect(press(ui, ['down'], { ...WORLD, snapshot: grown }).ui.selected.peers?.id).toBe('id-cellar')
    // when it is gone, the row that took its place
    const shrunk = clusterSnapshot({ peers: clusterSnapshot().peers.filter(({ name }) => name !== 'bob') })
    expect(press(ui, ['down'], { ...WORLD, snapshot: shrunk }).ui.selected.peers?.id).toBe('id-dora')
  })

  it('go to the ends and no further', () => {
    expect(press(INITIAL_UI, ['G']).ui.selected.peers?.id).toBe('id-eve')
    expect(press(INITIAL_UI, ['G', 'down', 'down']).ui.selected.peers?.id).toBe('id-eve')
    expect(press(INITIAL_UI, ['G', 'g', 'up']).ui.selected.peers?.id).toBe('id-self')
  })

  it('walk through the panels and back', () => {
    expect(press(INITIAL_UI, ['tab']).ui.focus).toBe('jobs')
    expect(press(INITIAL_UI, ['tab', 'tab', 'tab', 'tab']).ui.focus).toBe('log')
    expect(press(INITIAL_UI, ['tab', 'tab', 'tab', 'tab', 'tab']).ui.focus).toBe('peers')
    expect(press(INITIAL_UI, ['shift-tab']).ui).toMatchObject({ focus: 'log', lower: 'log' })
  })

  it('open details and come back to where they were opened', () => {
    const open = press(INITIAL_UI, ['tab', 'enter']).ui
    expect(open).toMatchObject({ focus: 'detail', subject: 'jobs', isDetailOpen: true })
    expect(press(open, ['escape']).ui).toMatchObject({ focus: 'jobs', isDetailOpen: false })
  })

  it('filter the panel as they are typed, keep it on Enter and drop it on Escape', () => {
    const typing = press(INITIAL_UI, ['/', 'b', 'o']).ui
    expect(typing.filters.peers).toBe('bo')
    expect(press(typing, ['q']).effects).toEqual([])
    const kept = press(typing, ['enter', 'down']).ui
    expect(kept.selected.peers?.id).toBe('id-bob')
    expect(press(kept, ['escape']).ui.filters.peers).toBe('')
  })

  it('sort peers and jobs by the next column', () => {
    expect(press(INITIAL_UI, ['s']).ui.sort.peers).toBe('state')
    expect(press(INITIAL_UI, ['tab', 's', 's']).ui.sort.jobs).toBe('rate')
  })

  it('change the load probability in steps, between 0 and 1', () => {
    expect(press(INITIAL_UI, ['+']).effects).toEqual([{ kind: 'set-load', load: 0.35 }])
    expect(press(INITIAL_UI, ['-']).effects).toEqual([{ kind: 'set-load', load: 0.25 }])
    const full = clusterSnapshot({ self: busyPeer({ isSelf: true, load: 0.98 }) })
    expect(press(INITIAL_UI, ['+'], { ...WORLD, snapshot: full }).effects).toEqual([{ kind: 'set-load', load: 1 }])
    const none = clusterSnapshot({ self: busyPeer({ isSelf: true, load: 0.02 }) })
    expect(press(INITIAL_UI, ['-'], { ...WORLD, snapshot: none }).effects).toEqual([{ kind: 'set-load', load: 0 }])
  })

  it('pause, and resume what is paused', () => {
    expect(press(INITIAL_UI, ['p']).effects).toEqual([{ kind: 'pause' }])
    const paused = clusterSnapshot({ self: busyPeer({ isSelf: true, isPaused: true }) })
    expect(press(INITIAL_UI, ['p'], { ...WORLD, snapshot: paused }).effects).toEqual([{ kind: 'resume' }])
  })

  it('drain only after a yes', () => {
    expect(press(INITIAL_UI, ['d']).effects).toEqual([])
    expect(press(INITIAL_UI, ['d', 'n']).effects).toEqual([])
    expect(press(INITIAL_UI, ['d', 'y']).effects).toEqual([{ kind: 'drain' }])
  })

  it('say that an observer has no executor instead of acting', () => {
    const snapshot = clusterSnapshot({ self: busyPeer({ isSelf: true, role: 'observer' }) })
    for (const key of ['+', '-', 'p', 'd']) {
      const { ui, effects } = press(INITIAL_UI, [key], { ...WORLD, snapshot })
      expect(effects).toEqual([])
      expect(ui.toast?.text).toContain('needs an executor')
    }
  })

  it('cancel an own running job after asking, and no job of others', () => {
    const onJobs = press(INITIAL_UI, ['tab', 'g']).ui
    const job = jobId('0123456789abcdef0123456789abcdef')
    expect(press(onJobs, ['c', 'n']).effects).toEqual([])
    expect(press(onJobs, ['c', 'y']).effects).toEqual([{ kind: 'cancel', job }])
    expect(press(onJobs, ['down', 'c']).ui.toast?.text).toContain('only its coordinator')
  })

  it('try a finished job again, and no running one', () => {
    const onJobs = press(INITIAL_UI, ['tab']).ui
    expect(press(onJobs, ['g', 'r']).effects).toEqual([])
    expect(press(onJobs, ['G', 'r']).effects).toEqual([
      { kind: 'retry', job: jobId('e123456789abcdef0123456789abcdef') },
    ])
  })

  it('ask for the join line only when it is wanted, and forget it when it is closed', () => {
    const asked = press(INITIAL_UI, ['y'])
    expect(asked.effects).toEqual([{ kind: 'join-line' }])
    const shown = play(asked.ui, [{ kind: 'join-line', line: 'secret', fault: undefined }]).ui
    expect(shown.overlay).toMatchObject({ line: 'secret' })
    const closed = press(shown, ['x']).ui
    expect(JSON.stringify(closed)).not.toContain('secret')
    // an answer that comes after it was closed is not shown either
    const late = play(press(asked.ui, ['escape']).ui, [{ kind: 'join-line', line: 'secret', fault: undefined }]).ui
    expect(JSON.stringify(late)).not.toContain('secret')
  })

  it('quit at once where nothing of its own runs, and ask where something does', () => {
    const lonely = { ...WORLD, snapshot: lonelySnapshot() }
    expect(press(INITIAL_UI, ['q'], lonely).effects).toEqual([{ kind: 'quit', atOnce: false }])
    expect(press(INITIAL_UI, ['q']).effects).toEqual([])
    expect(press(INITIAL_UI, ['q', 'y']).effects).toEqual([{ kind: 'quit', atOnce: false }])
    expect(press(INITIAL_UI, ['q', 'n']).effects).toEqual([])
    expect(press(INITIAL_UI, ['ctrl-c', 'ctrl-c']).effects).toEqual([{ kind: 'quit', atOnce: true }])
    const ofOthers = clusterSnapshot({ jobs: [busyJob({ coordinator: peerId('id-eve'), own: undefined })] })
    expect(press(INITIAL_UI, ['q'], { ...WORLD, snapshot: ofOthers }).effects).toEqual([
      { kind: 'quit', atOnce: false },
    ])
  })
})

describe('the submit form', () => {
  const typed = (text: string): readonly string[] => [...text]

  it('sends what was typed, and closes when the job is planned', () => {
    const sent = press(INITIAL_UI, ['n', ...typed('photos'), 'down', 'ctrl-u', ...typed('grayscale'), 'enter'])
    expect(sent.effects).toEqual([
      {
        kind: 'submit',
        request: { path: 'photos', pipeline: 'grayscale', strategy: 'balanced', out: 'data/output_dir' },
      },
    ])
    // a second Enter sends nothing again
    expect(press(sent.ui, ['enter']).effects).toEqual([])
    const job = jobId('00000000000000000000000000000001')
    const done = play(sent.ui, [{ kind: 'submitted', job }]).ui
    expect(done).toMatchObject({ overlay: undefined, focus: 'jobs', selected: { jobs: { id: job } } })
  })

  it('stays open with the sentence of the coordinator when the job cannot be planned', () => {
    const sent = press(INITIAL_UI, ['n', ...typed('nowhere'), 'enter']).ui
    const refused = play(sent, [{ kind: 'submit-failed', fault: 'nowhere does not exist' }]).ui
    expect(refused.overlay).toMatchObject({ form: { isSending: false, fault: { text: 'nowhere does not exist' } } })
  })

  it('names the nearest operation while a wrong one is typed, and does not send it', () => {
    const { ui, effects } = press(INITIAL_UI, ['n', ...typed('photos'), 'down', 'ctrl-u', ...typed('edgse'), 'enter'])
    expect(effects).toEqual([])
    expect(ui.overlay).toMatchObject({
      form: { fault: { field: 'pipeline', text: expect.stringContaining('did you mean') } },
    })
  })

  it('asks for a path before anything is sent', () => {
    const { ui, effects } = press(INITIAL_UI, ['n', 'enter'])
    expect(effects).toEqual([])
    expect(ui.overlay).toMatchObject({ form: { field: 'path', fault: { field: 'path' } } })
  })

  it('completes paths through the port, and takes the answer only for the text it was asked about', () => {
    const asked = press(INITIAL_UI, ['n', ...typed('pho'), 'tab'])
    expect(asked.effects).toEqual([{ kind: 'complete-path', field: 'path', text: 'pho' }])
    const completion = { text: 'photos/', candidates: [] }
    const answer: UiEvent = { kind: 'completed-path', field: 'path', asked: 'pho', completion }
    expect(play(asked.ui, [answer]).ui.overlay).toMatchObject({ form: { inputs: { path: { text: 'photos/' } } } })
    const typedOn = press(asked.ui, ['x']).ui
    expect(play(typedOn, [answer]).ui.overlay).toMatchObject({ form: { inputs: { path: { text: 'phox' } } } })
  })

  it('completes operations, goes through the strategies, and takes what is pasted', () => {
    const open = press(INITIAL_UI, ['n', 'down', 'ctrl-u', 'g', 'tab']).ui
    expect(open.overlay).toMatchObject({ form: { inputs: { pipeline: { text: 'grayscale' } } } })
    const chosen = press(open, ['down', 'left']).ui
    expect(chosen.overlay).toMatchObject({ form: { strategy: 'random' } })
    const pasted = play(press(INITIAL_UI, ['n']).ui, [{ kind: 'paste', text: '/a b/\nc' }]).ui
    expect(pasted.overlay).toMatchObject({ form: { inputs: { path: { text: '/a b/c' } } } })
  })
})
