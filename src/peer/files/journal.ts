/**
 * The journal of an output folder: `.murmuration/journal.ndjson`, one line per image, written just before its output gets its
 * name: so there is never an output without its line, and a line without its output is an image to do. An output is done only
 * if a line explains it: same input, pipeline, seed, pixelVersion and encoding. A torn line (the process was killed, or the
 * disk full, while writing it) is skipped. Lines are only appended, but for superseded ones, which go when a job opens the
 * journal and they are more than half. It is read line by line: it may be larger than a string can be. Lines are not fsynced:
 * after a power cut outputs of the last seconds may stand without theirs, and are then named rather than overwritten.
 */

import { createReadStream } from 'node:fs'
import { appendFile, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { MIN_COMPACTED_JOURNAL_BYTES } from '../../base/limits.ts'
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
export async function readJournal(file: string, keyOf = byOutput): Promise<Map<string, JournalEntry>> {
  const entries = new Map<string, JournalEntry>()
  for await (const line of linesOf(file)) {
    const entry = parseLine(line)
    const key = entry && keyOf(entry)
    if (entry && key !== undefined) entries.set(key, entry)
  }
  return entries
}

async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  try {
    for await (const text of createReadStream(file, 'utf8')) {
      const lines = `${rest}${text}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    if (!isMissing) throw error
  }
  yield rest
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

  constructor(file: string) {
    this.#lines = new LineWriter(file)
  }

  /** Resolves when the line was handed to the operating system. */
  append(entry: JournalEntry): Promise<void> {
    return this.#lines.append(JSON.stringify(entry))
  }
}

/** Makes the journal's folder, ends a torn last line so that the next one starts on its own, and drops superseded lines. */
export async function openJournal(file: string): Promise<JournalWriter> {
  await mkdir(dirname(file), { recursive: true })
  const { size } = await stat(file).catch(() => ({ size: 0 }))
  if (size > 0 && (await lastByte(file, size)) !== 0x0a) await appendFile(file, '\n')
  if (size >= MIN_COMPACTED_JOURNAL_BYTES) await compact(file)
  return new JournalWriter(file)
}

async function lastByte(file: string, size: number): Promise<number | undefined> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(new Uint8Array(1), 0, 1, size - 1)
    return buffer[0]
  } finally {
    await handle.close()
  }
}

/** Nobody else may write the journal meanwhile. A disk that has no room for it keeps the long one. */
async function compact(file: string): Promise<void> {
  let lineCount = 0
  for await (const line of linesOf(file)) if (line !== '') lineCount++
  const entries = await readJournal(file)
  if (entries.size * 2 >= lineCount) return
  const fresh = `${file}.new`
  try {
    await writeFile(fresh, linesFrom(entries.values()))
    await rename(fresh, file)
  } catch {
    await rm(fresh, { force: true }).catch(() => {})
  }
}

function* linesFrom(entries: Iterable<JournalEntry>): Generator<string> {
  for (const entry of entries) yield `${JSON.stringify(entry)}\n`
}
