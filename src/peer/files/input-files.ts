/**
 * What a person named on the command line -> the files of a job. Folders are walked (hidden files skipped, symbolic links not
 * followed, the output tree left out); in them a file counts as an image by its name's extension, or else by its first bytes.
 * What was named directly is always taken: if it is no image, that is its failure.
 */

import { open, stat } from 'node:fs/promises'
import { basename, join, relative, resolve, sep } from 'node:path'
import parallel from 'it-parallel'
import { escapePath, glob, isDynamicPattern } from 'tinyglobby'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_OPEN_FILES, SNIFF_BYTES } from '../../base/limits.ts'
import { sniffImageFormat } from '../../cv/index.ts'
import type { FoundFile } from '../coordinator/plan.ts'
import { looksLikeImageName } from './image-names.ts'

export interface FindOptions {
  /** Globs on relative paths. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** The output folder: never read from. */
  readonly out: string
}

/** @throws MurmurationError ERR_INPUT when a path is missing or nothing is found, ERR_OUTPUT when a source would be overwritten. */
export async function findInputFiles(paths: readonly string[], options: FindOptions): Promise<FoundFile[]> {
  const found: FoundFile[] = []
  for (const path of paths) found.push(...(await findOne(path, options)))
  if (found.length === 0) {
    const named = paths.map((path) => `"${path}"`).join(', ')
    throw new MurmurationError('ERR_INPUT', `expected images in ${named}, found none (jpg png webp tif gif avif)`)
  }
  return found
}

async function findOne(path: string, options: FindOptions): Promise<FoundFile[]> {
  const info = await stat(path).catch(() => undefined)
  if (info?.isDirectory()) return findInFolder(resolve(path), options)
  if (info?.isFile()) return [{ path: basename(path), source: resolve(path) }]
  if (info) throw new MurmurationError('ERR_INPUT', `"${path}" is neither a file nor a folder`)
  if (!isDynamicPattern(path)) throw new MurmurationError('ERR_INPUT', `"${path}" does not exist`)
  return findByGlob(path, options)
}

async function findInFolder(folder: string, { include, exclude, out }: FindOptions): Promise<FoundFile[]> {
  const outside = relative(folder, resolve(out))
  if (outside === '') {
    const sentence = `the output folder "${out}" is the input folder: sources are never written`
    throw new MurmurationError('ERR_OUTPUT', sentence)
  }
  const ignore = [...exclude]
  if (!outside.startsWith('..')) ignore.push(`${escapePath(outside.split(sep).join('/'))}/**`)
  const patterns = include.length > 0 ? [...include] : ['**/*']
  const names = await glob(patterns, { cwd: folder, ignore, onlyFiles: true, followSymbolicLinks: false, dot: false })
  return keepImages(names.map((name) => ({ path: name, source: join(folder, name) })))
}

async function findByGlob(pattern: string, { exclude }: FindOptions): Promise<FoundFile[]> {
  const segments = pattern.split('/')
  const staticCount = segments.findIndex((segment) => isDynamicPattern(segment))
  const base = segments.slice(0, staticCount).join('/') || (pattern.startsWith('/') ? '/' : '.')
  const names = await glob(segments.slice(staticCount).join('/'), {
    cwd: resolve(base),
    ignore: [...exclude],
    onlyFiles: true,
    followSymbolicLinks: false,
  })
  if (names.length === 0) throw new MurmurationError('ERR_INPUT', `nothing matches "${pattern}"`)
  return keepImages(names.map((name) => ({ path: name, source: resolve(base, name) })))
}

async function keepImages(files: readonly FoundFile[]): Promise<FoundFile[]> {
  const checks = files.map((file) => async () => ((await isImage(file)) ? [file] : []))
  const kept: FoundFile[] = []
  for await (const some of parallel(checks, { concurrency: MAX_OPEN_FILES, ordered: true })) kept.push(...some)
  return kept
}

async function isImage({ path, source }: FoundFile): Promise<boolean> {
  if (looksLikeImageName(path)) return true
  const file = await open(source).catch(() => undefined)
  if (!file) return false
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(SNIFF_BYTES), 0, SNIFF_BYTES, 0)
    return sniffImageFormat(buffer.subarray(0, bytesRead)) !== undefined
  } finally {
    await file.close()
  }
}
