/**
 * Accepting an invitation: its key becomes this user's cluster key, its addresses are dialled from the next start on. An
 * invitation to the cluster one is in already is how a changed key gets from machine to machine: it says which keys it
 * replaced and how long the last of them is accepted, and running peers take both over.
 */

import { readFile } from 'node:fs/promises'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_BOOTSTRAP_LINES, MAX_KEY_OVERLAP_MS } from '../../base/limits.ts'
import { parseBootstrap } from './bootstrap-list.ts'
import { isSameKey, keyFingerprint, keyId } from './cluster-key.ts'
import { dataDirectory, ensurePrivateFolder, isFileError, writeFileAtomically } from './data-directory.ts'
import type { Invitation } from './invitation.ts'
import { type ClusterKeys, succeed } from './key-content.ts'
import { changeKeys } from './key-file.ts'

export interface JoinOptions {
  readonly dataDir?: string
  readonly keyFile?: string
  /** Give up another cluster's key that is there. Default false. */
  readonly replace?: boolean
  /** Milliseconds since the Unix epoch. Default: now. */
  readonly wallTime?: number
}

/**
 * `same`: this user was a member already. `renewed`: a member, with a key that has been replaced since. `replaced`: a member of
 * another cluster until now.
 */
export type JoinedHow = 'written' | 'replaced' | 'renewed' | 'same'

export interface JoinResult {
  readonly keyFile: string
  readonly fingerprint: string
  readonly key: JoinedHow
  readonly addresses: readonly string[]
}

/**
 * @throws MurmurationError ERR_KEY when a different cluster's key is there, or a newer one of this cluster, and `replace` is
 *   not given; ERR_DATA_DIR
 */
export async function joinCluster(invitation: Invitation, options: JoinOptions = {}): Promise<JoinResult> {
  const directory = dataDirectory(options.dataDir)
  await ensurePrivateFolder(directory.root)
  const keyFile = options.keyFile ?? directory.keyFile
  const wallTime = options.wallTime ?? Date.now()
  let how: JoinedHow = 'written'
  await changeKeys(keyFile, (present) => {
    how = present ? relationOf(present, invitation) : 'written'
    if (how === 'replaced' && present && options.replace !== true) throw refuseToLeave(keyFile, present, invitation)
    return keysAfter(how, present, invitation, wallTime)
  })
  await writeAddresses(directory.joinedFile, invitation, how)
  return { keyFile, fingerprint: keyFingerprint(invitation.key), key: how, addresses: invitation.addresses }
}

function relationOf(present: ClusterKeys, { key, replaced = [] }: Invitation): JoinedHow {
  if (isSameKey(present.current, key)) return 'same'
  return replaced.includes(keyId(present.current)) ? 'renewed' : 'replaced'
}

function keysAfter(
  how: JoinedHow,
  present: ClusterKeys | undefined,
  { key, replaced = [], previousUntil = 0 }: Invitation,
  wallTime: number,
): ClusterKeys {
  if (!present || how === 'written' || how === 'replaced') return { current: key, replaced }
  // A clock that was wrong where the key was changed must not keep the old one for ever.
  const until = Math.min(previousUntil, wallTime + MAX_KEY_OVERLAP_MS)
  if (how === 'renewed') {
    const isLatest = replaced[0] === keyId(present.current)
    return { ...succeed(present, key, isLatest && until > wallTime ? until : undefined), replaced }
  }
  const { current, previous } = present
  const acceptedUntil = Math.min(previous?.acceptedUntil ?? 0, until)
  const known = replaced.length > 0 ? replaced : present.replaced
  // An overlap only ever gets shorter this way: `--now` on one machine is brought to the others by inviting them again.
  return {
    current,
    ...(previous && acceptedUntil > wallTime && { previous: { ...previous, acceptedUntil } }),
    replaced: known,
  }
}

function refuseToLeave(keyFile: string, present: ClusterKeys, { key }: Invitation): MurmurationError {
  const keys = `${keyFingerprint(present.current)}, the invitation's is ${keyFingerprint(key)}`
  if (present.replaced.includes(keyId(key))) {
    const sentence = `the key file ${keyFile} holds a newer key of this cluster (${keys}): the invitation is from before the change`
    return new MurmurationError('ERR_KEY', sentence, {
      facts: { help: 'Run `peer invite` anew where the key was changed, or here; --replace goes back to the old key.' },
    })
  }
  return new MurmurationError(
    'ERR_KEY',
    `the key file ${keyFile} holds the key of another cluster (${keys}): joining would leave that cluster, which --replace does`,
  )
}

async function writeAddresses(joinedFile: string, invitation: Invitation, how: JoinedHow): Promise<void> {
  // Addresses of a cluster that was left lead to peers that would only refuse the new key.
  const earlier = how === 'replaced' ? [] : await readJoinedAddresses(joinedFile)
  const addresses = [...new Set([...invitation.addresses, ...earlier])].slice(0, MAX_BOOTSTRAP_LINES)
  await writeFileAtomically(joinedFile, addresses.map((address) => `${address}\n`).join(''))
}

/** The addresses of all invitations that were accepted; none when there is no such file. */
export async function readJoinedAddresses(joinedFile: string): Promise<readonly string[]> {
  try {
    return parseBootstrap(await readFile(joinedFile, 'utf8'), joinedFile).addresses
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return []
    throw error
  }
}
