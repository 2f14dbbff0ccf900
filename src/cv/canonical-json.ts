/**
 * The data of an operation as text: one line of JSON that is the same from every peer. Keys stand in the order in which the
 * operation's own code gives them; numbers as ECMAScript prints them (the shortest decimal that reads back the same).
 */

import { MurmurationError } from '../base/errors.ts'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** @throws MurmurationError ERR_INTERNAL where a number is not finite, which JSON would turn into null */
export function canonicalJson(value: JsonValue): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) {
      throw new MurmurationError('ERR_INTERNAL', `data is expected to have finite numbers, got ${part} as "${key}"`)
    }
    return part
  })
}

/** A measured number without the digits that mean nothing: rounded to so many decimals. */
export function rounded(value: number, decimals: number): number {
  // + 0 turns -0 into 0
  return Number(value.toFixed(decimals)) + 0
}
