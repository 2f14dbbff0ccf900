/**
 * What a person named on the command line -> the files of a job. Folders are walked (hidden files skipped, symbolic links not
 * followed, the output tree left out); in them a file counts as an image by its name's extension, or else by its first bytes.
 * What was named directly is always taken: if it is no image, that is its failure. So is what lies in a folder and cannot be
 * read, a file or a whole sub-folder (its path ends in `/`): it stays in the list, and the job tells why. Sources are real
 * paths: one file reached by two ways is one source.
 */

import { type Dirent, readdir } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { escapePath, glob, isDynamicPattern } from 'tinyglobby'
import { MurmurationError } from '../../base/errors.ts'
import { inParallel } from '../../base/in-parallel.ts'
import { MAX_OPEN_FILES, SNIFF_BYTES } from '../../base/limits.ts'
import { sniffImageFormat } from '../../cv/index.ts'
import { type FoundFile, staysBelow } from '../coordinator/plan.ts'
import { looksLikeImageName } from './image-names.ts'
import { whyUnreadable } from './read-error.ts'
import { pathBelow, realPathOf } from './real-path.ts'

export interface FindOptions {
  /** Globs on relative paths. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** The output folder: never read from. */
  readonly out: string
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
  if (found.size === 0) {
    const named = paths.map((path) => `"${path}"`).join(', ')
    throw new MurmurationError('ERR_INPUT', `expected images in ${named}, found none (jpg png webp tif gif avif)`)
  }
  return [...found.values()]
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
  const root = await realPathOf(folder)
  if (pathBelow(root, await realPathOf(options.out)) === '') {
    const sentence = `the output folder "${options.out}" is the input folder: sources are never written`
    throw new MurmurationError('ERR_OUTPUT', sentence)
  }
  const { include } = options
  return keepImages(await walk(root, include.length > 0 ? include : ['**/*'], options))
}

async function findByGlob(pattern: string, options: FindOptions): Promise<FoundFile[]> {
  const segments = pattern.split('/')
  const staticCount = segments.findIndex((segment) => isDynamicPattern(segment))
  const base = segments.slice(0, staticCount).join('/') || (pattern.startsWith('/') ? '/' : '.')
  const found = await walk(await realPathOf(base), [segments.slice(staticCount).join('/')], options)
  if (found.length === 0) throw new MurmurationError('ERR_INPUT', `nothing matches "${pattern}"`)
  return keepImages(found)
}

/** The files below a real path, and with a `/` at their end the folders that could not be listed. */
async function walk(root: string, patterns: readonly string[], { exclude, out }: FindOptions): Promise<FoundFile[]> {
  const ignore = [...exclude]
  const outBelow = pathBelow(root, await realPathOf(out))
  if (outBelow) ignore.push(`${escapePath(outBelow.split(sep).join('/'))}/**`)
  const unlisted = new Map<string, unknown>()
  const names = await glob([...patterns], {
    cwd: root,
    ignore,
    onlyFiles: true,
    followSymbolicLinks: false,
    dot: false,
    // the walk swallows errors
    fs: { readdir: readdirTelling((folder, error) => unlisted.set(folder, error)) as typeof readdir },
  })
  const outside = names.find((name) => !staysBelow(name))
  if (outside !== undefined) {
    const sentence = `"${patterns.join('", "')}" reaches out of "${root}", for instance to "${outside}"`
    throw new MurmurationError('ERR_INPUT', sentence, {
      facts: { help: 'Name the other folder as a path of its own.' },
    })
  }
  const found = names.map((name) => ({ path: name, source: join(root, name) }))
  for (const [folder, error] of unlisted) {
    const path = pathBelow(root, folder)
    if (path === '') throw new MurmurationError('ERR_INPUT', `"${root}" cannot be read: ${whyUnreadable(error, root)}`)
    if (path) found.push({ path: `${path.split(sep).join('/')}/`, source: join(root, path) })
  }
  return found
}

type OnEntries = (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void

/** A folder that went away in the meantime is no error. */
const readdirTelling =
  (tell: (folder: string, error: Error) => void) =>
  (folder: string, options: { withFileTypes: true }, done: OnEntries): void =>
    readdir(folder, options, (error, entries) => {
      if (error && !isGone(error, folder)) tell(folder, error)
      done(error, entries)
    })

/** A name that is not UTF-8 is there, and yet ENOENT. */
const isGone = (error: unknown, path: string): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT' && !path.includes('\u{FFFD}')

async function keepImages(files: readonly FoundFile[]): Promise<FoundFile[]> {
  const checks = files.map((file) => async () => ((await mayBeImage(file)) ? [file] : []))
  const kept: FoundFile[] = []
  for await (const some of inParallel(checks, { concurrency: MAX_OPEN_FILES, ordered: true })) kept.push(...some)
  return kept
}

/** True also for what cannot be read: the job tells why. */
async function mayBeImage({ path, source }: FoundFile): Promise<boolean> {
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
