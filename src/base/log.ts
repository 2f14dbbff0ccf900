/**
 * Diagnostic log lines under `DEBUG=murmuration:*`, in the form of libp2p's own. Off by default: then a line costs a call and a
 * comparison, and nothing is formatted (20 ns, measured). What others chose (names, paths, sentences) is escaped, so that a line
 * stays a line. No key, no invitation and no pixels are ever given to a logger.
 */

import { defaultLogger } from '@libp2p/logger'
import { escapeControls } from './escape.ts'

/** Every component with a logger, and what it tells. docs/DEPLOYMENT.md lists them; a test compares. */
export const LOG_COMPONENTS = {
  node: 'who this peer is and where it listens',
  dialer: 'who is dialled, and why a connection did not come up',
  admission: 'who proved the cluster key on a new connection, and who did not',
  key: 'changes of the key file that a running peer noticed',
  hello: 'what newcomers and this peer told one another first',
  gossip: 'messages that are not understood, or speak for others',
  membership: 'who joined, left, is suspect or dead, and when this peer itself was starved',
  'load-reporter': 'own reports that could not be published',
  'job-announcer': 'progress of own jobs that could not be published',
  'known-peers': 'peers of earlier lives that could not be written',
  coordinator: 'offers, answers, leases and lost peers of the jobs that this peer coordinates',
  executor: 'offers that came, and what became of them: refused, accepted, run, dropped',
  worker: 'threads that do the image work: what they print, starts that failed',
  'task-stream': 'task streams that ended, and why',
  model: 'models that are fetched, kept and handed on',
  journal: 'what an output folder already has, and its lock',
  watch: 'folders that cannot be watched, and watches that ended',
  doctor: 'checks of peer doctor that failed themselves',
  metrics: 'requests for metrics that were refused or failed',
} as const

export type LogComponent = keyof typeof LOG_COMPONENTS

/**
 * `%s`, `%d`, `%j` and `%o` as in Node's `util.format`; `%e` an error with its stack, `%p` a peer id. Arguments are formatted only
 * when somebody reads the line.
 */
export interface Logger {
  (format: string, ...args: readonly unknown[]): void
  /** The same under `murmuration:<component>:error`. */
  error(format: string, ...args: readonly unknown[]): void
  /** For what is costly to put together: whether somebody reads it. */
  readonly enabled: boolean
}

const root = defaultLogger()

/** A logger for one component: `createLog('gossip')` prints under `DEBUG=murmuration:gossip`. */
export function createLog(component: LogComponent): Logger {
  const inner = root.forComponent(`murmuration:${component}`)
  const log = (format: string, ...args: readonly unknown[]): void => {
    if (inner.enabled) inner(format, ...args.map(printable))
  }
  const error = (format: string, ...args: readonly unknown[]): void => {
    inner.error(format, ...args.map(printable))
  }
  return Object.defineProperty(Object.assign(log, { error, enabled: false }), 'enabled', { get: () => inner.enabled })
}

/** Objects and arrays are inspected, which escapes; texts and errors are printed as they are. */
function printable(value: unknown): unknown {
  if (typeof value === 'string') return escapeControls(value)
  return value instanceof Error ? printableError(value) : value
}

/** A stack has a line each, its message may have anything. */
function printableError(error: Error): Error {
  const shown = new Error(escapeControls(error.message))
  const lines = error.stack?.split('\n').map(escapeControls)
  shown.stack = lines?.join('\n') ?? shown.message
  return error instanceof AggregateError
    ? Object.assign(new AggregateError(error.errors.map(printable), shown.message), { stack: shown.stack })
    : shown
}
