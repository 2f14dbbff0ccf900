/**
 * What a person named on the command line -> the files of a job. Folders are walked (hidden files skipped, symbolic links not
 * followed, the output tree left out); in them a file counts as an image by its name's extension, or else by its first bytes.
 * What was named directly is always taken: if it is no image, that is its failure. So is what lies in a folder and cannot be
 * read, a file or a whole sub-folder (its path ends in `/`): it stays in the list, and the job tells why. Sources are real
 * paths: one file reached by two ways is one source.
 */

import { open, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { isDynamicPattern } from 'tinyglobby'
import { MurmurationError } from '../../base/errors.ts'
import { inParallel } from '../../base/in-parallel.ts'
import { MAX_OPEN_FILES, SNIFF_BYTES } from '../../base/limits.ts'
import { sniffImageFormat } from '../../cv/index.ts'
import type { FoundFile } from '../coordinator/plan.ts'
import { foreignImageExtension, looksLikeImageName } from './image-names.ts'
import { pathBelow, realPathOf } from './real-path.ts'
import { type SkippedFiles, skippedSentence } from './skipped-files.ts'
import { isGone, walkFolder } from './walk-folder.ts'

export interface FindOptions {
  /** Globs on relative paths. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** The output folder: never read from. */
  readonly out: string
  /** Takes what folders hold that is left out and looks like a picture. */
  readonly skipped?: SkippedFiles
}

/**
 * @throws MurmurationError ERR_INPUT when a path is missing, cannot be read, or nothing is found; ERR_OUTPUT when a source would
 *   be overwritten; ERR_COLLISION when two sources have one relative path.
 */
export async function findInputFiles(paths: readonly string[], options: FindOptions): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>()
  for (const path of paths) {
    for (const file of await findOne(path, options)) add(found, file)
  }
  if (found.size === 0) throw nothingFound(paths, options)
  return [...found.values()]
}

function nothingFound(paths: readonly string[], { include, exclude, skipped }: FindOptions): MurmurationError {
  const named = paths.map((path) => `"${path}"`).join(', ')
  const globs = [...include.map((glob) => `--include "${glob}"`), ...exclude.map((glob) => `--exclude "${glob}"`)]
  const counts = skipped?.counts()
  const also = counts === undefined ? '' : `; ${skippedSentence(counts, skipped?.extensions())}`
  if (globs.length === 0) {
    const help = counts?.unsupported === undefined ? {} : { facts: { help: 'Convert them to one of these first.' } }
    return new MurmurationError(
      'ERR_INPUT',
      `expected images in ${named}, found none (jpg png webp tif gif avif)${also}`,
      help,
    )
  }
  return new MurmurationError('ERR_INPUT', `expected images in ${named} with ${globs.join(' ')}, found none${also}`, {
    facts: {
      help: 'Globs are about paths below the folder: "*.jpg" takes what is directly in it, "**/*.jpg" all.',
    },
  })
}

/** A file that was named twice counts once. */
function add(found: Map<string, FoundFile>, file: FoundFile): void {
  const other = found.get(file.path)
  if (other && other.source !== file.source) {
    const sentence = `"${other.source}" and "${file.source}" are both "${file.path}" in this job`
    throw new MurmurationError('ERR_COLLISION', sentence, { facts: { inputs: [other.source, file.source] } })
  }
  found.set(file.path, file)
}

async function findOne(path: string, options: FindOptions): Promise<FoundFile[]> {
  const info = await stat(path).catch(() => undefined)
  if (info?.isDirectory()) return findInFolder(path, options)
  if (info?.isFile()) return [{ path: basename(path), source: await realPathOf(path) }]
  if (info) throw new MurmurationError('ERR_INPUT', `"${path}" is neither a file nor a folder`)
  if (isDynamicPattern(path)) return findByGlob(path, options)
  const why = path.includes('\u{FFFD}') ? 'cannot be read: its name is not valid UTF-8' : 'does not exist'
  throw new MurmurationError('ERR_INPUT', `"${path}" ${why}`)
}

async function findInFolder(folder: string, options: FindOptions): Promise<FoundFile[]> {
  const root = await inputRoot(folder, options.out)
  return keepImages(await walkFolder(root, patternsOf(options), options), options)
}

/** A folder's real path. @throws MurmurationError ERR_OUTPUT when it is the output folder */
export async function inputRoot(folder: string, out: string): Promise<string> {
  const root = await realPathOf(folder)
  if (pathBelow(root, await realPathOf(out)) !== '') return root
  throw new MurmurationError(
    'ERR_OUTPUT',
    `the output folder "${out}" is the input folder: sources are never written`,
    {
      facts: { help: 'Choose another folder with --out.' },
    },
  )
}

/** What is taken of a folder. */
export const patternsOf = ({ include }: Pick<FindOptions, 'include'>): readonly string[] =>
  include.length > 0 ? include : ['**/*']

async function findByGlob(pattern: string, options: FindOptions): Promise<FoundFile[]> {
  const segments = pattern.split('/')
  const staticCount = segments.findIndex((segment) => isDynamicPattern(segment))
  const base = segments.slice(0, staticCount).join('/') || (pattern.startsWith('/') ? '/' : '.')
  const found = await walkFolder(await realPathOf(base), [segments.slice(staticCount).join('/')], options)
  if (found.length === 0 && options.skipped?.counts() === undefined) {
    throw new MurmurationError('ERR_INPUT', `nothing matches "${pattern}"`)
  }
  return keepImages(found, options)
}

async function keepImages(files: readonly FoundFile[], { skipped }: FindOptions): Promise<FoundFile[]> {
  const checks = files.map((file) => async () => {
    if (await mayBeImage(file)) return [file]
    if (foreignImageExtension(file.path) !== undefined) skipped?.add(file.source, 'unsupported')
    return []
  })
  const kept: FoundFile[] = []
  for await (const some of inParallel(checks, { concurrency: MAX_OPEN_FILES, ordered: true })) kept.push(...some)
  return kept
}

/** True also for what cannot be read: the job tells why. */
export async function mayBeImage({ path, source }: FoundFile): Promise<boolean> {
  if (looksLikeImageName(path) || path.endsWith('/')) return true
  try {
    const file = await open(source)
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(SNIFF_BYTES), 0, SNIFF_BYTES, 0)
      return sniffImageFormat(buffer.subarray(0, bytesRead)) !== undefined
    } finally {
      await file.close()
    }
  } catch (error) {
    return !isGone(error, source)
  }
}
