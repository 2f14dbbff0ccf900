/**
 * The files below a folder: globs on relative paths, hidden files skipped, symbolic links not followed, the output tree left out.
 * All of them, or only those at and below paths that may have changed: the same walk in which the folders on the way there are
 * not listed, so that one rule says what counts.
 */

import { type Dirent, readdir } from 'node:fs'
import { lstat, stat } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { escapePath, glob } from 'tinyglobby'
import { MurmurationError } from '../../base/errors.ts'
import { type FoundFile, staysBelow } from '../coordinator/plan.ts'
import type { SkipReason } from '../job-events.ts'
import { foreignImageExtension, looksLikeImageName } from './image-names.ts'
import { whyUnreadable } from './read-error.ts'
import { pathBelow, realPathOf } from './real-path.ts'
import type { SkippedFiles } from './skipped-files.ts'

export interface WalkOptions {
  /** Globs on relative paths. */
  readonly exclude: readonly string[]
  /** The output folder: never read from. */
  readonly out: string
  /** Real paths: only what lies at or below them is walked. Default: everything. */
  readonly changed?: ReadonlySet<string> | undefined
  /** Also gives what patterns find out of the folder, for those who refuse image by image; default: nothing is given then. */
  readonly mayReachOut?: boolean
  /** Told of each folder, by its real path, just before it is listed. */
  onFolder?(folder: string): void
  /** Takes hidden files and symbolic links that look like images, or lead to folders, where the patterns would have found them. */
  readonly skipped?: SkippedFiles
}

/**
 * The files below a real path, and with a `/` at their end the folders that could not be listed.
 * @throws MurmurationError ERR_INPUT when the folder itself cannot be listed, or a pattern reaches out of it
 */
export async function walkFolder(
  root: string,
  patterns: readonly string[],
  options: WalkOptions,
): Promise<FoundFile[]> {
  const { exclude, out } = options
  const ignore = [...exclude]
  const outBelow = pathBelow(root, await realPathOf(out))
  if (outBelow) ignore.push(`${escapePath(outBelow.split(sep).join('/'))}/**`)
  const unlisted = new Map<string, unknown>()
  const links = new Set<string>()
  // a pattern that names a dot means what is hidden
  const showsHidden = options.skipped !== undefined && !patterns.some((pattern) => /(^|\/)\./.test(pattern))
  const list = lister(options, { links, showsHidden }, (folder, error) => unlisted.set(folder, error))
  const matching = await glob([...patterns], {
    cwd: root,
    ignore,
    onlyFiles: true,
    followSymbolicLinks: false,
    dot: showsHidden,
    // the walk swallows errors
    fs: { readdir: list as typeof readdir },
  })
  const names = options.skipped ? withoutSkipped({ root, links, showsHidden }, matching, options.skipped) : matching
  if (!options.mayReachOut) refuseOutside(root, patterns, names)
  const found = names.map((name) => ({ path: name, source: join(root, name) }))
  for (const [folder, error] of unlisted) {
    const path = pathBelow(root, folder)
    if (path === '') throw new MurmurationError('ERR_INPUT', `"${root}" cannot be read: ${whyUnreadable(error, root)}`)
    if (path) found.push({ path: `${path.split(sep).join('/')}/`, source: join(root, path) })
  }
  return found
}

function refuseOutside(root: string, patterns: readonly string[], names: readonly string[]): void {
  const outside = names.find((name) => !staysBelow(name))
  if (outside === undefined) return
  const sentence = `"${patterns.join('", "')}" reaches out of "${root}", for instance to "${outside}"`
  throw new MurmurationError('ERR_INPUT', sentence, { facts: { help: 'Name the other folder as a path of its own.' } })
}

type Entry = Pick<Dirent, 'name' | 'isFile' | 'isDirectory' | 'isSymbolicLink'>
type OnEntries = (error: NodeJS.ErrnoException | null, entries: Entry[]) => void

/** What is shown to the patterns only to be counted where they find it. */
interface Shown {
  /** Symbolic links, by their paths. */
  readonly links: Set<string>
  /** Also hidden files, though never what is in hidden folders. */
  readonly showsHidden: boolean
}

