/**
 * The journal of an output folder: `.murmuration/journal.ndjson`, append-only, one line per finished image. An output is done
 * only if a line explains it: same input, pipeline, seed, pixelVersion and encoding. A torn last line (the process was killed
 * while writing it) is skipped. Lines are not fsynced: after a power cut the last seconds are done again, nothing is lost.
 */

import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'

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
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return ''
    throw error
  })
  for (const line of text.split('\n')) {
    const entry = parseLine(line)
    if (entry) entries.set(entry.output, entry)
  }
  return entries
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
    } finally {
      this.#writing = undefined
    }
  }
}

/** Makes the journal's folder, and ends a torn last line so that the next one starts on its own. */
export async function openJournal(file: string): Promise<JournalWriter> {
  await mkdir(dirname(file), { recursive: true })
  const text = await readFile(file).catch(() => Buffer.alloc(0))
  if (text.length > 0 && text.at(-1) !== 0x0a) await appendFile(file, '\n')
  return new JournalWriter(file)
}
