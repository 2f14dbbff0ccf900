/**
 * The cluster key: 256 random bits that every member of one cluster holds, in a file of one line that only its owner may
 * read. Two peers that start at the same moment agree on one key: the file appears complete or not at all (a hard link
 * from a temporary file), and whoever comes second reads it.
 */

import { createHash, randomBytes } from 'node:crypto'
import { constants, copyFile, link, readFile, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import { ensurePrivateFolder, isFileError, writeFileAtomically, writeTemporary } from './data-directory.ts'

/** 32 bytes. */
export type ClusterKey = Uint8Array

export const CLUSTER_KEY_BYTES = 32

/**
 * The key in `file`, made there first if the file does not exist.
 * @throws MurmurationError ERR_KEY when others may read the file or it holds no key, ERR_DATA_DIR when it can't be made
 */
export async function loadOrCreateClusterKey(file: string): Promise<ClusterKey> {
  const existing = await loadClusterKey(file)
  if (existing) return existing
  await ensurePrivateFolder(dirname(file))
  const temporary = await writeTemporary(file, formatClusterKey(randomBytes(CLUSTER_KEY_BYTES)))
  try {
    await publishOnce(temporary, file)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
  const key = await loadClusterKey(file)
  if (!key) throw new MurmurationError('ERR_KEY', `the cluster key file ${file} was removed while it was being made`)
  return key
}

/**
 * The key of a peer: out of the file that a person named, which has to be there (a new key in place of a mistyped name would
 * make a cluster of one), else out of `defaultFile`, which is made at the first start.
 * @throws MurmurationError ERR_KEY, ERR_DATA_DIR
 */
export async function openClusterKey(named: string | undefined, defaultFile: string): Promise<ClusterKey> {
  if (named === undefined) return loadOrCreateClusterKey(defaultFile)
  const key = await loadClusterKey(named)
  if (key) return key
  throw new MurmurationError('ERR_KEY', `a named key file expects to exist, got "${named}", where there is none`, {
    facts: { help: '`peer join --key-file FILE` makes one from the line of `peer invite`.' },
  })
}

/**
 * The key in `file`, or undefined when there is no such file.
 * @throws MurmurationError ERR_KEY when others may read it or it holds no key
 */
export async function loadClusterKey(file: string): Promise<ClusterKey | undefined> {
  let text: string
  try {
    const { mode } = await stat(file)
    // Windows has no such bits: there the profile folder's access list protects the file.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const shown = (mode & 0o777).toString(8).padStart(4, '0')
      throw new MurmurationError(
        'ERR_KEY',
        `the cluster key file ${file} expects to be readable by its owner only, and has mode ${shown}: run chmod 600 ${quote(file)}`,
      )
    }
    text = await readFile(file, 'utf8')
  } catch (cause) {
    if (cause instanceof MurmurationError) throw cause
    if (isFileError(cause, 'ENOENT')) return undefined
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MurmurationError('ERR_KEY', `the cluster key file ${file} can not be read: ${reason}`, { cause })
  }
  const key = parseClusterKey(text)
  if (!key) {
    throw new MurmurationError(
      'ERR_KEY',
      `the cluster key file ${file} expects one line of 64 hexadecimal digits, got ${text.trim().length} characters that are no key`,
    )
  }
  return key
}

/** Puts `key` into `file`, whatever was there. */
export async function replaceClusterKey(file: string, key: ClusterKey): Promise<void> {
  await ensurePrivateFolder(dirname(file))
  await writeFileAtomically(file, formatClusterKey(key))
}

/** A key from 64 hexadecimal digits or 43 characters of base64url; undefined when it is neither. */
export function parseClusterKey(text: string): ClusterKey | undefined {
  const line = text.trim()
  if (/^[0-9a-fA-F]{64}$/.test(line)) return Uint8Array.from(Buffer.from(line, 'hex'))
  if (!/^[A-Za-z0-9_-]{43}=?$/.test(line)) return undefined
  const bytes = Buffer.from(line, 'base64url')
  return bytes.byteLength === CLUSTER_KEY_BYTES ? Uint8Array.from(bytes) : undefined
}

/** Eight hexadecimal digits that tell two keys apart and nothing about either: safe to show and to log. */
export function keyFingerprint(key: ClusterKey): string {
  const digits = createHash('sha256').update('murmuration key fingerprint\0').update(key).digest('hex')
  return `${digits.slice(0, 4)}-${digits.slice(4, 8)}`
}

const formatClusterKey = (key: ClusterKey): string => `${Buffer.from(key).toString('hex')}\n`

const quote = (path: string): string => (/^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)

/** Gives `temporary` the name `file` unless that exists already, in which case nothing happens. */
async function publishOnce(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file)
  } catch (cause) {
    if (isFileError(cause, 'EEXIST')) return
    // File systems without hard links (FAT, some network shares): copying is exclusive too, only not in one step.
    try {
      await copyFile(temporary, file, constants.COPYFILE_EXCL)
    } catch (second) {
      if (!isFileError(second, 'EEXIST')) throw second
    }
  }
}
