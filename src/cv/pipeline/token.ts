/**
 * Pieces of a pipeline text that remember where they stood, so that every error can point at its character.
 *
 * Between two ' nothing separates, and '' stands for one ': each ' is taken to open or to close, so a doubled one closes
 * and opens again at once.
 */

export interface Token {
  readonly text: string
  /** 0-based, in UTF-16 code units of the whole text. */
  readonly offset: number
}

/** Without the white space around it. */
export function trimToken({ text, offset }: Token): Token {
  const start = text.length - text.trimStart().length
  return { text: text.trim(), offset: offset + start }
}

/** The index of a ' that is never closed; undefined where all are. */
export function findOpenQuote(text: string): number | undefined {
  const count = text.split("'").length - 1
  return count % 2 === 0 ? undefined : text.lastIndexOf("'")
}

/** Where the separator (one character) stands outside quotes. */
function separatorIndexes(text: string, separator: string): number[] {
  const indexes: number[] = []
  let isQuoted = false
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "'") isQuoted = !isQuoted
    else if (text[index] === separator && !isQuoted) indexes.push(index)
  }
  return indexes
}

const partOf = ({ text, offset }: Token, start: number, end?: number): Token =>
  trimToken({ text: text.slice(start, end), offset: offset + start })

/** The trimmed parts between separators; at least one, and empty ones too. */
export function splitToken(token: Token, separator: string): Token[] {
  const indexes = separatorIndexes(token.text, separator)
  return [-1, ...indexes].map((before, part) => partOf(token, before + 1, indexes[part]))
}

/** What stands before and after the first separator, trimmed; `after` is undefined where there is none. */
export function cutToken(token: Token, separator: string): { before: Token; after: Token | undefined } {
  const [index] = separatorIndexes(token.text, separator)
  if (index === undefined) return { before: trimToken(token), after: undefined }
  return { before: partOf(token, 0, index), after: partOf(token, index + 1) }
}

/** The text of a value without its quotes; undefined where quotes are not around the whole of it. */
export function unquote(text: string): string | undefined {
  if (!text.includes("'")) return text
  return /^'(?:[^']|'')*'$/.test(text) ? text.slice(1, -1).replaceAll("''", "'") : undefined
}

const MAX_QUOTED = 40

/** For a sentence: quoted, without control characters, and cut where it is long. */
export function quote(text: string): string {
  const shown = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text
  return JSON.stringify(shown)
}

/** `at character 7`: people count from 1. */
export const position = ({ offset }: Token): string => `at character ${offset + 1}`
