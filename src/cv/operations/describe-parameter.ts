/** What a parameter may be, in the few words that `peer ops` and docs/OPERATIONS.md share. */

import type { ParameterInfo } from './operation.ts'

const TYPE_WORDS: Readonly<Record<ParameterInfo['type'], string>> = {
  integer: 'whole number',
  number: 'number',
  choice: 'choice',
  boolean: 'true or false',
  text: 'text',
  color: 'color',
  model: 'model',
}

/** `odd number`, `choice`. */
export const typeText = ({ type, isOdd }: ParameterInfo): string => (isOdd ? 'odd number' : TYPE_WORDS[type])

/** `0 to 255`, `fit, fill, inside`; empty where the type says it all. The unit is not in it. */
export function rangeText({ type, min, max, choices, maxLength }: ParameterInfo): string {
  if (choices !== undefined) return choices.join(', ')
  if (type === 'color') return '#rrggbb or a name'
  if (type === 'model') return 'SHA-256 of the file of --model'
  if (type === 'text') return `at most ${maxLength} characters`
  return type === 'boolean' ? '' : `${min} to ${max}`
}

/** As it would be typed; an empty text is two quotes. */
export const defaultText = ({ default: value }: ParameterInfo): string => (value === '' ? "''" : String(value))
