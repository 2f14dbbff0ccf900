import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Clock, systemClock } from '../../../src/base/clock.ts'
import { SETTLE_MS } from '../../../src/base/limits.ts'
import { startTestNode } from '../../support/cluster-nodes.ts'
import { eventually } from '../../support/eventually.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it('a cluster is settled once there have been executors, or none, for SETTLE_MS', async () => {
  let nowMs = 0
  const clock: Clock = {
    now: () => nowMs,
    wallTime: () => systemClock.wallTime(),
    setTimer: (delayMs, callback) => systemClock.setTimer(delayMs, callback),
  }
  const keyFile = join(await temporaryFolder(), 'cluster.key')
  const node = await startTestNode({ keyFile, clock })
  expect(node.isSettled?.()).toBe(false)
  nowMs += SETTLE_MS
  expect(node.isSettled?.()).toBe(true)

  await startTestNode({ keyFile, bootstrap: node.addresses })
  await eventually(() => node.executors().length === 1)
  expect(node.isSettled?.()).toBe(false)
  nowMs += SETTLE_MS
  expect(node.isSettled?.()).toBe(true)
})
