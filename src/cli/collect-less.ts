/**
 * V8 collects the whole heap after every 64 MB of buffers, however few of them live. Images and what carries them are buffers: a peer
 * at work spent more than a third of its CPU time on marking 35 MB of code and objects again and again. So buffers count towards
 * the heap's own limit, and the limit is four times what lives. It costs no memory in the end: a peer at work has 550 MB
 * instead of 600, an idle one 130 MB. `--single-threaded-gc` and larger semi-spaces were slower.
 */

import { setFlagsFromString } from 'node:v8'

/** The first whose V8 knows the flags. Older ones would complain on standard error, and only collect more often. */
const FIRST_MAJOR = 24

export const COLLECT_LESS_FLAGS = ['--external-memory-accounted-in-global-limit', '--heap-growing-percent=300'] as const

/** For this process and all its threads; before it handles images. */
export function collectLess(nodeVersion: string): void {
  if (Number.parseInt(nodeVersion, 10) < FIRST_MAJOR) return
  for (const flag of COLLECT_LESS_FLAGS) setFlagsFromString(flag)
}
