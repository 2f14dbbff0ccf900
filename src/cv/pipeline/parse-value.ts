/** The text of one parameter's value to the value, checked against its table entry. */

import type { Parameter, ParameterValue } from '../operations/parameter.ts'
import { COLOR_NAMES, parseColor } from '../operations/rgb-color.ts'

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
/** Control characters, line separators, and halves of characters, which no encoding can carry. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u

/** What a parameter accepts, as the middle of a sentence: `between 0 and 255 px`. */
export function expectation(parameter: Parameter): string {
  switch (parameter.type) {
    case 'choice':
      return `to be one of ${parameter.choices.join(', ')}`
    case 'boolean':
      return 'to be true or false'
    case 'text':
      return `to be a text of at most ${parameter.maxLength} characters in one line`
    case 'color':
      return `to be a color, #rrggbb or one of ${Object.keys(COLOR_NAMES).join(', ')}`
    case 'model':
      return 'to be the SHA-256 of a file, 64 hexadecimal digits'
    case 'integer':
    case 'number': {
      const range = `between ${parameter.min} and ${parameter.max}${parameter.unit === '' ? '' : ` ${parameter.unit}`}`
      if (parameter.type === 'number') return range
      return parameter.isOdd === true ? `to be an odd whole number ${range}` : `to be a whole number ${range}`
    }
  }
}

/** The value, or undefined where the text (without its quotes) is none that the parameter accepts. */
export function parseValue(text: string, parameter: Parameter): ParameterValue | undefined {
  switch (parameter.type) {
    case 'choice':
      return parameter.choices.includes(text) ? text : undefined
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined
    case 'text':
      return [...text].length <= parameter.maxLength && !UNPRINTABLE.test(text) ? text : undefined
    case 'color':
      return parseColor(text)
    case 'model':
      return /^([0-9a-f]{64})?$/.test(text) ? text : undefined
    case 'integer':
    case 'number': {
      if (!NUMBER.test(text)) return undefined
      // + 0 turns -0 into 0: one value, one text
      const value = Number(text) + 0
      if (!(value >= parameter.min && value <= parameter.max)) return undefined
      if (parameter.type === 'number') return value
      if (!Number.isInteger(value) || (parameter.isOdd === true && value % 2 === 0)) return undefined
      return value
    }
  }
}
