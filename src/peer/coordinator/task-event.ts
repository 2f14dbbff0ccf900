/** An event about a task, with the fields that every such event has. */

import { type JobEvent, tileCountOf } from '../job-events.ts'
import type { PlannedTask } from './job.ts'

type AboutKeys = 'path' | 'task' | 'attempt' | 'atMs' | 'tile'
type WithoutAbout<E> = E extends { readonly path: string; readonly task: number } ? Omit<E, AboutKeys> : never

/** What such an event says besides. */
export type TaskEventBody = WithoutAbout<JobEvent>

/** `atMs`: since the job began. */
export const taskEvent = (
  body: TaskEventBody,
  { path, id, tile }: PlannedTask,
  attempt: number,
  atMs: number,
): JobEvent => ({
  ...body,
  path,
  task: id,
  attempt,
  atMs,
  ...(tile && { tile: tileCountOf(tile) }),
})
