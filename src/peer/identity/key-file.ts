/**
 * The file of the cluster key, which only its owner may read. It appears, and changes, whole or not at all. Two peers that
 * start at the same moment agree on one key: a new file gets its name by a hard link, and whoever comes second reads it.
 *
 * A change is made beside the file, as `cluster.key.next`, which only one process can have: it looks whether the file still
 * says what it began from, and renames its own over it. So of two that change the key at once one wins, and whoever is killed
 * leaves the key before or the key after. A `.next` of a process that was killed is in nobody's way after KEY_CHANGE_MS.
 */

import { constants, copyFile, link, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { MurmurationError } from '../../base/errors.ts'
import { KEY_CHANGE_MS, MAX_KEY_FILE_BYTES } from '../../base/limits.ts'
import { isSameKey, keyFingerprint } from './cluster-key.ts'
import { ensurePrivateFolder, isFileError, writeTemporary } from './data-directory.ts'
import { type ClusterKeys, firstKeys, formatKeys, parseKeys } from './key-content.ts'

/**
 * The keys in `file`, made there first if the file does not exist.
 * @throws MurmurationError ERR_KEY when others may read the file or it holds no key, ERR_DATA_DIR when it can't be made
 */
export async function loadOrCreateKeys(file: string): Promise<ClusterKeys> {
  const existing = await loadKeys(file)
  if (existing) return existing
  await ensurePrivateFolder(dirname(file))
  await publish(file, firstKeys())
  const keys = await loadKeys(file)
  if (!keys) throw new MurmurationError('ERR_KEY', `the cluster key file ${file} was removed while it was being made`)
  return keys
}

/**
 * The keys of a peer: out of the file that a person named, which has to be there (a new key in place of a mistyped name would
 * make a cluster of one), else out of `defaultFile`, which is made at the first start.
 * @throws MurmurationError ERR_KEY, ERR_DATA_DIR
 */
export async function openKeys(named: string | undefined, defaultFile: string): Promise<ClusterKeys> {
  if (named === undefined) return loadOrCreateKeys(defaultFile)
  const keys = await loadKeys(named)
  if (keys) return keys
  throw new MurmurationError('ERR_KEY', `a named key file expects to exist, got "${named}", where there is none`, {
    facts: { help: '`peer join --key-file FILE` makes one from the line of `peer invite`.' },
  })
}

/**
 * The keys in `file`, or undefined when there is no such file.
 * @throws MurmurationError ERR_KEY when others may read it or it holds no key
 */
export async function loadKeys(file: string): Promise<ClusterKeys | undefined> {
  const text = await readPrivate(file)
  if (text === undefined) return undefined
  const keys = parseKeys(text)
  if (keys === 'newer') {
    throw new MurmurationError(
      'ERR_KEY',
      `the cluster key file ${file} was written by a newer version of murmuration`,
      {
        facts: { help: 'Install that version here too.' },
      },
    )
  }
  if (keys) return keys
  throw new MurmurationError(
    'ERR_KEY',
    `the cluster key file ${file} expects one line of 64 hexadecimal digits, got ${text.trim().length} characters that are no key`,
  )
}

/**
 * Puts what `change` makes of the keys into `file`. `change` gets undefined where there is no file, and may throw.
 * @throws MurmurationError ERR_KEY, also when another process changes the key at the same moment; ERR_DATA_DIR
 */
export async function changeKeys(
  file: string,
  change: (before: ClusterKeys | undefined) => ClusterKeys,
): Promise<ClusterKeys> {
  await ensurePrivateFolder(dirname(file))
  const before = await loadKeys(file)
  const after = change(before)
  if (before && formatKeys(before) === formatKeys(after)) return before
  const isDone = await write(file, before, after)
  const found = await loadKeys(file)
  if (isDone && found && isSameKey(found.current, after.current)) return after
  const now = found ? `: it is ${keyFingerprint(found.current)} now` : ''
  throw new MurmurationError('ERR_KEY', `another process changed the cluster key ${file} at the same moment${now}`, {
    facts: { help: 'Nothing was changed by this command. Run it again if it is still needed.' },
  })
}

async function write(file: string, before: ClusterKeys | undefined, after: ClusterKeys): Promise<boolean> {
  try {
    if (before) return await replace(file, before, after)
    return await publish(file, after)
  } catch (cause) {
    if (cause instanceof MurmurationError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MurmurationError('ERR_DATA_DIR', `the cluster key file ${file} can not be written: ${reason}`, { cause })
  }
}

/** Gives `keys` the name `file` unless that exists already; whether it did. */
async function publish(file: string, keys: ClusterKeys): Promise<boolean> {
  const temporary = await writeTemporary(file, formatKeys(keys))
  try {
    return await linkOnce(temporary, file)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

/** Renames `after` over `file` unless that no longer says `before`; whether it did. */
async function replace(file: string, before: ClusterKeys, after: ClusterKeys): Promise<boolean> {
  const next = `${file}.next`
  const temporary = await writeTemporary(file, formatKeys(after))
  try {
    while (!(await linkOnce(temporary, next))) {
      if (await isLeftBehind(next)) await unlink(next).catch(() => undefined)
      else await pause(LOOK_AGAIN_MS)
    }
    const now = await loadKeys(file)
    if (now === undefined || formatKeys(now) !== formatKeys(before)) {
      await unlink(next).catch(() => undefined)
      return false
    }
    await rename(next, file)
    await syncFolder(dirname(file))
    return true
  } catch (cause) {
    // Somebody took ours for one that was left behind: this process slept too long.
    if (isFileError(cause, 'ENOENT')) return false
    throw cause
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

const LOOK_AGAIN_MS = 20

async function isLeftBehind(next: string): Promise<boolean> {
  const info = await stat(next).catch(() => undefined)
  return info !== undefined && Math.abs(Date.now() - info.ctimeMs) > KEY_CHANGE_MS
}

/** After a power cut the key of a stolen machine must not be back. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined)
  // Windows opens no folders; there the rename itself has to do.
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

/** Gives `temporary` the name `file` too; false when that exists already. */
async function linkOnce(temporary: string, file: string): Promise<boolean> {
  try {
    await link(temporary, file)
    return true
  } catch (cause) {
    if (isFileError(cause, 'EEXIST')) return false
    if (isFileError(cause, 'ENOENT')) throw cause
    // File systems without hard links (FAT, some network shares): copying is exclusive too, only not in one step.
    try {
      await copyFile(temporary, file, constants.COPYFILE_EXCL)
      return true
    } catch (second) {
      if (isFileError(second, 'EEXIST')) return false
      throw second
    }
  }
}

/** The text of a file that only its owner may read; undefined when there is none. @throws MurmurationError ERR_KEY */
async function readPrivate(file: string): Promise<string | undefined> {
  let handle: Awaited<ReturnType<typeof open>> | undefined
  try {
    // Not to wait for ever where somebody named a pipe.
    handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const info = await handle.stat()
    // Windows has no such bits: there the profile folder's access list protects the file.
    if (process.platform !== 'win32' && (info.mode & 0o077) !== 0) {
      const shown = (info.mode & 0o777).toString(8).padStart(4, '0')
      throw new MurmurationError(
        'ERR_KEY',
        `the cluster key file ${file} expects to be readable by its owner only, and has mode ${shown}: run chmod 600 ${quote(file)}`,
      )
    }
    if (!info.isFile() || info.size > MAX_KEY_FILE_BYTES) {
      const got = info.isFile() ? `${info.size} bytes` : 'something that is no file'
      const sentence = `the cluster key file ${file} expects at most ${MAX_KEY_FILE_BYTES} bytes, got ${got}`
      throw new MurmurationError('ERR_KEY', sentence)
    }
    return await handle.readFile('utf8')
  } catch (cause) {
    if (cause instanceof MurmurationError) throw cause
    if (isFileError(cause, 'ENOENT')) return undefined
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MurmurationError('ERR_KEY', `the cluster key file ${file} can not be read: ${reason}`, { cause })
  } finally {
    await handle?.close()
  }
}

const quote = (path: string): string => (/^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)
