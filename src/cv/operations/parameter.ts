/**
 * What an operation's parameter may be: one table entry from which validation, `peer ops`, the docs and the type of the
 * value all follow.
 */

interface ParameterFacts {
  /** One sentence for people. */
  readonly summary: string
}

interface NumericFacts extends ParameterFacts {
  readonly default: number
  readonly min: number
  readonly max: number
  /** `px`, `levels`, `degrees`, `%`; empty where there is none. */
  readonly unit: string
}

export interface IntegerParameter extends NumericFacts {
  readonly type: 'integer'
  /** Only odd values, as kernel sizes are. */
  readonly isOdd?: true
}

export interface NumberParameter extends NumericFacts {
  readonly type: 'number'
}

export interface ChoiceParameter extends ParameterFacts {
  readonly type: 'choice'
  readonly default: string
  readonly choices: readonly string[]
}

export interface BooleanParameter extends ParameterFacts {
  readonly type: 'boolean'
  readonly default: boolean
}

/** A text of one line: no control characters, at most `maxLength` characters (code points). */
export interface TextParameter extends ParameterFacts {
  readonly type: 'text'
  readonly default: string
  readonly maxLength: number
}

/** A colour, whose value is always `#rrggbb` in small letters; people may also give one of the names in rgb-color.ts. */
export interface ColorParameter extends ParameterFacts {
  readonly type: 'color'
  readonly default: `#${string}`
}

/**
 * A file that travels beside the pipeline, named by the SHA-256 of its bytes: 64 hexadecimal digits, or empty where the file has
 * still to be given. People give the file, not the digest (`--model`).
 */
export interface ModelParameter extends ParameterFacts {
  readonly type: 'model'
  readonly default: ''
}

export type Parameter =
  | IntegerParameter
  | NumberParameter
  | ChoiceParameter
  | BooleanParameter
  | TextParameter
  | ColorParameter
  | ModelParameter
export type ParameterValue = number | string | boolean

/** Parameters by name; the order of the keys is the order of positional values. */
export type ParameterTable = Readonly<Record<string, Parameter>>

type ValueOf<P extends Parameter> = P extends { type: 'integer' | 'number' }
  ? number
  : P extends { type: 'choice'; choices: readonly (infer Choice extends string)[] }
    ? Choice
    : P extends { type: 'text' | 'color' | 'model' }
      ? string
      : boolean

/** The values that `apply` receives for a parameter table: every parameter present, within its range. */
export type ParameterValues<Table extends ParameterTable> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> }

/** Values of any operation, as a parsed pipeline holds them. */
export type AnyParameterValues = Readonly<Record<string, ParameterValue>>

/** Every parameter's default, by name. */
export const defaultsOf = (parameters: ParameterTable): Record<string, ParameterValue> =>
  Object.fromEntries(Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]))
