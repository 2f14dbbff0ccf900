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
export type Recipe = Pick<JournalEntry, 'pipeline' | 'seed' | 'pixelVersion' | 'format' | 'quality'>

export const hasRecipe = (entry: JournalEntry, recipe: Recipe): boolean =>
  entry.pipeline === recipe.pipeline &&
  entry.seed === recipe.seed &&
  entry.pixelVersion === recipe.pixelVersion &&
  entry.format === recipe.format &&
  entry.quality === recipe.quality

/** The latest entry of each output. A file that is not there is an empty journal. */
export async function readJournal(file: string): Promise<Map<string, JournalEntry>> {
  const entries = new Map<string, JournalEntry>()
  for await (const line of linesOf(file)) {
    const entry = parseLine(line)
    if (entry) entries.set(entry.output, entry)
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

/** Appends lines in order; those that come while one write is under way go together in the next. */
export class JournalWriter {
  readonly #file: string
  #pending = ''
  #writing: Promise<void> | undefined

  constructor(file: string) {
    this.#file = file
  }

  /** Resolves when the line was handed to the operating system. */
  append(entry: JournalEntry): Promise<void> {
    this.#pending += `${JSON.stringify(entry)}\n`
    this.#writing ??= this.#flush()
    return this.#writing
  }

  async #flush(): Promise<void> {
    await Promise.resolve()
    try {
      while (this.#pending !== '') {
        const lines = this.#pending
        this.#pending = ''
        await appendFile(this.#file, lines)
      }
    } catch (error) {
      // all who wait learn that their line is not there; an end that was torn off must not spoil the next line
      this.#pending = '\n'
      throw error
    } finally {
      this.#writing = undefined
    }
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
