/**
 * What takes the results of a job in an open output folder (a file for each image, or a line of one file), and how it explains
 * in the journal what it did.
 */

import { MurmurationError } from '../../base/errors.ts'
import type { JobId } from '../../base/ids.ts'
import type { PlannedTask } from '../coordinator/job.ts'
import type { ResultSink } from '../coordinator/ports.ts'
import type { PeerRef } from '../job-events.ts'
import type { OutputWorld } from './file-system.ts'
import {
  type JournalEntry,
  type JournalWriter,
  type Recipe,
  readJournal,
  type Subject,
  voidEntries,
} from './journal.ts'
import { journalFile } from './state-folder.ts'

/** What is particular to files, or to lines of one. */
export type ImageSink = Pick<ResultSink, 'save' | 'withdraw'>

/** What a sink in an open folder may use. */
export interface FolderState {
  readonly journal: JournalWriter
  /** This job's own folder for partial files, on the same disk as the outputs. */
  readonly partials: string
}

export interface OutputJob {
  readonly out: string
  readonly recipe: Recipe
  readonly job: JobId
  /** All of the job, those that are done included. */
  readonly tasks: readonly PlannedTask[]
  /** Outputs of `tasks` where something stood when the job was planned; without it, it may be so for each. */
  readonly replaced?: ReadonlySet<string> | undefined
}

/** What is known of an output when it is finished. */
export interface FinishedOutput {
  readonly task: PlannedTask
  readonly peer: PeerRef
  readonly input: { readonly sizeBytes: number; readonly modifiedMs: number; readonly digest: Uint8Array }
  readonly outputBytes: number
  /** SHA-256 of the output, 32 bytes. */
  readonly digest: Uint8Array
  readonly pixelDigest: Uint8Array
  /** Peers that did parts of it. */
  readonly others?: readonly PeerRef[]
  /** Peers that came to the same pixels. */
  readonly verifiedBy?: readonly PeerRef[]
}

/** The journal line of what is on the disk: a file, or a line of a file. `atMs`: since the Unix epoch. */
export function journalEntry(finished: FinishedOutput, recipe: Recipe, atMs: number): JournalEntry {
  const { task, peer, input, outputBytes, digest, pixelDigest, others = [], verifiedBy = [] } = finished
  const ids = (peers: readonly PeerRef[]): string[] => peers.map(({ id }) => id)
  const hex = (digestBytes: Uint8Array): string => Buffer.from(digestBytes).toString('hex')
  return {
    output: task.output,
    input: task.path,
    inputBytes: input.sizeBytes,
    inputModifiedMs: input.modifiedMs,
    inputDigest: hex(input.digest),
    ...recipe,
    outputBytes,
    outputDigest: hex(digest),
    pixelDigest: hex(pixelDigest),
    peer: peer.name,
    peerId: peer.id,
    ...(others.length > 0 && { otherIds: ids(others) }),
    ...(verifiedBy.length > 0 && { verifiedBy: ids(verifiedBy) }),
    at: new Date(atMs).toISOString(),
  }
}

/**
 * Writes down that these peers gave wrong results; returns what is void by it, by output or by what `keyOf` says.
 * @throws MurmurationError ERR_OUTPUT
 */
export async function distrust(
  { out, recipe, state }: { readonly out: string; readonly recipe: Recipe; readonly state: FolderState },
  liars: readonly PeerRef[],
  { files, process }: OutputWorld,
  keyOf?: (subject: Subject) => string | undefined,
): Promise<ReadonlyMap<string, JournalEntry>> {
  try {
    const { entries } = await readJournal(journalFile(out), keyOf, files)
    const line = { distrusted: [...liars], ...recipe, at: new Date(process.wallTime()).toISOString() }
    await state.journal.append(line)
    return voidEntries(new Map(entries), line)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new MurmurationError('ERR_OUTPUT', `wrong results in "${out}" cannot be withdrawn: ${why}`, { cause: error })
  }
}
