/** What Ink tells of the keyboard, as names of single keys: `a`, `G`, `enter`, `shift-tab`, `ctrl-c`. */

import type { Key } from 'ink'

const NAMED: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
]

const CONTROL: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
}

const graphemes = new Intl.Segmenter()

/** Fast typing comes in one piece: each character is a key of its own. Nothing for what has no name. */
export function keysOf(input: string, key: Key): readonly string[] {
  if (key.eventType === 'release') return []
  if (key.tab) return [key.shift ? 'shift-tab' : 'tab']
  const named = NAMED.find(([flag]) => key[flag] === true)
  if (named !== undefined) return [named[1]]
  if (key.ctrl) return input === '' ? [] : [`ctrl-${input.toLowerCase()}`]
  if (key.meta) return []
  return [...graphemes.segment(input)].flatMap(({ segment }) => {
    const control = CONTROL[segment]
    if (control !== undefined) return [control]
    const code = segment.charCodeAt(0)
    if (code >= 1 && code <= 26) return [`ctrl-${String.fromCharCode(code + 96)}`]
    return /^\p{Cc}/u.test(segment) ? [] : [segment]
  })
}

/** Whether a key puts its own name into a text: names of other keys are longer than one plain character. */
export const isTyped = (key: string): boolean => key.length === 1 || /[^\x20-\x7e]/.test(key)
