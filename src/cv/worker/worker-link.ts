/**
 * How the pool reaches one worker. A thread and a process differ in nothing else: both take and give the messages of
 * thread-messages.ts, and both run worker-thread.ts.
 */

import type { RunMessage, ThreadStart } from './thread-messages.ts'

export interface WorkerLink {
  /** The task's bytes may be moved: the caller must not use them afterwards. @throws Error when it cannot be sent */
  send(message: RunMessage): void
  /** Whether the worker keeps the program alive. */
  ref(): void
  unref(): void
  /** Ends the worker at once; `exit` follows. Idempotent. */
  end(): void
}

/** What a link tells of its worker, never while it is being opened. */
export interface WorkerLinkEvents {
  /** Unchecked. */
  message(value: unknown): void
  /** The worker cannot go on. */
  error(error: unknown): void
  /** The worker is gone, and nothing more comes from it. `how` ends the sentence "the worker ended by itself, …". */
  exit(how: string): void
}

/** @throws Error when the machine has no more threads, processes or pipes */
export type OpenWorkerLink = (start: ThreadStart, events: WorkerLinkEvents) => WorkerLink
