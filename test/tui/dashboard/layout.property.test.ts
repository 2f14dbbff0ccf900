import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newForm } from '../../../src/tui/dashboard/form.ts'
import { frameLines } from '../../../src/tui/dashboard/frame.ts'
import { type LayoutChoice, LOWER_PANELS, layoutOf, type PanelName } from '../../../src/tui/dashboard/layout.ts'
import { lineText, lineWidth } from '../../../src/tui/dashboard/lines.ts'
import { INITIAL_UI, type Overlay } from '../../../src/tui/dashboard/ui-state.ts'
import { DASHBOARD_PORT } from '../../support/dashboard-port.ts'
import { busyPeer, clusterSnapshot, lonelySnapshot } from '../../support/sample-snapshot.ts'

const PANELS: readonly PanelName[] = ['peers', 'jobs', 'stream', 'strategies', 'log', 'detail']
const anySize = fc.record({ columns: fc.integer({ min: 20, max: 300 }), rows: fc.integer({ min: 5, max: 100 }) })
const anyChoice: fc.Arbitrary<LayoutChoice> = fc
  .record({ focus: fc.constantFrom(...PANELS), lower: fc.constantFrom(...LOWER_PANELS) })
  .map((choice) => ({ ...choice, isDetailOpen: choice.focus === 'detail' }))
const anyOverlay: fc.Arbitrary<Overlay | undefined> = fc.constantFrom(
  undefined,
  { kind: 'help', top: 0 } as const,
  { kind: 'form', form: newForm(DASHBOARD_PORT.defaults) } as const,
  { kind: 'question', question: { kind: 'quit', jobs: 2 } } as const,
  { kind: 'join-line', line: 'x'.repeat(300), fault: undefined } as const,
)

describe('the layout', () => {
  it('fills the space between header and bottom line exactly, with no panel over another', () => {
    fc.assert(
      fc.property(anySize, anyChoice, (size, choice) => {
        const layout = layoutOf(size, choice)
        expect(layout.rows).toBeLessThan(size.rows)
        const taken = new Set<number>()
        for (const { x, y, columns, rows } of layout.panels) {
          expect(y).toBeGreaterThanOrEqual(layout.headerRows)
          expect(y + rows).toBeLessThanOrEqual(layout.rows - 1)
          for (let row = y; row < y + rows; row++) {
            for (let column = x; column < x + columns; column++) {
              const cell = row * 1000 + column
              expect(taken.has(cell)).toBe(false)
              taken.add(cell)
            }
          }
        }
        expect(taken.size).toBe(layout.columns * (layout.rows - layout.headerRows - 1))
      }),
      { numRuns: 60 },
    )
  })

  it('always has a place for the panel that has the keys', () => {
    fc.assert(
      fc.property(anySize, anyChoice, (size, choice) => {
        const lower = LOWER_PANELS.find((name) => name === choice.focus) ?? choice.lower
        expect(layoutOf(size, { ...choice, lower }).panels.map(({ name }) => name)).toContain(choice.focus)
      }),
    )
  })
})

describe('the frame', () => {
  const names = fc.string({ unit: 'grapheme', maxLength: 30 })

  it('has one line fewer than the terminal and fills each exactly, whatever the names and whatever is open', () => {
    fc.assert(
      fc.property(anySize, anyChoice, anyOverlay, names, fc.boolean(), (size, choice, overlay, name, isAlone) => {
        const lower = LOWER_PANELS.find((panel) => panel === choice.focus) ?? choice.lower
        const crowd = clusterSnapshot({
          peers: [
            busyPeer({ name }),
            busyPeer({ name: '漢字かな交じり文の名前' }),
            busyPeer({ name: 'e\u0301a\u0300' }),
          ],
        })
        const frame = frameLines({
          snapshot: isAlone ? lonelySnapshot() : crowd,
          ui: { ...INITIAL_UI, ...choice, lower, overlay },
          size,
          port: DASHBOARD_PORT,
        })
        expect(frame.length).toBe(size.rows - 1)
        for (const line of frame) {
          expect(lineWidth(line), JSON.stringify(lineText(line))).toBe(size.columns)
          expect(lineText(line)).not.toMatch(/\p{Cc}/u)
        }
      }),
      { numRuns: 300 },
    )
  })
})
