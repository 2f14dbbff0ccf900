/**
 * Where a peer keeps what must outlive it:
 *
 *     <dataDir>/cluster.key            who may join
 *     <dataDir>/joined.txt             addresses of invitations
 *     <dataDir>/peers/<name>/          one executor's identity, known peers and models
 *     <dataDir>/observers/<name>/      one observer's
 *     <dataDir>/jobs/                  finished jobs, a JSON file each
 *     <dataDir>/running/<name>.json    who runs now on this machine
 *
 * Folders are 0700 and files 0600: everything here belongs to one user.
 */

import { randomBytes } from 'node:crypto'
import { access, constants, open, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import type { PeerRole } from '../../protocol/messages.ts'
import { makeFolder } from '../files/make-folder.ts'

export interface DataDirectory {
  readonly root: string
  readonly keyFile: string
  readonly joinedFile: string
  readonly running: string
  readonly jobs: string
  /** The folder that holds one sub-folder per peer name of this role. */
  folderOf(role: PeerRole): string
}

// it asks for the home while it is being loaded, and throws where the user has none: with --data-dir nobody needs it
const envPaths = await import('env-paths').then(
  (module) => module.default,
  () => undefined,
)

/** The user's data folder by the convention of the operating system. @throws MurmurationError ERR_DATA_DIR without a home */
export function defaultDataDirectory(): string {
  if (envPaths !== undefined) return envPaths('murmuration', { suffix: '' }).data
  throw new MurmurationError('ERR_DATA_DIR', 'the data folder is expected in the home of its user, who has none here', {
    facts: { help: 'Name a folder with --data-dir: key, identities and finished jobs are kept there.' },
  })
}

export function dataDirectory(root: string = defaultDataDirectory()): DataDirectory {
  return {
    root,
    keyFile: join(root, 'cluster.key'),
    joinedFile: join(root, 'joined.txt'),
    running: join(root, 'running'),
    jobs: join(root, 'jobs'),
    folderOf: (role) => join(root, role === 'executor' ? 'peers' : 'observers'),
  }
}

/**
 * Makes `path` and what is missing above it, for this user only.
 * @throws MurmurationError ERR_DATA_DIR when it can't be made or written
 */
export async function ensurePrivateFolder(path: string): Promise<void> {
  try {
    await makeFolder(path, 0o700)
    await access(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new MurmurationError('ERR_DATA_DIR', `the data folder ${path} can not be written: ${reason}`, { cause })
  }
}

/** Writes `text` so that a reader sees all of it or what was there before; mode 0600. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const temporary = await writeTemporary(path, text)
  try {
    await rename(temporary, path)
  } catch (cause) {
    await unlink(temporary).catch(() => undefined)
    throw cause
  }
}

/** Writes and syncs a file beside `path` that nobody else has; returns its name. */
export async function writeTemporary(path: string, text: string): Promise<string> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  return temporary
}

/** Whether `error` is the file system's error `code`, such as `ENOENT`. */
export const isFileError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
