/** Pieces of a pipeline text that remember where they stood, so that every error can point at its character. */

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

/** The trimmed parts between separators; at least one, and empty ones too. */
export function splitToken({ text, offset }: Token, separator: string): Token[] {
  let at = offset
  return text.split(separator).map((part) => {
    const token = trimToken({ text: part, offset: at })
    at += part.length + separator.length
    return token
  })
}

/** What stands before and after the first separator, trimmed; `after` is undefined where there is none. */
export function cutToken(token: Token, separator: string): { before: Token; after: Token | undefined } {
  const index = token.text.indexOf(separator)
  if (index === -1) return { before: trimToken(token), after: undefined }
  return {
    before: trimToken({ text: token.text.slice(0, index), offset: token.offset }),
    after: trimToken({
      text: token.text.slice(index + separator.length),
      offset: token.offset + index + separator.length,
    }),
  }
}

const MAX_QUOTED = 40

/** For a sentence: quoted, without control characters, and cut where it is long. */
export function quote(text: string): string {
  const shown = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text
  return JSON.stringify(shown)
}

/** `at character 7`: people count from 1. */
export const position = ({ offset }: Token): string => `at character ${offset + 1}`
