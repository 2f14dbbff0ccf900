/** Names of peers: what a person reads, and the name of the peer's folder. Only this user's own names become folders. */

import { MurmurationError } from '../../base/errors.ts'
import { MAX_NAME_TRIES, MAX_PEER_NAME_CHARS } from '../../base/limits.ts'
import { type Random, randomIndex } from '../../base/random.ts'

/** Without the letters that are easily misread. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz'
const SUFFIX_LETTERS = 4

/** `name` when it can be a peer's name. @throws MurmurationError ERR_USAGE */
export function checkPeerName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name) && name.length <= MAX_PEER_NAME_CHARS) return name
  throw new MurmurationError(
    'ERR_USAGE',
    `a peer's name expects 1 to ${MAX_PEER_NAME_CHARS} letters, digits, "-" and "_", got "${name.slice(0, 80)}"`,
  )
}

/** Whether a folder of this name can be a peer's. */
export const isPeerName = (name: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name) && name.length <= MAX_PEER_NAME_CHARS

/** Host name and four random letters, such as `lab-3-kmqa`. */
export function inventPeerName(hostname: string, random: Random): string {
  let suffix = ''
  while (suffix.length < SUFFIX_LETTERS) suffix += LETTERS[randomIndex(random, LETTERS.length)]
  const host = hostname
    .toLowerCase()
    .replace(/\..*$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_PEER_NAME_CHARS - SUFFIX_LETTERS - 1)
    .replace(/^-+|-+$/g, '')
  return `${host === '' ? 'peer' : host}-${suffix}`
}

/** `name`, `name-2`, `name-3`, … none longer than a name may be. */
export function* numberedNames(name: string): Generator<string> {
  yield name
  for (let number = 2; number <= MAX_NAME_TRIES; number++) {
    const suffix = `-${number}`
    yield `${name.slice(0, MAX_PEER_NAME_CHARS - suffix.length)}${suffix}`
  }
}
