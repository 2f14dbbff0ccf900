/** The real world of the doctor: this machine, and the cluster seen by an observer that is started for it. */

import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { type Clock, systemClock } from '../../base/clock.ts'
import { operationsHash, pixelVersion } from '../../cv/index.ts'
import { keyFingerprint } from '../identity/cluster-key.ts'
import { dataDirectory } from '../identity/data-directory.ts'
import { readJoinedAddresses } from '../identity/join-cluster.ts'
import { loadKeys } from '../identity/key-file.ts'
import { readRunning } from '../identity/running-peers.ts'
import { endpointOf } from '../node/dial-plan.ts'
import { packageVersion } from '../package-version.ts'
import { lookAtCluster } from './sight.ts'
import { systemFiles } from './system-files.ts'
import { createSystemMachine } from './system-machine.ts'
import { systemNetwork } from './system-network.ts'
import type { DoctorOptions, DoctorWorld, OwnProgram } from './world.ts'

const ownProgram = (): OwnProgram => ({
  version: packageVersion(),
  pixelVersion: pixelVersion(),
  operationsHash: operationsHash(),
})

/** Begins to look and to measure at once. */
export function createDoctorWorld(
  options: DoctorOptions,
  program: OwnProgram = ownProgram(),
  clock: Clock = systemClock,
): DoctorWorld {
  const directory = dataDirectory(options.dataDir)
  const running = readRunning(directory.running)
  const named = readJoinedAddresses(directory.joinedFile)
    .catch(() => [])
    .then((joined) => [...new Set([...options.bootstrap, ...joined])])
  const sight = Promise.all([named, running]).then(([addresses, peers]) => {
    // as if a person had named them: why one of them is not reached is then told too
    const nearby = peers.filter(({ role }) => role === 'executor').flatMap((peer) => peer.addresses.slice(0, 1))
    return lookAtCluster(options, [...new Set([...addresses, ...nearby].map(endpointOf))], program, clock)
  })
  const machine = createSystemMachine({
    clock,
    waitMs: options.waitMs,
    cores: cpus().length,
    readText: (path) => readFile(path, 'utf8').catch(() => undefined),
    peerPids: running.then((peers) => peers.map(({ pid }) => pid)),
  })
  return {
    options,
    clock,
    machine,
    files: systemFiles,
    network: systemNetwork,
    async keyFingerprint() {
      const keys = await loadKeys(options.keyFile)
      return keys && keyFingerprint(keys.current)
    },
    running: () => running,
    named: () => named,
    sight: () => sight,
  }
}
