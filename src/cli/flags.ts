/** What a flag is, and how the table's entries become the types that a command receives. */

import type { ValueKind } from './value-kinds.ts'

interface FlagFacts {
  /** One sentence for help and README, without the default. */
  readonly sentence: string
}

/** `--load P`. */
export interface ValueFlag<T, D extends T | undefined = T | undefined> extends FlagFacts {
  readonly form: 'value'
  readonly kind: ValueKind<T>
  readonly default: D
  /** The default as a person would type or say it; empty when there is none. */
  readonly defaultText: string
}

/** `--include GLOB`, any number of times. */
export interface ListFlag<T> extends FlagFacts {
  readonly form: 'list'
  readonly kind: ValueKind<T>
  readonly defaultText: string
}

/** `--report [FILE]`; the value is true when it is given alone, undefined when it is not given. */
export interface BareOrValueFlag<T> extends FlagFacts {
  readonly form: 'bare-or-value'
  readonly kind: ValueKind<T>
  readonly defaultText: string
}

/** `--overwrite`. */
export interface SwitchFlag extends FlagFacts {
  readonly form: 'switch'
}

/** `--no-mdns`; the value is true unless it is given. */
export interface NegativeFlag extends FlagFacts {
  readonly form: 'negative'
}

/** `--local` and `--no-local`; the value is undefined when neither is given. */
export interface EitherFlag extends FlagFacts {
  readonly form: 'either'
  readonly negativeSentence: string
  readonly defaultText: string
}

export type Flag =
  | ValueFlag<unknown>
  | ListFlag<unknown>
  | BareOrValueFlag<unknown>
  | SwitchFlag
  | NegativeFlag
  | EitherFlag
/** Flags by camel-case name: `giveUp` is `--give-up`. */
export type Flags = Readonly<Record<string, Flag>>

type FlagValue<F> = F extends { form: 'value'; kind: ValueKind<infer T>; default: infer D }
  ? undefined extends D
    ? T | undefined
    : T
  : F extends { form: 'list'; kind: ValueKind<infer T> }
    ? readonly T[]
    : F extends { form: 'bare-or-value'; kind: ValueKind<infer T> }
      ? T | true | undefined
      : F extends { form: 'either' }
        ? boolean | undefined
        : boolean

/** The trusted values of a command's flags. */
export type FlagValues<F extends Flags> = { readonly [Name in keyof F]: FlagValue<F[Name]> }

/** A flag with a value and a default. `shown` is the default as a person would type it. */
export const withDefault = <T>(
  kind: ValueKind<T>,
  value: T,
  shown: string,
  sentence: string,
): ValueFlag<T, T> & { readonly default: T } => ({
  form: 'value',
  kind,
  default: value,
  defaultText: shown,
  sentence,
})

/** A flag with a value whose default is decided elsewhere; `shown` says how, empty for none. */
export const optional = <T>(kind: ValueKind<T>, shown: string, sentence: string): ValueFlag<T, undefined> => ({
  form: 'value',
  kind,
  default: undefined,
  defaultText: shown,
  sentence,
})

export const repeatable = <T>(kind: ValueKind<T>, shown: string, sentence: string): ListFlag<T> => ({
  form: 'list',
  kind,
  defaultText: shown,
  sentence,
})

/** A flag that can do without its value; `shown` says what it then takes. */
export const bareOrValue = <T>(kind: ValueKind<T>, shown: string, sentence: string): BareOrValueFlag<T> => ({
  form: 'bare-or-value',
  kind,
  defaultText: shown,
  sentence,
})

export const toggle = (sentence: string): SwitchFlag => ({ form: 'switch', sentence })

export const negative = (sentence: string): NegativeFlag => ({ form: 'negative', sentence })

export const either = (sentence: string, negativeSentence: string, shown: string): EitherFlag => ({
  form: 'either',
  sentence,
  negativeSentence,
  defaultText: shown,
})

/** `giveUp` -> `give-up`. */
export const kebabCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

export interface FlagLine {
  /** As it is typed: `--give-up D`, `--no-mdns`. */
  readonly usage: string
  readonly sentence: string
  readonly defaultText: string
}

/** The lines that describe a flag: one, or two for `--x` / `--no-x`. */
export function flagLines(name: string, flag: Flag): readonly FlagLine[] {
  const long = kebabCase(name)
  switch (flag.form) {
    case 'value':
    case 'list': {
      const sentence = flag.form === 'list' ? `${flag.sentence} (repeatable)` : flag.sentence
      return [{ usage: `--${long} ${flag.kind.placeholder}`, sentence, defaultText: flag.defaultText }]
    }
    case 'bare-or-value':
      return [{ usage: `--${long} [${flag.kind.placeholder}]`, sentence: flag.sentence, defaultText: flag.defaultText }]
    case 'switch':
      return [{ usage: `--${long}`, sentence: flag.sentence, defaultText: '' }]
    case 'negative':
      return [{ usage: `--no-${long}`, sentence: flag.sentence, defaultText: '' }]
    case 'either':
      return [
        { usage: `--${long}`, sentence: flag.sentence, defaultText: flag.defaultText },
        { usage: `--no-${long}`, sentence: flag.negativeSentence, defaultText: '' },
      ]
  }
}
