/**
 * When the files of watched folders are complete: a file is when its size and time of change stayed the same for
 * WATCH_SETTLED_MS and its header can be read. What still cannot be read after WATCH_DOUBT_MS is handed on all the same: the
 * job then tells what is wrong with it. Whatever is seen to differ from what was handed on is a new version, and the rule
 * begins anew.
 *
 * What the operating system tells of changes is a hint where to look, at once; every folder is looked at again now and then all
 * the same, because network file systems tell nothing and queues overflow. No timers, no disk and no events but the injected
 * ones.
 */

import type { Clock } from '../../base/clock.ts'
import { inParallel } from '../../base/in-parallel.ts'
import {
  MAX_JOB_FILES,
  MAX_OPEN_FILES,
  MAX_WATCH_HINTS,
  WATCH_DOUBT_MS,
  WATCH_GATHER_MS,
  WATCH_RESCAN_MS,
  WATCH_RESCAN_PAUSES,
  WATCH_SETTLED_MS,
} from '../../base/limits.ts'
import type { FoundFile } from '../coordinator/plan.ts'
import { Wake } from '../coordinator/wake.ts'

/** By these two a changed file is told from the same one. */
export interface FileVersion {
  readonly sizeBytes: number
  /** Milliseconds since the Unix epoch. */
  readonly modifiedMs: number
}

/** `unclear`: it should be an image, and its header cannot be read. */
export type Probe = 'image' | 'unclear' | 'no-image'

export interface WatchedDisk {
  /**
   * The files that may be images, by name rules alone; those at and below `changed` only, where given.
   * @throws MurmurationError ERR_INPUT when a watched folder cannot be listed
   */
  list(changed?: ReadonlySet<string>): Promise<readonly FoundFile[]>
  /** Undefined when it is not there. */
  version(source: string): Promise<FileVersion | undefined>
  /** Reads a header at most; of an `isOld` file only where its name does not tell that it should be an image. */
  probe(file: FoundFile, isOld: boolean): Promise<Probe>
  /** Calls back with what the operating system says has changed: a file, or a folder whose entries did. */
  onChange(listener: (path: string) => void): () => void
}

export interface CompleteFile extends FoundFile {
  readonly version: FileVersion
}

/** What is new since the last batch. */
export interface WatchBatch {
  readonly complete: readonly CompleteFile[]
  /** Sources of files that were complete once and are not there any more. */
  readonly gone: readonly string[]
}

export interface FolderWatchWorld {
  readonly clock: Clock
  readonly disk: WatchedDisk
  /** A sentence for a person. */
  notice(sentence: string): void
  /** Ends it. */
  readonly signal: AbortSignal
}

interface SettlingFile extends CompleteFile {
  /** Since when it has this version, on the clock. */
  readonly sinceMs: number
  readonly lookAtMs: number
}

export const isSameVersion = (a: FileVersion, b: FileVersion): boolean =>
  a.sizeBytes === b.sizeBytes && a.modifiedMs === b.modifiedMs

export class FolderWatch {
  readonly #world: FolderWatchWorld
  /** By source: what was handed on last, or is no image. */
  readonly #known = new Map<string, FileVersion>()
  /** By source, in the order in which they are looked at again. */
  readonly #settling = new Map<string, SettlingFile>()
  readonly #hints = new Set<string>()
  #hintedAtMs = 0
  #rescanAtMs = 0
  #gone: string[] = []
  readonly #wake = new Wake()
  readonly #told = new Set<string>()

  constructor(world: FolderWatchWorld) {
    this.#world = world
  }

  /** Files that were seen and are not complete yet. */
  get settlingCount(): number {
    return this.#settling.size
  }

