import { expect, it } from 'vitest'
import { jobId, taskId } from '../../../src/base/ids.ts'
import type { TaskSource } from '../../../src/peer/node/cluster-node.ts'
import type { CoordinatorFrame, ExecutorFrame } from '../../../src/protocol/messages.ts'
import { startTestNode } from '../../support/cluster-nodes.ts'
import { eventually } from '../../support/eventually.ts'
import { PEER_A } from '../../support/load-reports.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const attempt = { job: jobId('ab'.repeat(16)), task: taskId(7), attempt: 0 }

it('carries frames both ways between a coordinator and an executor', async () => {
  const dataDir = await temporaryFolder()
  const executor = await startTestNode({ dataDir })
  const coordinator = await startTestNode({ dataDir, role: 'observer' })
  const received: CoordinatorFrame[] = []
  const sources: TaskSource[] = []
  const ends: (Error | undefined)[] = []
  executor.handleTasks((channel, from) => {
    sources.push(from)
    channel.start({ onFrame: (frame) => received.push(frame), onClose: (error) => ends.push(error) })
    channel.send({ kind: 'credit', tasks: 3, pixels: 1_000_000 })
  })
  await eventually(() => coordinator.executors().length === 1)
  const channel = await coordinator.open(executor.id, { signal: AbortSignal.timeout(30_000) })
  const answers: ExecutorFrame[] = []
  channel.start({ onFrame: (frame) => answers.push(frame), onClose: () => undefined })
  channel.send({ kind: 'cancel', ...attempt })
  await eventually(() => received.length === 1 && answers.length === 1)
  expect(received[0]).toEqual({ kind: 'cancel', ...attempt })
  expect(answers[0]).toEqual({ kind: 'credit', tasks: 3, pixels: 1_000_000 })
  expect(sources[0]?.peer).toBe(coordinator.id)
  await eventually(() => sources[0]?.rttMs() !== undefined)
  channel.close()
  await eventually(() => ends.length === 1)
  expect(ends).toEqual([undefined])
})

it('opens many task streams over one connection', async () => {
  const dataDir = await temporaryFolder()
  const executor = await startTestNode({ dataDir })
  const coordinator = await startTestNode({ dataDir, role: 'observer' })
  let open = 0
  executor.handleTasks((channel) => {
    open += 1
    channel.start({ onFrame: () => undefined, onClose: () => undefined })
  })
  await eventually(() => coordinator.executors().length === 1)
  const signal = AbortSignal.timeout(30_000)
  await Promise.all(Array.from({ length: 40 }, () => coordinator.open(executor.id, { signal })))
  await eventually(() => open === 40)
})

it('tells that an executor can not be reached, and whose tasks nobody runs', async () => {
  const dataDir = await temporaryFolder()
  const one = await startTestNode({ dataDir })
  const observer = await startTestNode({ dataDir, role: 'observer' })
  await eventually(() => one.knows() === 1)
  const signal = AbortSignal.timeout(30_000)
  expect((await rejectionOf(one.open(PEER_A, { signal }))).code).toBe('ERR_UNREACHABLE')
  expect((await rejectionOf(one.open(observer.id, { signal }))).code).toBe('ERR_UNREACHABLE')
})

it('ends with the reason of the signal', async () => {
  const node = await startTestNode()
  const reason = new Error('interrupted')
  await expect(node.open(PEER_A, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
})
