/**
 * The journal of an output folder: `.murmuration/journal.ndjson`, one line per image, written just before its output gets its
 * name: so there is never an output without its line, and a line without its output is an image to do. An output is done only
 * if a line explains it: same input, pipeline, seed, pixelVersion and encoding. A torn line (the process was killed, or the
 * disk full, while writing it) is skipped. Lines are only appended, but for superseded ones, which go when a job opens the
 * journal and they are more than half. It is read line by line: it may be larger than a string can be. Lines are not fsynced:
 * after a power cut outputs of the last seconds may stand without theirs, and are then named rather than overwritten. The file
 * stays open while a job runs.
 *
 * An image that failed has a line too, which the next one about it supersedes. A peer that turned out to give wrong results gets
 * a line too: whatever it did before that line, by the same recipe, and nobody else came to as well, is void: still explained, so
 * that it may be overwritten, and to do again.
 */

import { dirname } from 'node:path'
import { z } from 'zod'
import { peerId } from '../../base/ids.ts'
import { LIAR_MEMORY_MS, MIN_COMPACTED_JOURNAL_BYTES } from '../../base/limits.ts'
import type { PeerRef } from '../job-events.ts'
import { AppendedFile } from './appended-file.ts'
import { type FileSystem, isMissing, statIfThere, systemFiles } from './file-system.ts'
import { LineWriter } from './line-writer.ts'

const entrySchema = z.object({
  output: z.string(),
  input: z.string(),
  inputBytes: z.number(),
  inputModifiedMs: z.number(),
  inputDigest: z.string(),
  pipeline: z.string(),
  seed: z.number(),
  pixelVersion: z.string(),
  format: z.string(),
  quality: z.number(),
  /** Lines of before it could be kept have none. */
  keepMetadata: z.boolean().default(false),
  outputBytes: z.number(),
  outputDigest: z.string(),
  pixelDigest: z.string(),
  /** Name and id of the peer that did it. */
  peer: z.string(),
  peerId: z.string(),
  /** Ids of peers that did parts of it. */
  otherIds: z.array(z.string()).optional(),
  /** Ids of peers that came to the same pixels. */
  verifiedBy: z.array(z.string()).optional(),
  /** Done by a peer that gave wrong results. */
  isVoid: z.boolean().optional(),
  at: z.string(),
})

export type JournalEntry = z.infer<typeof entrySchema>

/** What an output of the present job depends on besides its input. */
export type Recipe = Pick<JournalEntry, 'pipeline' | 'seed' | 'pixelVersion' | 'format' | 'quality' | 'keepMetadata'>

const { pipeline, seed, pixelVersion, format, quality, keepMetadata } = entrySchema.shape
const recipeShape = { pipeline, seed, pixelVersion, format, quality, keepMetadata }

const distrustSchema = z.object({
  distrusted: z.array(z.object({ id: z.string().transform(peerId), name: z.string() })),
  ...recipeShape,
  at: z.string(),
})

/** These peers gave wrong results in a job of this recipe. */
export type Distrust = z.infer<typeof distrustSchema>

export const hasRecipe = (entry: Recipe, recipe: Recipe): boolean =>
  entry.pipeline === recipe.pipeline &&
  entry.seed === recipe.seed &&
  entry.pixelVersion === recipe.pixelVersion &&
  entry.format === recipe.format &&
  entry.quality === recipe.quality &&
  entry.keepMetadata === recipe.keepMetadata

/** What a line is about. */
export type Subject = Pick<JournalEntry, 'output' | 'input'>

const byOutput = ({ output }: Subject): string | undefined => output

const failureSchema = z.object({
  failed: z.object({ code: z.string(), message: z.string() }),
  output: z.string(),
  input: z.string(),
  ...recipeShape,
  at: z.string(),
})

/** An image of which nothing came. */
export type FailureLine = z.infer<typeof failureSchema>

export interface Journal {
  /** By the same keys: what failed by its latest line. */
  readonly failures: ReadonlyMap<string, FailureLine>
  readonly entries: ReadonlyMap<string, JournalEntry>
  readonly distrusts: readonly Distrust[]
}

/**
 * The latest entry of each output, or of what else `keyOf` tells them apart by; without a key an entry is left out. A file that
 * is not there is an empty journal.
 */
export async function readJournal(
  file: string,
  keyOf: (subject: Subject) => string | undefined = byOutput,
  files: FileSystem = systemFiles,
): Promise<Journal> {
  const entries = new Map<string, JournalEntry>()
  const distrusts: Distrust[] = []
  const failures = new Map<string, FailureLine>()
  for await (const line of linesOf(files, file)) {
    const parsed = parseLine(line)
    if (parsed === undefined) continue
    if ('distrusted' in parsed) {
      distrusts.push(parsed)
      voidEntries(entries, parsed)
      continue
    }
    const key = keyOf(parsed)
    if (key === undefined) continue
    failures.delete(key)
    if ('failed' in parsed) {
      failures.set(key, parsed)
      continue
    }
    // behind those that it is newer than, also when the journal is written anew
    entries.delete(key)
    entries.set(key, parsed)
  }
  return { entries, distrusts, failures }
}

