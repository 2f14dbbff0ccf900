/**
 * Names and paths of others as table cells. Terminals disagree about the width of joined emoji (families, flags with
 * modifiers): of such a cluster only its first character is kept, so that a name never moves the columns beside it.
 * Combining marks stay: every terminal gives them no width.
 */

import stringWidth from 'string-width'
import { escapeControls } from './escape.ts'

const graphemes = new Intl.Segmenter()

/** Joiners, variation selectors, enclosing keycaps, skin tones, letters of flags, tags. */
const DISPUTED =
  /[\u200b-\u200d\u2060]|[\ufe00-\ufe0f]|\u20e3|[\u{1f3fb}-\u{1f3ff}]|[\u{1f1e6}-\u{1f1ff}]|[\u{e0000}-\u{e007f}]/u

/** Letters of Latin alphabets, box drawing, blocks and bars are one column wide; most of a screen is made of them. */
const PLAIN =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2016\u2026\u2500-\u25a9\u25ac-\u25b5\u25b7-\u25bf\u25c1-\u25fa\u2713\u2715]*$/

/** One column per ordinary character, none per combining mark, two per wide one; fast where the text is plain. */
export const textWidth = (text: string): number => (PLAIN.test(text) ? text.length : stringWidth(text))

/** The text, controls escaped, with nothing in it whose width is in doubt. */
export function cellText(text: string): string {
  const safe = escapeControls(text)
  if (!DISPUTED.test(safe)) return safe
  let shown = ''
  for (const { segment } of graphemes.segment(safe)) {
    if (!DISPUTED.test(segment)) {
      shown += segment
      continue
    }
    const first = [...segment].find((character) => !DISPUTED.test(character))
    shown += first ?? '?'
  }
  return shown
}
