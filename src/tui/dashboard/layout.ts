/**
 * Where the panels are: a pure function of the terminal's size and of what the person looks at. A frame has one row fewer
 * than the terminal, because a frame that fills the screen makes terminals scroll. Panels share borders with nothing and
 * never overlap; where there is room for few of them the others are tabs of the lowest one.
 */

export type PanelName = 'peers' | 'jobs' | 'stream' | 'strategies' | 'log' | 'detail'
/** The panels that take turns where there is room for one of them. */
export type LowerPanel = 'stream' | 'strategies' | 'log'
export const LOWER_PANELS: readonly LowerPanel[] = ['stream', 'strategies', 'log']

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly columns: number
  readonly rows: number
}

export interface PlacedPanel extends Rectangle {
  readonly name: PanelName
  /** Of the lowest panel: it stands for all of LOWER_PANELS, which its title names. */
  readonly isTabbed: boolean
}

export interface Layout {
  readonly columns: number
  /** Rows of the whole frame. */
  readonly rows: number
  readonly headerRows: number
  readonly panels: readonly PlacedPanel[]
}

export interface LayoutChoice {
  readonly focus: PanelName
  readonly lower: LowerPanel
  readonly isDetailOpen: boolean
}

export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

/** Below these a frame would hold nothing; it is then cut by whoever draws it. */
const MIN_COLUMNS = 20
const MIN_ROWS = 4
/** From here on there is a second column beside the tables. */
const TWO_COLUMNS_FROM = 140
/** The tables need this much of it; the rest goes to the other column. */
const LEFT_SHARE = 0.58
/** With fewer the panels of a stack would show a row or two each: then one panel has it all. */
const MIN_STACKED_ROWS = 15
/** A border, a title and three rows. */
const USEFUL_PANEL_ROWS = 6

export function layoutOf(size: ScreenSize, choice: LayoutChoice): Layout {
  const columns = Math.max(MIN_COLUMNS, size.columns)
  const rows = Math.max(MIN_ROWS, size.rows - 1)
  const headerRows = rows >= 12 ? 2 : 1
  const content: Rectangle = { x: 0, y: headerRows, columns, rows: rows - headerRows - 1 }
  return { columns, rows, headerRows, panels: panelsIn(content, choice) }
}

function panelsIn(content: Rectangle, choice: LayoutChoice): readonly PlacedPanel[] {
  if (content.columns >= TWO_COLUMNS_FROM && content.rows >= 2 * USEFUL_PANEL_ROWS) return twoColumns(content, choice)
  if (choice.isDetailOpen) return [placed('detail', content)]
  if (content.rows < MIN_STACKED_ROWS || content.columns < 40) {
    return [placed(choice.focus === 'detail' ? 'peers' : choice.focus, content)]
  }
  if (content.rows >= 40) {
    return stack(content, [
      ['peers', 5],
      ['jobs', 4],
      ['stream', 5],
      ['strategies', 3],
      ['log', 3],
    ])
  }
  return stack(content, [
    ['peers', 5],
    ['jobs', 4],
    [choice.lower, 4, true],
  ])
}

function twoColumns(content: Rectangle, choice: LayoutChoice): readonly PlacedPanel[] {
  const leftColumns = Math.round(content.columns * LEFT_SHARE)
  const left = { ...content, columns: leftColumns }
  const right = { ...content, x: leftColumns, columns: content.columns - leftColumns }
  if (content.rows >= 5 * USEFUL_PANEL_ROWS) {
    return [
      ...stack(left, [
        ['peers', 4],
        ['jobs', 4],
        ['stream', 4],
      ]),
      ...stack(right, [
        ['detail', 5],
        ['strategies', 3],
        ['log', 3],
      ]),
    ]
  }
  return [
    ...stack(left, [
      ['peers', 5],
      ['jobs', 4],
    ]),
    ...stack(right, [
      ['detail', 5],
      [choice.lower, 4, true],
    ]),
  ]
}

type Share = readonly [name: PanelName, weight: number, isTabbed?: boolean]

/** One below the other, by their weights; together exactly as high as the content. */
function stack(content: Rectangle, shares: readonly Share[]): readonly PlacedPanel[] {
  const total = shares.reduce((sum, [, weight]) => sum + weight, 0)
  let before = 0
  return shares.map(([name, weight, isTabbed = false]) => {
    const top = Math.round((content.rows * before) / total)
    before += weight
    const bottom = Math.round((content.rows * before) / total)
    return { name, isTabbed, x: content.x, y: content.y + top, columns: content.columns, rows: bottom - top }
  })
}

const placed = (name: PanelName, content: Rectangle): PlacedPanel => ({ name, isTabbed: false, ...content })

/** The panels that Tab goes through: those on the screen, and those that a tab would bring there. */
export function focusOrder(layout: Layout): readonly PanelName[] {
  const shown = layout.panels.flatMap(({ name, isTabbed }): readonly PanelName[] => (isTabbed ? LOWER_PANELS : [name]))
  const isSingle = layout.panels.length === 1 && shown[0] !== 'detail'
  return isSingle ? ['peers', 'jobs', ...LOWER_PANELS] : shown
}

export const panelAt = (layout: Layout, x: number, y: number): PlacedPanel | undefined =>
  layout.panels.find((panel) => x >= panel.x && x < panel.x + panel.columns && y >= panel.y && y < panel.y + panel.rows)
