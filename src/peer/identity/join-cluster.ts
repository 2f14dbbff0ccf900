/** Accepting an invitation: its key becomes this user's cluster key, its addresses are dialled from the next start on. */

import { timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_BOOTSTRAP_LINES } from '../../base/limits.ts'
import { parseBootstrap } from './bootstrap-list.ts'
import { keyFingerprint, loadClusterKey, replaceClusterKey } from './cluster-key.ts'
import { dataDirectory, ensurePrivateFolder, isFileError, writeFileAtomically } from './data-directory.ts'
import type { Invitation } from './invitation.ts'

export interface JoinOptions {
  readonly dataDir?: string
  readonly keyFile?: string
  /** Give up another cluster's key that is there. Default false. */
  readonly replace?: boolean
}

export interface JoinResult {
  readonly keyFile: string
  readonly fingerprint: string
  /** `same`: this user was a member already. */
  readonly key: 'written' | 'replaced' | 'same'
  readonly addresses: readonly string[]
}

/**
 * @throws MurmurationError ERR_KEY when a different key is there and `replace` is not given, ERR_DATA_DIR
 */
export async function joinCluster(invitation: Invitation, options: JoinOptions = {}): Promise<JoinResult> {
  const directory = dataDirectory(options.dataDir)
  await ensurePrivateFolder(directory.root)
  const keyFile = options.keyFile ?? directory.keyFile
  const present = await loadClusterKey(keyFile)
  const isSame = present !== undefined && timingSafeEqual(present, invitation.key)
  if (present && !isSame && options.replace !== true) {
    throw new MurmurationError(
      'ERR_KEY',
      `the key file ${keyFile} holds the key of another cluster (${keyFingerprint(present)}, the invitation's is ${keyFingerprint(invitation.key)}): joining would leave that cluster, which --replace does`,
    )
  }
  if (!isSame) await replaceClusterKey(keyFile, invitation.key)
  // Addresses of a cluster that was left lead to peers that would only refuse the new key.
  const earlier = present && !isSame ? [] : await readJoinedAddresses(directory.joinedFile)
  const addresses = [...new Set([...invitation.addresses, ...earlier])].slice(0, MAX_BOOTSTRAP_LINES)
  await writeFileAtomically(directory.joinedFile, addresses.map((address) => `${address}\n`).join(''))
  return {
    keyFile,
    fingerprint: keyFingerprint(invitation.key),
    key: isSame ? 'same' : present ? 'replaced' : 'written',
    addresses: invitation.addresses,
  }
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
