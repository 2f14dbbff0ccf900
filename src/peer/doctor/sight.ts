/**
 * The cluster as an observer sees it that comes for some seconds: on a port of its own, with an identity of its own, like
 * `peer status`. Running peers are asked nothing but the hello that every newcomer gets.
 */

import { type Clock, sleep, withDeadline } from '../../base/clock.ts'
import { asMurmurationError } from '../../base/errors.ts'
import { DOCTOR_EXTRA_MS, DOCTOR_HELLO_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { ClusterNode } from '../node/cluster-node.ts'
import { startClusterNode } from '../node/start-cluster-node.ts'
import { loadWithoutExecutor } from '../own-executor.ts'
import type { DoctorOptions, OwnProgram, Sight } from './world.ts'

const log = createLog('doctor')

/** Never rejects; resolves within about `waitMs` + DOCTOR_EXTRA_MS. */
export async function lookAtCluster(
  options: DoctorOptions,
  addresses: readonly string[],
  program: OwnProgram,
  clock: Clock,
): Promise<Sight> {
  const { dataDir, keyFile, isKeyFileNamed, lan, mdns, waitMs } = options
  const load = loadWithoutExecutor(undefined)
  const starting = startClusterNode({
    role: 'observer',
    dataDir,
    ...(isKeyFileNamed ? { keyFile } : {}),
    listen: `/ip4/${lan ? '0.0.0.0' : '127.0.0.1'}/tcp/0`,
    lan,
    mdns,
    bootstrap: addresses,
    ...program,
    load: { read: () => load, onChange: () => () => undefined },
    clock,
  })
  const looking = starting.then((node) => look(node, program, waitMs, clock))
  try {
    return await withDeadline(clock, waitMs + DOCTOR_EXTRA_MS, 'a look at the cluster', looking)
  } catch (error) {
    const { code, message } = asMurmurationError(error)
    log.error('the cluster was not seen - %e', error)
    return { kind: 'blind', code, message }
  }
}

async function look(node: ClusterNode, program: OwnProgram, waitMs: number, clock: Clock): Promise<Sight> {
  try {
    await sleep(clock, waitMs)
    const greeting = node.greetEverybody()
    await withDeadline(clock, DOCTOR_HELLO_MS, 'a hello of everybody', greeting).catch(() => undefined)
    return sightOf(node, program)
  } finally {
    // also of one that started too late to be of use
    await node.leave()
    await node.stop()
  }
}

const sightOf = (node: ClusterNode, program: OwnProgram): Sight => ({
  kind: 'seen',
  self: { id: node.id, name: node.name, ...program },
  peers: node.peers(),
  dialProblems: node.dialProblems(),
  conflicts: node.identityConflicts(),
  remembered: node.remembered(),
})
