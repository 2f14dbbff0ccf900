/**
 * V8 collects the whole heap after every 64 MB of buffers, however few of them live. Images and what carries them are buffers: a peer
 * at work spent more than a third of its CPU time on marking 34 MB of code and objects again and again. With this flag buffers
 * count towards the heap's own limit, which grows with what lives. `--single-threaded-gc` and larger semi-spaces were slower.
 */

import { setFlagsFromString } from 'node:v8'

/** The first whose V8 knows the flag. Older ones would complain on standard error, and only collect more often. */
const FIRST_MAJOR = 24

/** For this process and all its threads; before it has done anything. */
export function collectLess(nodeVersion: string): void {
  if (Number.parseInt(nodeVersion, 10) >= FIRST_MAJOR) setFlagsFromString('--external-memory-accounted-in-global-limit')
}
