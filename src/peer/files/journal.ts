/**
 * The journal of an output folder: `.murmuration/journal.ndjson`, one line per image, written just before its output gets its
 * name: so there is never an output without its line, and a line without its output is an image to do. An output is done only
 * if a line explains it: same input, pipeline, seed, pixelVersion and encoding. A torn line (the process was killed, or the
 * disk full, while writing it) is skipped. Lines are only appended, but for superseded ones, which go when a job opens the
 * journal and they are more than half. It is read line by line: it may be larger than a string can be. Lines are not fsynced:
 * after a power cut outputs of the last seconds may stand without theirs, and are then named rather than overwritten.
 */

import { dirname } from 'node:path'
import { z } from 'zod'
import { MIN_COMPACTED_JOURNAL_BYTES } from '../../base/limits.ts'
import { type FileSystem, systemFiles } from './file-system.ts'
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
  at: z.string(),
})

export type JournalEntry = z.infer<typeof entrySchema>

/** What an output of the present job depends on besides its input. */
export type Recipe = Pick<JournalEntry, 'pipeline' | 'seed' | 'pixelVersion' | 'format' | 'quality' | 'keepMetadata'>

export const hasRecipe = (entry: JournalEntry, recipe: Recipe): boolean =>
  entry.pipeline === recipe.pipeline &&
  entry.seed === recipe.seed &&
  entry.pixelVersion === recipe.pixelVersion &&
  entry.format === recipe.format &&
  entry.quality === recipe.quality &&
  entry.keepMetadata === recipe.keepMetadata

const byOutput = (entry: JournalEntry): string | undefined => entry.output

/**
 * The latest entry of each output, or of what else `keyOf` tells them apart by; without a key an entry is left out. A file that
 * is not there is an empty journal.
 */
export async function readJournal(
  file: string,
  keyOf = byOutput,
  files: FileSystem = systemFiles,
): Promise<Map<string, JournalEntry>> {
  const entries = new Map<string, JournalEntry>()
  for await (const line of linesOf(files, file)) {
    const entry = parseLine(line)
    const key = entry && keyOf(entry)
    if (entry && key !== undefined) entries.set(key, entry)
  }
  return entries
}

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
    const isMissing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    if (!isMissing) throw error
  }
  yield rest + decoder.decode()
}

function parseLine(line: string): JournalEntry | undefined {
  if (line === '') return undefined
  try {
    return entrySchema.parse(JSON.parse(line))
  } catch {
    return undefined
  }
}

export class JournalWriter {
  readonly #lines: LineWriter

  constructor(file: string, files: FileSystem = systemFiles) {
    this.#lines = new LineWriter(file, files)
  }

  /** Resolves when the line was handed to the operating system. */
  append(entry: JournalEntry): Promise<void> {
    return this.#lines.append(JSON.stringify(entry))
  }
}

/** Makes the journal's folder, ends a torn last line so that the next one starts on its own, and drops superseded lines. */
export async function openJournal(file: string, files: FileSystem = systemFiles): Promise<JournalWriter> {
  await files.makeFolder(dirname(file))
  const { size } = await files.stat(file).catch(() => ({ size: 0 }))
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
  const entries = await readJournal(file, byOutput, files)
  if (entries.size * 2 >= lineCount) return
  const fresh = `${file}.new`
  try {
    await files.writeFile(fresh, linesFrom(entries.values()))
    await files.rename(fresh, file)
  } catch {
    await files.rm(fresh, { force: true }).catch(() => {})
  }
}

function* linesFrom(entries: Iterable<JournalEntry>): Generator<string> {
  for (const entry of entries) yield `${JSON.stringify(entry)}\n`
}
