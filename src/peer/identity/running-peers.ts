/**
 * The rendezvous of one user's peers on one machine: each writes a file with its addresses while it runs, each reads the
 * others'. So they find one another with nothing configured and without multicast. A home folder shared by several
 * machines works too: of another machine's peers only the addresses that it can be reached at are used.
 */

import { readdir, readFile, stat, unlink } from 'node:fs/promises'
import { hostname as hostnameOfSystem } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { type PeerId, peerId } from '../../base/ids.ts'
import {
  MAX_ADDRESS_BYTES,
  MAX_ADDRESSES,
  MAX_NAME_BYTES,
  MAX_RUNNING_FILE_BYTES,
  MAX_RUNNING_FILES,
} from '../../base/limits.ts'
import type { PeerRole } from '../../protocol/messages.ts'
import { ensurePrivateFolder, writeFileAtomically } from './data-directory.ts'

export interface RunningPeer {
  readonly id: PeerId
  readonly name: string
  readonly role: PeerRole
  readonly addresses: readonly string[]
  readonly pid: number
  readonly host: string
  /** Milliseconds since the Unix epoch. */
  readonly started: number
}

const RunningFile = z.object({
  id: z.string().max(MAX_NAME_BYTES * 2),
  name: z.string().max(MAX_NAME_BYTES),
  role: z.enum(['executor', 'observer']),
  addresses: z.array(z.string().max(MAX_ADDRESS_BYTES)).max(MAX_ADDRESSES),
  pid: z.int().positive(),
  host: z.string(),
  started: z.number(),
})

/** Says that `peer` runs; the returned function takes it back. @throws MurmurationError ERR_DATA_DIR */
export async function announceRunning(
  folder: string,
  peer: Omit<RunningPeer, 'pid' | 'host'>,
): Promise<() => Promise<void>> {
  await ensurePrivateFolder(folder)
  const file = join(folder, peer.role === 'executor' ? `${peer.name}.json` : `${peer.name}.observer.json`)
  const content = { ...peer, addresses: peer.addresses.slice(0, MAX_ADDRESSES), ...thisProcess() }
  await writeFileAtomically(file, `${JSON.stringify(content)}\n`)
  return () => unlink(file).catch(() => undefined)
}

/** Everybody who runs, by the files there. Files of processes that are gone are removed on the way. */
export async function readRunning(folder: string): Promise<readonly RunningPeer[]> {
  const names = await readdir(folder).catch(() => [])
  const files = names.filter((name) => name.endsWith('.json')).slice(0, MAX_RUNNING_FILES)
  const found = await Promise.all(files.map((name) => readRunningFile(join(folder, name))))
  return found.filter((peer) => peer !== undefined)
}

async function readRunningFile(file: string): Promise<RunningPeer | undefined> {
  try {
    if ((await stat(file)).size > MAX_RUNNING_FILE_BYTES) return undefined
    const content = RunningFile.safeParse(JSON.parse(await readFile(file, 'utf8')))
    if (!content.success) return undefined
    const peer = { ...content.data, id: peerId(content.data.id) }
    if (peer.host !== hostnameOfSystem()) {
      return { ...peer, addresses: peer.addresses.filter((address) => !isLoopback(address)) }
    }
    if (isProcessAlive(peer.pid)) return peer
    await unlink(file)
    return undefined
  } catch {
    // Gone in the meantime, half of another program's file, or not ours to read: nobody to dial.
    return undefined
  }
}

const thisProcess = () => ({ pid: process.pid, host: hostnameOfSystem() })

/** Whether an address reaches only the machine it is used on. */
export const isLoopback = (address: string): boolean =>
  /^\/(ip4\/127\.|ip6\/::1(\/|$)|dns[46]?\/localhost(\/|$))/.test(address)

/** Whether there is a process of that number on this machine. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: there is such a process, it is somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
