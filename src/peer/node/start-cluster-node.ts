/**
 * Starts a member of the cluster: identity and key from disk, a libp2p object that admits members only, and the parts that
 * make it a member: hello, gossip, membership, dialer. This file only connects them; each decides on its own.
 */

import { type Clock, systemClock } from '../../base/clock.ts'
import { createLog } from '../../base/log.ts'
import { createRandom } from '../../base/random.ts'
import { createDoorway } from '../admission/doorway.ts'
import { type DataDirectory, dataDirectory, ensurePrivateFolder } from '../identity/data-directory.ts'
import { readJoinedAddresses } from '../identity/join-cluster.ts'
import { openKeys } from '../identity/key-file.ts'
import { createKeyring, type Keyring } from '../identity/keyring.ts'
import { openPeerFolder, type PeerFolder } from '../identity/peer-folder.ts'
import { assembleNode, type RunnableNode } from './assemble-node.ts'
import { createClusterLibp2p } from './cluster-libp2p.ts'
import type { ClusterNode, ClusterNodeOptions } from './cluster-node.ts'
import { createFailedProofs } from './connector.ts'
import { checkListenOptions, isPortTaken, listenCandidates, portTaken } from './listen-address.ts'

const log = createLog('admission')

/**
 * Resolves when the node listens and has begun to look for others.
 * @throws MurmurationError ERR_USAGE, ERR_KEY, ERR_DATA_DIR, ERR_PORT_TAKEN
 */
export async function startClusterNode(options: ClusterNodeOptions): Promise<ClusterNode> {
  checkListenOptions(options)
  const clock = options.clock ?? systemClock
  const random = options.random ?? createRandom(crypto.randomUUID())
  const directory = dataDirectory(options.dataDir)
  await ensurePrivateFolder(directory.root)
  const keyring = options.insecure === true ? undefined : await openKeyring(options, directory, clock)
  const folder = await openPeerFolder({
    directory,
    role: options.role,
    clock,
    random,
    ...(options.name === undefined ? {} : { name: options.name }),
    onNotice: (sentence) => options.onNotice?.(sentence),
  })
  try {
    const joined = await readJoinedAddresses(directory.joinedFile)
    const configured = [...new Set([...(options.bootstrap ?? []), ...joined])]
    return await listenSomewhere({ ...options, clock, random, bootstrap: configured }, directory, folder, keyring)
  } catch (error) {
    await folder.close()
    throw error
  }
}

async function openKeyring(options: ClusterNodeOptions, directory: DataDirectory, clock: Clock): Promise<Keyring> {
  const keys = await openKeys(options.keyFile, directory.keyFile)
  const file = options.keyFile ?? directory.keyFile
  return createKeyring({ file, keys, clock, onNotice: (sentence) => options.onNotice?.(sentence) })
}

async function listenSomewhere(
  options: ClusterNodeOptions & Required<Pick<ClusterNodeOptions, 'clock' | 'random' | 'bootstrap'>>,
  directory: DataDirectory,
  folder: PeerFolder,
  keyring: Keyring | undefined,
): Promise<ClusterNode> {
  let lastError: unknown
  for await (const listen of listenCandidates(options)) {
    const failedProofs = createFailedProofs()
    const doorway = createDoorway()
    const libp2p = await createClusterLibp2p({
      privateKey: folder.privateKey,
      keys: keyring,
      doorway,
      listen: [listen],
      mdns: options.lan === true && options.mdns !== false,
      version: options.version,
      clock: options.clock,
      onProofFailed(failure) {
        failedProofs.add(failure)
        log('%p at %s holds another cluster key (we are %s)', failure.remotePeer, failure.address, failure.role)
      },
    })
    const node: RunnableNode = assembleNode({ options, libp2p, directory, folder, failedProofs, doorway, keyring })
    try {
      await node.start()
      return node
    } catch (error) {
      await node.halt()
      if (!isPortTaken(error)) throw error
      lastError = error
    }
  }
  throw portTaken(options, lastError)
}
