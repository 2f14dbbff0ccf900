/**
 * The lines of `results.ndjson`: how one is written, found again and known by its journal line, and how a file gets rid of others.
 */

import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import { MAX_DATA_BYTES } from '../../base/limits.ts'
import type { TaskResult } from '../coordinator/job.ts'
import { bytesHaveDigest } from './digest-file.ts'
import { fileLines } from './file-lines.ts'
import type { FileSystem } from './file-system.ts'
import type { JournalEntry } from './journal.ts'

export interface WrittenLine {
  readonly path: string
  /** The journal knows this very line. */
  readonly isExplained: boolean
  /** Bytes of the file, its end included. */
  readonly start: number
  readonly end: number
}

/** `{"path":…,"width":…,"height":…,"data":…}`, from bytes that a peer sent: parsed and written anew. */
export function resultLine({ task, bytes, widthPx, heightPx }: TaskResult): string {
  if (bytes.length > MAX_DATA_BYTES) {
    throw new MurmurationError(
      'ERR_LIMIT',
      `data is expected to have at most ${MAX_DATA_BYTES} bytes, got ${bytes.length}`,
    )
  }
  try {
    const data: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return JSON.stringify({ path: task.path, width: widthPx, height: heightPx, data })
  } catch (error) {
    const { message } = asMurmurationError(error)
    throw new MurmurationError('ERR_MALFORMED', `data is expected to be JSON in UTF-8, and is not: ${message}`, {
      cause: error,
    })
  }
}

/** As `resultLine` makes it; nothing of the data is looked at. */
const LINE = /^(\{"path":"(?:[^"\\]|\\.)*"),"width":.*\}$/s

/** The whole lines of the file. */
export async function readLines(
  file: string,
  journal: ReadonlyMap<string, JournalEntry>,
  files: FileSystem,
): Promise<WrittenLine[]> {
  const written: WrittenLine[] = []
  for await (const { bytes, start, end } of fileLines(file, files)) {
    const path = pathOf(bytes)
    if (path === undefined) continue
    const entry = journal.get(path)
    const isExplained = entry?.outputBytes === bytes.length && bytesHaveDigest(bytes, entry.outputDigest)
    written.push({ path, isExplained, start, end })
  }
  return written
}

function pathOf(bytes: Buffer): string | undefined {
  const [, start] = LINE.exec(bytes.toString('utf8')) ?? []
  if (start === undefined) return undefined
  try {
    const { path }: { path?: unknown } = JSON.parse(`${start}}`)
    return typeof path === 'string' ? path : undefined
  } catch {
    return undefined
  }
}

/** Those that stay: of an image that is not to be done, one line, and that which the journal knows if it knows one. */
export function keptLines(written: readonly WrittenLine[], todo: ReadonlySet<string>): WrittenLine[] {
  const chosen = new Map<string, WrittenLine>()
  for (const line of written) {
    if (todo.has(line.path)) continue
    if (line.isExplained || !chosen.get(line.path)?.isExplained) chosen.set(line.path, line)
  }
  return written.filter((line) => chosen.get(line.path) === line)
}

/** Bytes of the file, from `start` up to `end`. */
export interface Range {
  readonly start: number
  readonly end: number
}

export function joined(lines: readonly Range[]): Range[] {
  const ranges: Range[] = []
  for (const { start, end } of lines) {
    const last = ranges.at(-1)
    if (last?.end === start) ranges[ranges.length - 1] = { start: last.start, end }
    else ranges.push({ start, end })
  }
  return ranges
}

/** Takes everything else out of the file: by cutting its end off where that is enough, else by a copy that replaces it. */
export async function keepRanges(
  file: string,
  ranges: readonly Range[],
  partials: string,
  files: FileSystem,
): Promise<void> {
  const [first] = ranges
  if (first === undefined || (ranges.length === 1 && first.start === 0)) {
    await files.truncate(file, first?.end ?? 0)
    return
  }
  const partial = join(partials, randomUUID())
  try {
    await files.writeFile(partial, readRanges(file, ranges, files))
    await files.rename(partial, file)
  } catch (error) {
    await files.rm(partial, { force: true })
    throw error
  }
}

async function* readRanges(file: string, ranges: readonly Range[], files: FileSystem): AsyncGenerator<Uint8Array> {
  for (const range of ranges) yield* files.read(file, range)
}
