/**
 * Every key of the dashboard, once: what it is called, what it does, and what the hint bar and the help say about it. The
 * reducer looks keys up here, so help and behaviour cannot disagree.
 */

/** What a key asks for, outside of forms and questions. */
export type Command =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'next-panel'
  | 'previous-panel'
  | 'open'
  | 'back'
  | 'filter'
  | 'sort'
  | 'more-load'
  | 'less-load'
  | 'pause'
  | 'drain'
  | 'submit'
  | 'cancel'
  | 'retry'
  | 'join-line'
  | 'help'
  | 'redraw'
  | 'quit'

export interface KeyBinding {
  readonly command: Command
  /** As `keysOf` names them. */
  readonly keys: readonly string[]
  /** As a person reads them. */
  readonly shown: string
  readonly sentence: string
  readonly group: 'Move' | 'Look' | 'This peer' | 'Jobs' | 'Program'
  /** One word for the hint bar, which shows bindings in this table's order as far as they fit. */
  readonly hint?: string
  /** Only where this peer has an executor. */
  readonly needsExecutor?: boolean
}

export const KEY_TABLE: readonly KeyBinding[] = [
  { command: 'help', keys: ['?'], shown: '?', sentence: 'this help', group: 'Program', hint: 'help' },
  { command: 'submit', keys: ['n'], shown: 'n', sentence: 'submit a folder or file', group: 'Jobs', hint: 'submit' },
  {
    command: 'open',
    keys: ['enter'],
    shown: 'Enter',
    sentence: 'details of the selected peer or job',
    group: 'Look',
    hint: 'details',
  },
  {
    command: 'next-panel',
    keys: ['tab', 'right', 'l'],
    shown: 'Tab →',
    sentence: 'next panel',
    group: 'Move',
    hint: 'panel',
  },
  {
    command: 'more-load',
    keys: ['+', '='],
    shown: '+',
    sentence: 'raise the load probability of this peer',
    group: 'This peer',
    hint: 'load',
    needsExecutor: true,
  },
  {
    command: 'less-load',
    keys: ['-', '_'],
    shown: '-',
    sentence: 'lower it',
    group: 'This peer',
    hint: 'load',
    needsExecutor: true,
  },
  {
    command: 'pause',
    keys: ['p'],
    shown: 'p',
    sentence: 'pause: take no tasks; once more resumes',
    group: 'This peer',
    hint: 'pause',
    needsExecutor: true,
  },
  { command: 'filter', keys: ['/'], shown: '/', sentence: 'filter the panel', group: 'Look', hint: 'filter' },
  {
    command: 'sort',
    keys: ['s'],
    shown: 's',
    sentence: 'sort the panel by the next column',
    group: 'Look',
    hint: 'sort',
  },
  {
    command: 'cancel',
    keys: ['c'],
    shown: 'c',
    sentence: 'cancel the selected own job',
    group: 'Jobs',
    hint: 'cancel',
  },
  {
    command: 'retry',
    keys: ['r'],
    shown: 'r',
    sentence: 'try again what failed or was left of the selected job',
    group: 'Jobs',
    hint: 'retry',
  },
  {
    command: 'join-line',
    keys: ['y'],
    shown: 'y',
    sentence: 'show the line with which another machine joins (a secret)',
    group: 'This peer',
    hint: 'join line',
  },
  {
    command: 'drain',
    keys: ['d'],
    shown: 'd',
    sentence: 'drain: finish what is here, take nothing more, for good',
    group: 'This peer',
    hint: 'drain',
    needsExecutor: true,
  },
  {
    command: 'quit',
    keys: ['q', 'ctrl-c'],
    shown: 'q',
    sentence: 'quit; Ctrl-C twice quits at once',
    group: 'Program',
    hint: 'quit',
  },
  { command: 'redraw', keys: ['ctrl-l'], shown: 'Ctrl-L', sentence: 'draw the screen again', group: 'Program' },
  {
    command: 'previous-panel',
    keys: ['shift-tab', 'left', 'h'],
    shown: 'Shift-Tab ←',
    sentence: 'previous panel',
    group: 'Move',
  },
  { command: 'up', keys: ['up', 'k'], shown: '↑ k', sentence: 'up', group: 'Move' },
  { command: 'down', keys: ['down', 'j'], shown: '↓ j', sentence: 'down', group: 'Move' },
  { command: 'page-up', keys: ['page-up', 'ctrl-u'], shown: 'PgUp', sentence: 'a page up', group: 'Move' },
  { command: 'page-down', keys: ['page-down', 'ctrl-d', ' '], shown: 'PgDn', sentence: 'a page down', group: 'Move' },
  { command: 'first', keys: ['home', 'g'], shown: 'Home g', sentence: 'first row', group: 'Move' },
  { command: 'last', keys: ['end', 'G'], shown: 'End G', sentence: 'last row', group: 'Move' },
  {
    command: 'back',
    keys: ['escape'],
    shown: 'Esc',
    sentence: 'back: close what is open, drop the filter',
    group: 'Look',
  },
]

export const KEY_GROUPS = ['Move', 'Look', 'Jobs', 'This peer', 'Program'] as const

const BY_KEY = new Map(KEY_TABLE.flatMap((binding) => binding.keys.map((key) => [key, binding] as const)))

export const bindingOf = (key: string): KeyBinding | undefined => BY_KEY.get(key)

/** The bindings that mean something for this kind of peer. */
export const bindingsFor = (isExecutor: boolean): readonly KeyBinding[] =>
  KEY_TABLE.filter(({ needsExecutor = false }) => isExecutor || !needsExecutor)
