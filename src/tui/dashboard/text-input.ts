/** One line of typed text with a cursor, in characters as a person counts them. */

import { isTyped } from './keys.ts'

export interface TextInput {
  readonly text: string
  /** In UTF-16 units, always between two characters. */
  readonly cursor: number
}

export const inputOf = (text: string): TextInput => ({ text, cursor: text.length })

const graphemes = new Intl.Segmenter()

/** The input after a key, or undefined when the key means nothing to it. */
export function editInput(input: TextInput, key: string): TextInput | undefined {
  const { text, cursor } = input
  if (isTyped(key)) return insertText(input, key)
  switch (key) {
    case 'left':
      return { text, cursor: previousCursor(text, cursor) }
    case 'right':
      return { text, cursor: nextCursor(text, cursor) }
    case 'home':
    case 'ctrl-a':
      return { text, cursor: 0 }
    case 'end':
    case 'ctrl-e':
      return inputOf(text)
    case 'backspace': {
      const start = previousCursor(text, cursor)
      return { text: text.slice(0, start) + text.slice(cursor), cursor: start }
    }
    case 'delete':
      return { text: text.slice(0, cursor) + text.slice(nextCursor(text, cursor)), cursor }
    case 'ctrl-u':
      return { text: text.slice(cursor), cursor: 0 }
    case 'ctrl-k':
      return { text: text.slice(0, cursor), cursor }
    case 'ctrl-w': {
      const kept = text.slice(0, cursor).replace(/[^\s/|]*[\s/|]*$/, '')
      return { text: kept + text.slice(cursor), cursor: kept.length }
    }
    default:
      return undefined
  }
}

/** Typed or pasted text at the cursor; what is no printable character is left out. */
export function insertText({ text, cursor }: TextInput, added: string): TextInput {
  const clean = added.replace(/\p{Cc}/gu, '')
  return { text: text.slice(0, cursor) + clean + text.slice(cursor), cursor: cursor + clean.length }
}

function previousCursor(text: string, cursor: number): number {
  let last = 0
  for (const { index } of graphemes.segment(text.slice(0, cursor))) last = index
  return last
}

function nextCursor(text: string, cursor: number): number {
  const [next] = graphemes.segment(text.slice(cursor))
  return cursor + (next?.segment.length ?? 0)
}
