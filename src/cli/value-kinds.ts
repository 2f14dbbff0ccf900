/**
 * The kinds of values that flags take. Each knows its placeholder in the help, what it expects as words for the error
 * sentence, and the zod schema that turns the typed text into the trusted value.
 */

import { z } from 'zod'
import { MAX_PEER_NAME_CHARS } from '../base/limits.ts'
import { faultOfAddress } from '../peer/identity/bootstrap-list.ts'
import { isPeerName } from '../peer/identity/peer-name.ts'

export interface ValueKind<T> {
  /** Stands for the value in the help: `D`, `N`, `P|auto`. */
  readonly placeholder: string
  /** Completes "--flag expects …". */
  readonly expects: string
  readonly schema: z.ZodType<T, string>
  /** The words that can be typed, where they are few. */
  readonly choices?: readonly string[]
}

const DURATION_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SIZE_UNITS_BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** A number with one of the units behind it; without one it counts in the first unit. */
function quantity(units: Readonly<Record<string, number>>): z.ZodType<number, string> {
  const names = Object.keys(units)
  const pattern = new RegExp(`^(\\d+(?:\\.\\d+)?)(${names.join('|')})?$`)
  return z
    .string()
    .regex(pattern)
    .transform((text) => {
      const [, figure, unit] = pattern.exec(text) ?? []
      return Math.round(Number(figure) * (units[unit ?? names[0] ?? ''] ?? 1))
    })
}

/** Milliseconds, typed as `300ms`, `3s`, `2m`, `1h`, `7d` or a bare number of milliseconds. */
export const duration = (minMs: number, maxMs: number): ValueKind<number> => ({
  placeholder: 'D',
  expects: `a duration between ${durationText(minMs)} and ${durationText(maxMs)} like 300ms, 3s or 2m`,
  schema: quantity(DURATION_UNITS_MS).pipe(z.number().min(minMs).max(maxMs)),
})

/** Bytes, typed as `64KiB`, `3MiB` or a bare number of bytes. */
export const size = (minBytes: number, maxBytes: number): ValueKind<number> => ({
  placeholder: 'S',
  expects: `a size between ${sizeText(minBytes)} and ${sizeText(maxBytes)} like 64KiB or 3MiB`,
  schema: quantity(SIZE_UNITS_BYTES).pipe(z.number().min(minBytes).max(maxBytes)),
})

/** Pixels, typed as `50MP` or a bare number of pixels. */
export const pixels = (minPx: number, maxPx: number): ValueKind<number> => ({
  placeholder: 'N',
  expects: `a number of pixels between ${minPx} and ${maxPx} like 50MP or 50000000`,
  schema: quantity({ px: 1, MP: 1_000_000 }).pipe(z.number().min(minPx).max(maxPx)),
})

export const integer = (min: number, max: number): ValueKind<number> => ({
  placeholder: 'N',
  expects: `a whole number between ${min} and ${max}`,
  schema: z.string().regex(/^\d+$/).transform(Number).pipe(z.number().int().min(min).max(max)),
})

/** The side of a tile in pixels, or `auto`. */
export const tileSide = (minPx: number, maxPx: number): ValueKind<number | 'auto'> => ({
  placeholder: 'N|auto',
  expects: `a whole number of pixels between ${minPx} and ${maxPx} or "auto"`,
  schema: z.union([
    z.literal('auto'),
    z.string().regex(/^\d+$/).transform(Number).pipe(z.number().int().min(minPx).max(maxPx)),
  ]),
})

export const probabilityOrAuto: ValueKind<number | 'auto'> = {
  placeholder: 'P|auto',
  expects: 'a probability between 0 and 1 or "auto"',
  schema: z.union([
    z.literal('auto'),
    z
      .string()
      .regex(/^(\d+(\.\d*)?|\.\d+)$/)
      .transform(Number)
      .pipe(z.number().min(0).max(1)),
  ]),
}

