/**
 * HTML and SVG as a template that escapes: whatever is put into one is text, unless it came out of one. So a file called
 * `<script>.jpg` is shown as that, and there is no place to forget it. Attributes always stand in double quotes.
 */

import { escapeControls } from '../tui/text/escape.ts'

/** Text that is safe to stand in a page as it is; only `markup` and `trustedMarkup` make it. */
export class Markup {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type MarkupPart = Markup | string | number | undefined | false | readonly MarkupPart[]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escapeMarkup = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

/** Strings are escaped, control characters and changes of direction shown; lists are joined; `undefined` and `false` are nothing. */
export function markup(strings: TemplateStringsArray, ...parts: readonly MarkupPart[]): Markup {
  let text = strings[0] ?? ''
  for (const [index, part] of parts.entries()) text += textOf(part) + (strings[index + 1] ?? '')
  return new Markup(text)
}

/** For what this program wrote itself: its style sheet. */
export const trustedMarkup = (text: string): Markup => new Markup(text)

function textOf(part: MarkupPart): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return escapeMarkup(escapeControls(part))
  if (part instanceof Markup) return part.toString()
  return part.map(textOf).join('')
}
