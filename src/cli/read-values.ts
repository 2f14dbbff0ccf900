/** Typed text -> trusted values, by the table. Every refusal names the flag, what it expects, and what came. */

import { MurmurationError } from '../base/errors.ts'
import { MAX_SHOWN_VALUE_CHARS } from '../base/limits.ts'
import { escapeControls } from '../tui/text/escape.ts'
import { type Flag, type Flags, type FlagValues, kebabCase } from './flags.ts'
import { nearestName } from './nearest-name.ts'
import type { ValueKind } from './value-kinds.ts'

/**
 * The values of `flags` out of what commander collected (strings, lists of strings, booleans).
 * @throws MurmurationError ERR_USAGE
 */
export function readValues<F extends Flags>(flags: F, raw: Readonly<Record<string, unknown>>): FlagValues<F> {
  const values = Object.entries(flags).map(([name, flag]) => [name, readValue(name, flag, raw[name])])
  // the table's types say which value belongs to which name; Object.fromEntries forgets it
  return Object.fromEntries(values) as FlagValues<F>
}

function readValue(name: string, flag: Flag, raw: unknown): unknown {
  switch (flag.form) {
    case 'value':
      return typeof raw === 'string' ? parseValue(name, flag.kind, raw) : flag.default
    case 'list':
      return Array.isArray(raw) ? raw.map((item) => parseValue(name, flag.kind, String(item))) : []
    case 'bare-or-value':
      return typeof raw === 'string' ? parseValue(name, flag.kind, raw) : raw === true ? true : undefined
    case 'switch':
      return raw === true
    case 'negative':
      return raw !== false
    case 'either':
      return typeof raw === 'boolean' ? raw : undefined
  }
}

function parseValue<T>(name: string, kind: ValueKind<T>, typed: string): T {
  const result = kind.schema.safeParse(typed)
  if (result.success) return result.data
  throw expected(`--${kebabCase(name)}`, kind.expects, typed, nearestChoice(kind.choices ?? [], typed))
}

/** What was meant by the first word, of several with commas between, that is none of the choices. */
function nearestChoice(choices: readonly string[], typed: string): string | undefined {
  const words = typed.split(',').map((word) => word.trim())
  const wrong = words.find((word) => !choices.includes(word))
  return wrong === undefined ? undefined : nearestName(wrong, choices)
}

/** ERR_USAGE in the one form of all usage errors: `--load expects a probability …, got "1.5"`. */
export function expected(
  subject: string,
  expectation: string,
  typed: string | undefined,
  nearest?: string,
): MurmurationError {
  const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
  return new MurmurationError('ERR_USAGE', `${subject} expects ${expectation}, got ${quote(typed)}${hint}`)
}

/** What was typed, fit to be shown: quoted, escaped, cut. */
export function quote(typed: string | undefined): string {
  if (typed === undefined) return 'nothing'
  const shown = escapeControls(typed)
  return shown.length > MAX_SHOWN_VALUE_CHARS ? `"${shown.slice(0, MAX_SHOWN_VALUE_CHARS)}…"` : `"${shown}"`
}
