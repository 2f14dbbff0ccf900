/** Real executors over channels in memory, whose tasks take a time and nothing else. */

import { peerId } from '../../../src/base/ids.ts'
import { createChannelPair } from '../../../src/peer/channel-pair.ts'
import { createExecutor, type Executor } from '../../../src/peer/executor/index.ts'
import type { ClusterPort, ExecutorInfo } from '../../../src/peer/ports.ts'
import type { VirtualClock } from '../../support/virtual-clock.ts'
import { bodyOf, createHandRunner, type HandRunner, LARGE_BYTES } from './hand-coordinator.ts'

export interface Member {
  readonly name: string
  readonly executor: Executor
  readonly runner: HandRunner
}

export function createMember(
  clock: VirtualClock,
  name: string,
  slots: number,
  load: number,
  serviceMs: number,
): Member {
  const runner = createHandRunner()
  runner.finishAfter(clock, serviceMs, { bytes: bodyOf(LARGE_BYTES) })
  const executor = createExecutor(
    { runner, clock, knowsPipeline: (text) => text === 'edges' },
    { slots, load, delayMs: 300, maxPixels: 50_000_000, pixelVersion: 'test', seed: name },
  )
  return { name, executor, runner }
}

/** As one coordinator sees them. */
export function clusterOf(members: readonly Member[], coordinator = 'the coordinator'): ClusterPort {
  const byId = new Map(members.map((member) => [peerId(member.name), member]))
  return {
    executors: () =>
      Array.from(byId, ([id, { name, executor }]): ExecutorInfo => {
        const { running, parked, ...rest } = executor.read()
        return { id, name, ...rest, outstanding: running + parked }
      }),
    onChange: () => () => {},
    async open(id) {
      const pair = createChannelPair()
      byId.get(id)?.executor.attach(pair.executor, { peer: peerId(coordinator), rttMs: () => 5 })
      return pair.coordinator
    },
    announceJob: () => {},
  }
}