/** Marks what the line voids; returns the entries that it newly did. */
export function voidEntries(
  entries: Map<string, JournalEntry>,
  { distrusted, ...recipe }: Pick<Distrust, 'distrusted' | keyof Recipe>,
): Map<string, JournalEntry> {
  const voided = new Map<string, JournalEntry>()
  const liars = new Set<string>(distrusted.map(({ id }) => id))
  for (const [key, entry] of entries) {
    const { peerId: id, otherIds = [], verifiedBy = [], isVoid } = entry
    const isBelieved = verifiedBy.some((other) => !liars.has(other)) || ![id, ...otherIds].some((by) => liars.has(by))
    if (isVoid || isBelieved || !hasRecipe(entry, recipe)) continue
    voided.set(key, { ...entry, isVoid: true })
  }
  for (const [key, entry] of voided) entries.set(key, entry)
  return voided
}

/** Peers that gave wrong results in a job of this recipe at most LIAR_MEMORY_MS before `nowMs`. */
export function liarsOf({ distrusts }: Journal, recipe: Recipe, nowMs: number): readonly PeerRef[] {
  const known = new Map<string, PeerRef>()
  for (const { distrusted, at, ...of } of distrusts) {
    if (!hasRecipe(of, recipe) || nowMs - Date.parse(at) > LIAR_MEMORY_MS) continue
    for (const peer of distrusted) known.set(peer.id, peer)
  }
  return [...known.values()]
}

const lineSchema = z.union([entrySchema, distrustSchema, failureSchema])
type JournalLine = z.infer<typeof lineSchema>

async function* linesOf(files: FileSystem, file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const piece of files.read(file)) {
      const lines = `${rest}${decoder.decode(piece, { stream: true })}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  yield rest + decoder.decode()
}

function parseLine(line: string): JournalLine | undefined {
  if (line === '') return undefined
  try {
    return lineSchema.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

/** Keeps the journal open until it is closed. */
export class JournalWriter {
  readonly #file: AppendedFile
  readonly #lines: LineWriter

  constructor(file: string, files: FileSystem = systemFiles) {
    this.#file = new AppendedFile(file, files)
    this.#lines = new LineWriter((text) => this.#file.append(text))
  }

  /** Resolves when the line was handed to the operating system. */
  append(entry: JournalLine): Promise<void> {
    return this.#lines.append(JSON.stringify(entry))
  }

  /** When no line is under way. What comes later fails. Never throws. */
  close(): Promise<void> {
    return this.#file.close()
  }
}

/** Makes the journal's folder, ends a torn last line so that the next one starts on its own, and drops superseded lines. */
export async function openJournal(file: string, files: FileSystem = systemFiles): Promise<JournalWriter> {
  await files.makeFolder(dirname(file))
  const { size } = (await statIfThere(file, files)) ?? { size: 0 }
  if (size > 0 && (await lastByte(files, file, size)) !== 0x0a) await files.appendFile(file, '\n')
  if (size >= MIN_COMPACTED_JOURNAL_BYTES) await compact(files, file)
  return new JournalWriter(file, files)
}

async function lastByte(files: FileSystem, file: string, size: number): Promise<number | undefined> {
  let last: number | undefined
  for await (const piece of files.read(file, { start: size - 1 })) last = piece.at(-1)
  return last
}

/** Nobody else may write the journal meanwhile. A disk that has no room for it keeps the long one. */
async function compact(files: FileSystem, file: string): Promise<void> {
  let lineCount = 0
  for await (const line of linesOf(files, file)) if (line !== '') lineCount++
  // data of many images has one output
  const journal = await readJournal(file, ({ output, input }) => JSON.stringify([output, input]), files)
  const { entries, distrusts, failures } = journal
  if ((entries.size + distrusts.length + failures.size) * 2 >= lineCount) return
  const fresh = `${file}.new`
  try {
    await files.writeFile(fresh, linesFrom([...distrusts, ...entries.values(), ...failures.values()]))
    await files.rename(fresh, file)
  } catch {
    await files.rm(fresh, { force: true }).catch(() => {})
  }
}

/** Lines about peers come first: what they void is marked in the entries. */
function* linesFrom(lines: Iterable<JournalLine>): Generator<string> {
  for (const line of lines) yield `${JSON.stringify(line)}\n`
}
