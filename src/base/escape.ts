/**
 * Names, paths and sentences of others on their way to a terminal or a log: a file called `\x1b[2J.jpg` must not clear the
 * screen, and a right-to-left override must not show one name as another.
 */

/** C0, DEL, C1, line and paragraph separators, bidirectional controls, unpaired surrogates and the byte order mark. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text with every control character shown as an escape (`\n`, `\x1b`, `\u202e`). */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0
    return SHORT[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`)
  })
}

/** JSON with the same content, in which such characters stand as `\\u202e`: a terminal may be what reads it. */
export const escapeInJson = (json: string): string =>
  json.replace(UNSAFE, (character) => `\\u${hex(character.charCodeAt(0), 4)}`)

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')