function withoutSkipped(
  { root, links, showsHidden }: Shown & { readonly root: string },
  matching: readonly string[],
  skipped: SkippedFiles,
): readonly string[] {
  const reasonOf = (name: string): SkipReason | undefined => {
    if (links.has(join(root, name))) return 'link'
    return showsHidden && basename(name).startsWith('.') ? 'hidden' : undefined
  }
  return matching.filter((name) => {
    const reason = reasonOf(name)
    // "._photo.jpg" is what macOS keeps beside photo.jpg on foreign disks
    const isWorthTelling = reason === 'link' || (looksLikePicture(name) && !basename(name).startsWith('._'))
    if (reason !== undefined && isWorthTelling) skipped.add(join(root, name), reason)
    return reason === undefined
  })
}

/** A folder's entries: links that a person may mean as if they were files, hidden folders not at all. */
async function withSkippable(folder: string, entries: Entry[], { links, showsHidden }: Shown): Promise<Entry[]> {
  const shown = entries.map(async (entry): Promise<Entry[]> => {
    const { name } = entry
    const isHidden = name.startsWith('.')
    if (showsHidden && isHidden && !entry.isFile()) return []
    if (!entry.isSymbolicLink() || isHidden) return [entry]
    const source = join(folder, name)
    if (!looksLikePicture(name) && !(await leadsToFolder(source))) return [entry]
    links.add(source)
    return [fileEntry(name)]
  })
  return (await Promise.all(shown)).flat()
}

/** A folder without any, as most are, needs no second look. */
const mayBeSkipped = (entry: Entry): boolean => entry.name.startsWith('.') || entry.isSymbolicLink()

const looksLikePicture = (name: string): boolean =>
  looksLikeImageName(name) || foreignImageExtension(name) !== undefined

const leadsToFolder = async (link: string): Promise<boolean> =>
  (await stat(link).catch(() => undefined))?.isDirectory() === true

const fileEntry = (name: string): Entry => ({
  name,
  isFile: () => true,
  isDirectory: () => false,
  isSymbolicLink: () => false,
})

/** A folder that went away in the meantime is no error. */
function lister(
  { changed, onFolder, skipped }: WalkOptions,
  shown: Shown,
  tell: (folder: string, error: Error) => void,
) {
  return (given: string, options: { withFileTypes: true }, done: OnEntries): void => {
    const folder = join(given, '.') // the walk gives it with a separator at its end
    if (changed && !isWithin(folder, changed)) {
      void entriesOnTheWay(folder, changed).then((entries) => done(null, entries))
      return
    }
    onFolder?.(folder)
    readdir(folder, options, (error, entries) => {
      if (error && !isGone(error, folder)) tell(folder, error)
      if (error || !skipped || !entries.some(mayBeSkipped)) done(error, entries)
      else void withSkippable(folder, entries, shown).then((all) => done(null, all)) // never rejects
    })
  }
}

function isWithin(folder: string, changed: ReadonlySet<string>): boolean {
  for (let path = folder; ; path = dirname(path)) {
    if (changed.has(path)) return true
    if (path === dirname(path)) return false
  }
}

/** Of a folder's entries those that changed, or below which something did. Never rejects. */
async function entriesOnTheWay(folder: string, changed: ReadonlySet<string>): Promise<Entry[]> {
  const start = folder.endsWith(sep) ? folder : `${folder}${sep}`
  const names = new Set<string>()
  for (const path of changed) {
    if (path.startsWith(start)) names.add(path.slice(start.length).split(sep, 1)[0] ?? '')
  }
  const entries = [...names].map(async (name) => {
    const facts = await lstat(join(folder, name)).catch(() => undefined)
    return facts === undefined ? [] : [Object.assign(facts, { name })]
  })
  return (await Promise.all(entries)).flat()
}

/** A name that is not UTF-8 is there, and yet ENOENT. */
export const isGone = (error: unknown, path: string): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT' && !path.includes('\u{FFFD}')
