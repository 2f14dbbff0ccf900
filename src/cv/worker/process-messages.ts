/** What a worker's process and the pool say to each other beyond the messages of thread-messages.ts, which pass as they are. */

import { MurmurationError } from '../../base/errors.ts'
import { parseThreadStart, type ThreadStart } from './thread-messages.ts'

/** Pool to process, first of all: a process has no `workerData`. */
export interface StartMessage {
  readonly kind: 'start'
  readonly start: ThreadStart
}

/** Process to pool: the thread in it threw, and the process ends. */
export interface CrashedMessage {
  readonly kind: 'crashed'
  readonly message: string
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** @throws MurmurationError ERR_INTERNAL */
export function parseStartMessage(value: unknown): StartMessage {
  if (isFields(value) && value['kind'] === 'start') return { kind: 'start', start: parseThreadStart(value['start']) }
  throw new MurmurationError('ERR_INTERNAL', "a worker's process is expected to be told first how to start")
}

export const isCrashedMessage = (value: unknown): value is CrashedMessage =>
  isFields(value) && value['kind'] === 'crashed' && typeof value['message'] === 'string'