  /** The first batch is what is there already, and comes even if that is nothing. To be called once. */
  async *batches(): AsyncGenerator<WatchBatch> {
    const { clock, disk, signal } = this.#world
    const onAbort = (): void => this.#wake.notify()
    signal.addEventListener('abort', onAbort, { once: true })
    const stopListening = disk.onChange((path) => this.#hint(path))
    const complete: CompleteFile[] = []
    let isFirst = true
    try {
      await this.#rescan()
      const firstAtMs = this.#settling.size > 0 ? clock.now() + WATCH_SETTLED_MS : clock.now()
      while (!signal.aborted) {
        await this.#untilDue(isFirst ? firstAtMs : Number.POSITIVE_INFINITY)
        if (signal.aborted) return
        if (clock.now() >= this.#rescanAtMs) await this.#rescan()
        else if (this.#hints.size > 0 && clock.now() >= this.#hintedAtMs + WATCH_GATHER_MS) await this.#followHints()
        const lookedAtMs = clock.now()
        for (const file of await this.#lookAtSettling()) complete.push(file)
        if (isFirst ? lookedAtMs < firstAtMs : complete.length + this.#gone.length === 0) continue
        isFirst = false
        yield { complete: complete.splice(0).sort(byPath), gone: this.#gone.splice(0) }
      }
    } finally {
      stopListening()
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** The file, which was handed on, has changed: it is handed on again when it is complete. */
  settleAgain(file: FoundFile, version: FileVersion): void {
    this.#beginSettling(file, version)
    this.#wake.notify()
  }

  /** The file, which was handed on, is not there any more. */
  forget(source: string): void {
    this.#known.delete(source)
  }

  #hint(path: string): void {
    // a file that is being written is looked at by its own time
    if (this.#settling.has(path)) return
    if (this.#hints.size >= MAX_WATCH_HINTS) {
      this.#hints.clear()
      this.#rescanAtMs = 0
    }
    if (this.#hints.size === 0) this.#hintedAtMs = this.#world.clock.now()
    this.#hints.add(path)
    this.#wake.notify()
  }

  async #untilDue(otherwiseAtMs: number): Promise<void> {
    const { clock, signal } = this.#world
    for (;;) {
      const [first] = this.#settling.values()
      const hintsAtMs = this.#hints.size > 0 ? this.#hintedAtMs + WATCH_GATHER_MS : Number.POSITIVE_INFINITY
      const dueMs = Math.min(otherwiseAtMs, first?.lookAtMs ?? Number.POSITIVE_INFINITY, hintsAtMs, this.#rescanAtMs)
      const leftMs = dueMs - clock.now()
      if (leftMs <= 0 || signal.aborted) return
      const timer = clock.setTimer(leftMs, () => this.#wake.notify())
      await this.#wake.wait()
      timer.cancel()
    }
  }

  async #rescan(): Promise<void> {
    const { clock, disk } = this.#world
    const beganMs = clock.now()
    this.#hints.clear()
    try {
      const files = await disk.list()
      this.#dropUnlisted(new Set(files.map(({ source }) => source)))
      await this.#see(files)
      this.#told.delete(UNREADABLE)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#tellOnce(UNREADABLE, `${why}; it is looked for again`)
    }
    const tookMs = clock.now() - beganMs
    this.#rescanAtMs = clock.now() + Math.max(WATCH_RESCAN_MS, WATCH_RESCAN_PAUSES * tookMs)
  }

  async #followHints(): Promise<void> {
    const changed = new Set(this.#hints)
    this.#hints.clear()
    try {
      await this.#see(await this.#world.disk.list(changed))
    } catch {
      // the next rescan tells
    }
  }

  #dropUnlisted(listed: ReadonlySet<string>): void {
    for (const source of this.#known.keys()) {
      if (listed.has(source)) continue
      this.#known.delete(source)
      this.#gone.push(source)
    }
    for (const source of this.#settling.keys()) if (!listed.has(source)) this.#settling.delete(source)
  }

  async #see(files: readonly FoundFile[]): Promise<void> {
    const looks = files
      .filter(({ source }) => !this.#settling.has(source))
      .map((file) => async () => ({ file, version: await this.#world.disk.version(file.source) }))
    for await (const { file, version } of inParallel(looks, { concurrency: MAX_OPEN_FILES })) {
      if (version === undefined) continue
      const known = this.#known.get(file.source)
      if (known === undefined || !isSameVersion(known, version)) this.#beginSettling(file, version)
    }
  }

  #beginSettling(file: FoundFile, version: FileVersion): void {
    const isNew = !this.#known.has(file.source)
    if (isNew && this.#known.size + this.#settling.size >= MAX_JOB_FILES) {
      this.#tellOnce(FULL, `at most ${MAX_JOB_FILES} files are watched: others are left out`)
      return
    }
    const nowMs = this.#world.clock.now()
    this.#settling.set(file.source, { ...file, version, sinceMs: nowMs, lookAtMs: nowMs + WATCH_SETTLED_MS })
  }

  async #lookAtSettling(): Promise<CompleteFile[]> {
    const nowMs = this.#world.clock.now()
    const due: SettlingFile[] = []
    for (const file of this.#settling.values()) {
      if (file.lookAtMs > nowMs) break
      due.push(file)
    }
    const complete: CompleteFile[] = []
    const looks = due.map((file) => () => this.#look(file))
    for await (const file of inParallel(looks, { concurrency: MAX_OPEN_FILES })) if (file) complete.push(file)
    return complete
  }

  /** Undefined while it is not complete, and when it is nothing to do. */
  async #look(file: SettlingFile): Promise<CompleteFile | undefined> {
    const { clock, disk } = this.#world
    const { path, source } = file
    const version = await disk.version(source)
    const nowMs = clock.now()
    this.#settling.delete(source)
    if (version === undefined) {
      if (this.#known.delete(source)) this.#gone.push(source)
      return undefined
    }
    if (!isSameVersion(version, file.version)) {
      this.#settling.set(source, { path, source, version, sinceMs: nowMs, lookAtMs: nowMs + WATCH_SETTLED_MS })
      return undefined
    }
    const isOld = clock.wallTime() - version.modifiedMs >= WATCH_DOUBT_MS
    const probe = await disk.probe(file, isOld)
    if (probe === 'unclear' && !isOld && nowMs - file.sinceMs < WATCH_DOUBT_MS) {
      this.#settling.set(source, { ...file, lookAtMs: nowMs + WATCH_SETTLED_MS })
      return undefined
    }
    this.#known.set(source, version)
    return probe === 'no-image' ? undefined : { path, source, version }
  }

  #tellOnce(subject: string, sentence: string): void {
    if (this.#told.has(subject)) return
    this.#told.add(subject)
    this.#world.notice(sentence)
  }
}

const byPath = (a: FoundFile, b: FoundFile): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)

const UNREADABLE = 'unreadable'
const FULL = 'full'
