/**
 * The names of each enum and their numbers on the wire, as the .proto files declare them (a test compares). Numbers are
 * only ever appended. 0 is "unspecified" in all of them and never sent.
 */

import type { JobState, OutputFormat, PeerRole, RefusalReason, TaskMode } from './messages.ts'

export interface Vocabulary<Name extends string> {
  readonly numbers: Readonly<Record<Name, number>>
  /** Undefined for 0 and for numbers of newer versions. */
  nameOf(number: number): Name | undefined
}

function createVocabulary<Name extends string>(numbers: Readonly<Record<Name, number>>): Vocabulary<Name> {
  const names: (Name | undefined)[] = []
  for (const name of Object.keys(numbers) as Name[]) names[numbers[name]] = name
  return { numbers, nameOf: (number) => names[number] }
}

export const TASK_MODE = createVocabulary<TaskMode>({ execute: 1, 'delayed-execute': 2 })

export const OUTPUT_FORMAT = createVocabulary<OutputFormat>({
  keep: 1,
  jpg: 2,
  png: 3,
  webp: 4,
  tif: 5,
  gif: 6,
  avif: 7,
})

export const REFUSAL_REASON = createVocabulary<RefusalReason>({
  REFUSED_LOAD: 1,
  BUSY: 2,
  PAUSED: 3,
  DRAINING: 4,
  TOO_LARGE: 5,
  UNKNOWN_OPERATION: 6,
  OTHER_PIXEL_VERSION: 7,
})

export const PEER_ROLE = createVocabulary<PeerRole>({ executor: 1, observer: 2 })

export const JOB_STATE = createVocabulary<JobState>({ running: 1, done: 2, stopped: 3 })