/** A share in [0, 1], typed as `5%` or `0.05`. */
export const share: ValueKind<number> = {
  placeholder: 'SHARE',
  expects: 'a share between 0% and 100% like 5% or 0.05',
  schema: z
    .string()
    .regex(/^(\d+(\.\d*)?|\.\d+)%?$/)
    .transform((text) => (text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text)))
    .pipe(z.number().min(0).max(1)),
}

export const oneOf = <const Choices extends readonly [string, ...string[]]>(
  placeholder: string,
  choices: Choices,
): ValueKind<Choices[number]> => ({
  placeholder,
  expects: `one of ${choices.join(', ')}`,
  choices,
  schema: z.enum(choices) as z.ZodType<Choices[number], string>,
})

/** Several of the choices, typed with commas between them, each at most once. */
export const listOf = <const Choices extends readonly [string, ...string[]]>(
  choices: Choices,
): ValueKind<readonly Choices[number][]> => ({
  placeholder: 'LIST',
  expects: `a list like ${choices.slice(0, 2).join(',')} of different names out of ${choices.join(', ')}`,
  choices,
  schema: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(choices)).nonempty())
    .refine((names) => new Set(names).size === names.length) as z.ZodType<readonly Choices[number][], string>,
})

/** Any text that is not empty and has no control characters. */
export const text = (placeholder: string, what: string): ValueKind<string> => ({
  placeholder,
  expects: `${what} without control characters`,
  schema: z
    .string()
    .min(1)
    .refine((value) => !/\p{Cc}/u.test(value)),
})

/** A file or folder name as the file system takes it. */
export const path = (placeholder: 'FILE' | 'DIR'): ValueKind<string> => ({
  placeholder,
  expects: placeholder === 'FILE' ? 'the path of a file' : 'the path of a folder',
  schema: z
    .string()
    .min(1)
    .refine((value) => !value.includes('\0')),
})

/**
 * A page to write. Its ending is asked for, so that `--report a.jpg b.jpg` cannot take an image for the name of a file that
 * is to be written.
 */
export const htmlFile: ValueKind<string> = {
  placeholder: 'FILE',
  expects: 'a file name that ends in .html, or nothing behind it (then write it last)',
  schema: z
    .string()
    .regex(/[^/\\]\.html?$/i)
    .refine((value) => !value.includes('\0')),
}

/** Part of a file name: no separators. */
export const fileNamePart = (placeholder: string, maxBytes: number): ValueKind<string> => ({
  placeholder,
  expects: `part of a file name of at most ${maxBytes} bytes without slashes or control characters`,
  schema: z
    .string()
    .min(1)
    .refine((value) => !/[\p{Cc}/\\]/u.test(value) && Buffer.byteLength(value) <= maxBytes),
})

export const peerName: ValueKind<string> = {
  placeholder: 'NAME',
  expects: `a name of 1 to ${MAX_PEER_NAME_CHARS} letters, digits, "-" and "_"`,
  schema: z.string().refine(isPeerName),
}

/** A TCP port; 0 stands for any free one. */
export const port: ValueKind<number> = { ...integer(0, 65_535), placeholder: 'PORT' }

/** A TCP address to listen on. */
export const listenAddress: ValueKind<string> = {
  placeholder: 'ADDR',
  expects: 'an address like /ip4/127.0.0.1/tcp/4601',
  schema: z
    .string()
    .refine((value) => faultOfAddress(value) === undefined && /^\/ip[46]\/[^/]+\/tcp\/\d+$/.test(value)),
}

/** The shortest way to type this duration: `300ms`, `3s`, `2m`, `1d`. */
export const durationText = (durationMs: number): string => inLargestUnit(durationMs, DURATION_UNITS_MS)

/** The shortest way to type this size: `64KiB`, `3MiB`. */
export const sizeText = (sizeBytes: number): string => inLargestUnit(sizeBytes, SIZE_UNITS_BYTES)

function inLargestUnit(value: number, units: Readonly<Record<string, number>>): string {
  const fitting = Object.entries(units).filter(([, factor]) => value >= factor && value % factor === 0)
  const [unit, factor] = fitting.at(-1) ?? Object.entries(units)[0] ?? ['', 1]
  return `${value / factor}${unit}`
}
