/** Ways in which a stranger's bytes go wrong: none of them may do anything but throw a MurmurationError. */

import fc from 'fast-check'
import { MurmurationError } from '../../src/base/errors.ts'

/** Valid bytes with some of them changed, cut off, repeated or removed. */
export const mutated = (valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc
    .record({
      bytes: valid,
      changes: fc.array(fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) }), { maxLength: 4 }),
      from: fc.nat(),
      to: fc.nat(),
      isDoubled: fc.boolean(),
    })
    .map(({ bytes, changes, from, to, isDoubled }) => {
      const copy = new Uint8Array(bytes)
      for (const { at, to } of changes) copy[at % copy.length] = to
      const [start, end] = [from % (copy.length + 1), to % (copy.length + 1)].sort((one, other) => one - other)
      const hole = [...copy.subarray(0, start), ...copy.subarray(end)]
      return Uint8Array.from(isDoubled ? [...copy, ...hole] : hole)
    })

/** Runs `decode` and lets nothing pass but a value or a MurmurationError of the wire. */
export function throwsOnlyWireErrors(decode: () => unknown): void {
  try {
    decode()
  } catch (error) {
    if (error instanceof MurmurationError && ['ERR_MALFORMED', 'ERR_PROTOCOL', 'ERR_LIMIT'].includes(error.code)) return
    throw error
  }
}
