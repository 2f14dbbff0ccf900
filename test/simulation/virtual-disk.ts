/**
 * The disk of a simulated machine, in memory: slow, full, failing for a while, and with the half-done writes of processes that are
 * killed. What was written before a kill stays.
 */

import type { Random } from '../../src/base/random.ts'
import type { FileFacts, FileSystem, OutputWorld } from '../../src/peer/files/file-system.ts'
import type { SimProcess } from './sim-process.ts'
import type { Timeline } from './timeline.ts'

interface StoredFile {
  bytes: Buffer
  mtimeMs: number
}

const HOST_NAME = 'simulated'
const NOTHING = Buffer.alloc(0)

export class VirtualDisk {
  readonly files = new Map<string, StoredFile>()
  /** Of one operation. */
  latencyMs = 0.2
  capacityBytes = Number.POSITIVE_INFINITY
  /** Share of operations that fail with EIO. */
  failing = 0
  /** Told when a file gets another name. */
  readonly onRename: ((to: string, bytes: Buffer) => void)[] = []
  readonly #timeline: Timeline
  readonly #random: Random
  readonly #alive = new Map<number, SimProcess>()

  constructor(timeline: Timeline, random: Random) {
    this.#timeline = timeline
    this.#random = random
  }

  get usedBytes(): number {
    let sum = 0
    for (const { bytes } of this.files.values()) sum += bytes.length
    return sum
  }

  /** The disk as one process sees it. */
  as(process: SimProcess): OutputWorld {
    this.#alive.set(process.pid, process)
    return {
      files: this.#fileSystem(process),
      process: {
        pid: process.pid,
        host: HOST_NAME,
        lockingJobs: process.lockingJobs,
        wallTime: process.clock.wallTime,
        isAlive: (pid) => (this.#alive.get(pid)?.state ?? 'dead') !== 'dead',
      },
    }
  }

  #fileSystem(process: SimProcess): FileSystem {
    const { files } = this
    const wallTime = process.clock.wallTime
    /** `act(share)` does that part of a write which a process that is killed meanwhile got done. */
    const later = <T>(act: (share: number) => T): Promise<T> =>
      new Promise((resolve, reject) => {
        const delayMs = this.latencyMs * (0.5 + this.#random.next())
        this.#timeline.after(delayMs, () => {
          if (process.state === 'dead') {
            if (this.#random.next() < 0.5) tryTo(() => act(this.#random.next()))
            return
          }
          const outcome = tryTo(() => {
            if (this.#random.next() < this.failing) throw diskError('EIO')
            return act(1)
          })
          process.enter(() => ('value' in outcome ? resolve(outcome.value) : reject(outcome.error)))
        })
      })
    const found = (path: string): StoredFile => {
      const file = files.get(path)
      if (!file) throw diskError('ENOENT')
      return file
    }
    const write = (path: string, before: Buffer, added: Buffer, share: number): void => {
      // what is used is summed up only where it matters: over all files it takes long
      const room = Number.isFinite(this.capacityBytes)
        ? Math.max(0, this.capacityBytes - this.usedBytes)
        : Number.POSITIVE_INFINITY
      const wanted = Math.floor(added.length * share)
      const fits = Math.min(wanted, room)
      files.set(path, { bytes: Buffer.concat([before, added.subarray(0, fits)]), mtimeMs: wallTime() })
      if (fits < wanted) throw diskError('ENOSPC')
    }
    return {
      access: () => later(() => undefined),
      makeFolder: () => later(() => undefined),
      stat: (path) => later((): FileFacts => factsOf(found(path))),
      realpath: (path) =>
        later(() => {
          found(path)
          return path
        }),
      readFile: (path) => later(() => found(path).bytes.toString('utf8')),
      read: (path, { start, end } = {}) => onePiece(later(() => found(path).bytes.subarray(start, end))),
      async writeFile(path, content, options) {
        const bytes = await bufferOf(content)
        return later((share) => {
          if (options?.flag === 'wx' && files.has(path)) throw diskError('EEXIST')
          files.delete(path)
          write(path, NOTHING, bytes, share)
        })
      },
      appendFile: (path, text) =>
        later((share) => write(path, files.get(path)?.bytes ?? NOTHING, Buffer.from(text), share)),
      openToAppend: async (path) => {
        await later(() => files.set(path, files.get(path) ?? { bytes: NOTHING, mtimeMs: wallTime() }))
        return {
          appendFile: (text) => later((share) => write(path, found(path).bytes, Buffer.from(text), share)),
          close: () => later(() => undefined),
        }
      },
      truncate: (path, sizeBytes) =>
        later(() => {
          const { bytes } = found(path)
          files.set(path, { bytes: bytes.subarray(0, sizeBytes), mtimeMs: wallTime() })
        }),
      rename: (from, to) =>
        later(() => {
          const file = found(from)
          files.delete(from)
          files.set(to, file)
          for (const tell of this.onRename) tell(to, file.bytes)
        }),
      unlink: (path) =>
        later(() => {
          found(path)
          files.delete(path)
        }),
      rm: (path) =>
        later(() => {
          for (const name of [...files.keys()]) if (name === path || name.startsWith(`${path}/`)) files.delete(name)
        }),
    }
  }
}

const tryTo = <T>(act: () => T): { readonly value: T } | { readonly error: unknown } => {
  try {
    return { value: act() }
  } catch (error) {
    return { error }
  }
}

const diskError = (code: string): Error => Object.assign(new Error(`${code}: simulated`), { code })

const factsOf = ({ bytes, mtimeMs }: StoredFile): FileFacts => ({ size: bytes.length, mtimeMs, isFile: () => true })

async function bufferOf(content: Parameters<FileSystem['writeFile']>[1]): Promise<Buffer> {
  if (typeof content === 'string') return Buffer.from(content)
  if (content instanceof Uint8Array) return Buffer.from(content)
  const pieces: Uint8Array[] = []
  for await (const piece of content) pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece)
  return Buffer.concat(pieces)
}

async function* onePiece(bytes: Promise<Buffer>): AsyncGenerator<Uint8Array> {
  const piece = await bytes
  if (piece.length > 0) yield piece
}
