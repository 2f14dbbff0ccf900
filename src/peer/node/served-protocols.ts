/** The protocols that a node answers, each with a bound on its streams. Who runs tasks and who has models comes later. */

import type { Clock } from '../../base/clock.ts'
import { MAX_HELLO_STREAMS, MAX_MODEL_STREAMS, MAX_TASK_STREAMS } from '../../base/limits.ts'
import { HELLO_PROTOCOL, MODEL_PROTOCOL, TASK_PROTOCOL } from '../../protocol/messages.ts'
import type { ClusterLibp2p } from './cluster-libp2p.ts'
import type { HelloService } from './hello.ts'
import { answerModelRequest, type ModelLookup } from './model-streams.ts'
import { acceptTaskStream, type TaskHandler } from './task-streams.ts'

export interface ServedProtocols {
  /** Until then a task stream is closed at once. */
  handleTasks(handler: TaskHandler): void
  /** Until then there are none. */
  serveModels(find: ModelLookup): void
  start(): Promise<void>
}

export interface ServedProtocolsOptions {
  readonly libp2p: ClusterLibp2p
  readonly clock: Clock
  readonly hello: HelloService
  readonly isExecutor: boolean
}

const atMost = (streams: number) => ({ maxInboundStreams: streams, maxOutboundStreams: streams })

export function createServedProtocols({ libp2p, clock, hello, isExecutor }: ServedProtocolsOptions): ServedProtocols {
  let taskHandler: TaskHandler | undefined
  let findModel: ModelLookup = () => undefined

  return {
    handleTasks(handler) {
      taskHandler = handler
    },
    serveModels(find) {
      findModel = find
    },
    async start() {
      await libp2p.handle(
        HELLO_PROTOCOL,
        (stream, connection) => hello.answer(stream, connection),
        atMost(MAX_HELLO_STREAMS),
      )
      // observers too: who submits is often one
      await libp2p.handle(
        MODEL_PROTOCOL,
        (stream, connection) =>
          answerModelRequest(stream, connection, { clock, find: (...asked) => findModel(...asked) }),
        { ...atMost(MAX_MODEL_STREAMS), runOnLimitedConnection: false },
      )
      if (!isExecutor) return
      await libp2p.handle(
        TASK_PROTOCOL,
        (stream, connection) => acceptTaskStream(libp2p, clock, stream, connection, taskHandler),
        { ...atMost(MAX_TASK_STREAMS), runOnLimitedConnection: false },
      )
    },
  }
}
