/** The error that a promise or a function ends with, for looking at its code and sentence. */

import { MurmurationError } from '../../src/base/errors.ts'

/** The MurmurationError that `work` rejects with or throws; fails the test when there is none. */
export async function rejectionOf(work: Promise<unknown> | (() => unknown)): Promise<MurmurationError> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    if (error instanceof MurmurationError) return error
    throw error
  }
  throw new Error('an error was expected, and there was none')
}
