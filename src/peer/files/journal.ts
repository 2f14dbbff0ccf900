/**
 * The journal of an output folder: `.murmuration/journal.ndjson`, append-only, one line per finished image. An output is done
 * only if a line explains it: same input, pipeline, seed, pixelVersion and encoding. A torn last line (the process was killed
 * while writing it) is skipped. Lines are not fsynced: after a power cut the last seconds are done again, nothing is lost.
 */

import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
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

const byOutput = (entry: JournalEntry): string | undefined => entry.output

/**
 * The latest entry of each output, or of what else `keyOf` tells them apart by; without a key an entry is left out. A file that
 * is not there is an empty journal.
 */
export async function readJournal(file: string, keyOf = byOutput): Promise<Map<string, JournalEntry>> {
  const entries = new Map<string, JournalEntry>()
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return ''
    throw error
  })
  for (const line of text.split('\n')) {
    const entry = parseLine(line)
    const key = entry && keyOf(entry)
    if (entry && key !== undefined) entries.set(key, entry)
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

/** Makes the journal's folder, and ends a torn last line so that the next one starts on its own. */
export async function openJournal(file: string): Promise<JournalWriter> {
  await mkdir(dirname(file), { recursive: true })
  const text = await readFile(file).catch(() => Buffer.alloc(0))
  if (text.length > 0 && text.at(-1) !== 0x0a) await appendFile(file, '\n')
  return new JournalWriter(file)
}
