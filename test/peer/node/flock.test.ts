import { join } from 'node:path'
import { it } from 'vitest'
import { MIN_CONNECTIONS } from '../../../src/base/limits.ts'
import type { ClusterNode } from '../../../src/peer/node/cluster-node.ts'
import { createLoad, startTestNode } from '../../support/cluster-nodes.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const COUNT = 20
/** Twenty nodes in one process need ten seconds of two free cores; where these are busy with other things, minutes. */
const WITHIN_MS = 300_000
const TEST_MS = 900_000

it('stays one flock of twenty when the first peer, through which all came, is gone', { timeout: TEST_MS }, async () => {
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  const loads = Array.from({ length: COUNT }, () => createLoad())
  const first = await startTestNode({ keyFile, load: loads[0] ?? createLoad() })
  const others = await Promise.all(
    loads.slice(1).map((load) => startTestNode({ keyFile, load, bootstrap: first.addresses })),
  )
  const nodes = [first, ...others]
  const describe = () => nodes.map((node) => `${node.knows()}/${node.connections()}`).join(' ')
  await eventually(() => nodes.every((node) => node.knows() === COUNT - 1), WITHIN_MS, describe)
  await eventually(() => nodes.every((node) => node.connections() >= MIN_CONNECTIONS), WITHIN_MS, describe)

  const observer = await startTestNode({ keyFile, role: 'observer', bootstrap: first.addresses })
  await eventually(
    () => observer.executors().length === COUNT,
    WITHIN_MS,
    () => observer.executors().length,
  )
  await observer.leave()
  await eventually(() => nodes.every((node) => node.peers().some(({ state }) => state === 'left')), WITHIN_MS, describe)
  await observer.stop()

  await first.stop()
  await eventually(() => others.every((node) => node.connections() >= MIN_CONNECTIONS), WITHIN_MS, describe)
  // Words from after the loss: each of the others must hear each.
  for (const [index, load] of loads.entries()) load.change({ running: index + 1 })
  const hearsAll = (node: ClusterNode): boolean =>
    others.every((other, index) => {
      const heard = node.peers().find(({ id }) => id === other.id)
      return other === node || heard?.running === index + 2
    })
  await eventually(() => others.every(hearsAll), WITHIN_MS, describe)
  await eventually(() => others.every((node) => node.connections() >= MIN_CONNECTIONS), WITHIN_MS, describe)
})

it('connects everybody with everybody in a small cluster, so that nobody has to pass reports on', {
  timeout: TEST_MS,
}, async () => {
  const count = MIN_CONNECTIONS + 3
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  const first = await startTestNode({ keyFile })
  const others = await Promise.all(
    Array.from({ length: count - 1 }, () => startTestNode({ keyFile, bootstrap: first.addresses })),
  )
  const nodes = [first, ...others]
  await eventually(
    () => nodes.every((node) => node.connections() === count - 1),
    WITHIN_MS,
    () => nodes.map((node) => `${node.knows()}/${node.connections()}`).join(' '),
  )
})
