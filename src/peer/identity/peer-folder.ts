/**
 * One peer's own folder: private key, incarnation counter and known peers in a LevelDB store. Two processes never share
 * one, and LevelDB's lock is what decides: it falls with its process, however that ends. Lock files with a pid in them
 * were refused: they outlive a crash.
 */

import { mkdir, readdir } from 'node:fs/promises'
import { hostname as hostnameOfSystem } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { LevelDatastore } from 'datastore-level'
import type { Clock } from '../../base/clock.ts'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_NAME_TRIES } from '../../base/limits.ts'
import type { Random } from '../../base/random.ts'
import type { PeerRole } from '../../protocol/messages.ts'
import { type DataDirectory, ensurePrivateFolder } from './data-directory.ts'
import { type KnownPeers, openKnownPeers } from './known-peers.ts'
import { checkPeerName, inventPeerName, isPeerName, numberedNames } from './peer-name.ts'

export interface PeerFolder {
  readonly name: string
  readonly path: string
  readonly privateKey: PrivateKey
  /** How often this identity was started, this time included. */
  readonly incarnation: number
  readonly knownPeers: KnownPeers
  /** Writes what is pending and gives the folder free. */
  close(): Promise<void>
}

export interface PeerFolderOptions {
  readonly directory: DataDirectory
  readonly role: PeerRole
  /** Default: the first free folder of this role, else a new one named after the host. */
  readonly name?: string
  readonly clock: Clock
  readonly random: Random
  readonly hostname?: string
  onNotice?(sentence: string): void
}

const PRIVATE_KEY = '/identity/private-key'
const INCARNATION = '/identity/incarnation'

/**
 * Opens a folder that no other process uses.
 * @throws MurmurationError ERR_USAGE for a name that can't be one, ERR_DATA_DIR when nothing can be written
 */
export async function openPeerFolder(options: PeerFolderOptions): Promise<PeerFolder> {
  const parent = options.directory.folderOf(options.role)
  await ensurePrivateFolder(parent)
  if (options.name === undefined) return openAnyFolder(parent, options)
  const wanted = checkPeerName(options.name)
  for (const name of numberedNames(wanted)) {
    const folder = await openFolder(join(parent, name), name, options.clock)
    if (!folder) continue
    if (name !== wanted) options.onNotice?.(`the name ${wanted} is in use on this machine: this peer is ${name}`)
    return folder
  }
  throw new MurmurationError('ERR_DATA_DIR', `${MAX_NAME_TRIES} peers named ${wanted} run already in ${parent}`)
}

async function openAnyFolder(parent: string, options: PeerFolderOptions): Promise<PeerFolder> {
  const existing = (await readdir(parent)).filter(isPeerName).sort()
  for (const name of existing.slice(0, MAX_NAME_TRIES)) {
    const folder = await openFolder(join(parent, name), name, options.clock)
    if (folder) return folder
  }
  for (let tries = 0; tries < MAX_NAME_TRIES; tries++) {
    const name = inventPeerName(options.hostname ?? hostnameOfSystem(), options.random)
    const folder = existing.includes(name) ? undefined : await openFolder(join(parent, name), name, options.clock)
    if (folder) return folder
  }
  throw new MurmurationError('ERR_DATA_DIR', `no name was free for another peer in ${parent}`)
}

/** Undefined when another process, or another peer of this one, has it open. */
async function openFolder(path: string, name: string, clock: Clock): Promise<PeerFolder | undefined> {
  const storePath = join(path, 'store')
  let store: LevelDatastore
  try {
    await mkdir(storePath, { recursive: true, mode: 0o700 })
    store = new LevelDatastore(storePath)
    // Not store.open(): that keeps only the text of the error, and the lock's code is in its cause.
    await store.db.open()
    await store.open()
  } catch (cause) {
    if (isLocked(cause)) return undefined
    throw unusable(path, cause)
  }
  try {
    const privateKey = await loadOrCreatePrivateKey(store)
    const incarnation = await countIncarnation(store)
    const knownPeers = await openKnownPeers(store, clock)
    return {
      name,
      path,
      privateKey,
      incarnation,
      knownPeers,
      async close() {
        try {
          await knownPeers.close()
        } finally {
          await store.close()
        }
      },
    }
  } catch (cause) {
    await store.close()
    throw unusable(path, cause)
  }
}

async function loadOrCreatePrivateKey(store: LevelDatastore): Promise<PrivateKey> {
  const stored = await store.db.get(PRIVATE_KEY)
  if (stored) return privateKeyFromProtobuf(stored)
  const created = await generateKeyPair('Ed25519')
  await store.db.put(PRIVATE_KEY, privateKeyToProtobuf(created), SYNCED)
  return created
}

async function countIncarnation(store: LevelDatastore): Promise<number> {
  const stored = await store.db.get(INCARNATION)
  const incarnation = (stored ? Number(new TextDecoder().decode(stored)) : 0) + 1
  if (!Number.isSafeInteger(incarnation)) throw new Error('the incarnation counter is damaged')
  // Synced: after a power cut an older number would make this life's reports look older than the last one's.
  await store.db.put(INCARNATION, new TextEncoder().encode(String(incarnation)), SYNCED)
  return incarnation
}

/** classic-level's own option, which `level`'s types leave out for the browser's sake. */
const SYNCED: object = { sync: true }

const isLocked = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof Error && 'code' in error.cause && error.cause.code === 'LEVEL_LOCKED'

function unusable(path: string, cause: unknown): MurmurationError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const reason = inner instanceof Error ? inner.message : String(inner)
  return new MurmurationError('ERR_DATA_DIR', `the peer's folder ${path} can not be used: ${reason}`, { cause })
}
