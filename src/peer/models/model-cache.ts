/**
 * The models that an executor keeps on its disk, in a folder of its own: a file each, named by its SHA-256. The least recently
 * used go when there are too many bytes; those that a task holds stay. A file is written beside its name and renamed, so that a
 * name never stands for half a model; what an earlier life left is checked before its first use.
 */

import { randomBytes } from 'node:crypto'
import { chmod, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { MurmurationError } from '../../base/errors.ts'
import { MAX_MODEL_BYTES, MAX_MODEL_CACHE_BYTES } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import { makeFolder } from '../files/make-folder.ts'
import { whyUnwritable } from '../files/write-error.ts'
import { digestModelFile } from './model-digest.ts'

const log = createLog('model')

/** A model that stays on the disk until it is released. */
export interface HeldModel {
  readonly path: string
  /** Idempotent. */
  release(): void
}

export interface ModelCache {
  /** Undefined where it is not there, or not what its name says: then it is removed. */
  hold(digest: string): Promise<HeldModel | undefined>
  /** @param bytes whose digest the caller has checked. @throws MurmurationError ERR_MODEL_FETCH: it cannot be written */
  keep(digest: string, bytes: Uint8Array): Promise<HeldModel>
}

const DIGEST = /^[0-9a-f]{64}$/

/** Makes the folder where it is missing; with the first model, what is none of ours in it is removed. */
export function createModelCache(folder: string, { maxBytes = MAX_MODEL_CACHE_BYTES } = {}): ModelCache {
  const holders = new Map<string, number>()
  /** Written or checked in this life. */
  const trusted = new Set<string>()
  let cleaned: Promise<void> | undefined

  const pathOf = (digest: string): string => join(folder, digest)

  function held(digest: string): HeldModel {
    holders.set(digest, (holders.get(digest) ?? 0) + 1)
    let isReleased = false
    return {
      path: pathOf(digest),
      release() {
        if (isReleased) return
        isReleased = true
        const left = (holders.get(digest) ?? 1) - 1
        if (left > 0) holders.set(digest, left)
        else holders.delete(digest)
      },
    }
  }

  /** What a crash left half written goes; before anything of this life is written. */
  async function cleanFolder(): Promise<void> {
    await chmod(folder, 0o700)
    for (const name of await readdir(folder)) {
      if (!DIGEST.test(name)) await rm(join(folder, name), { force: true, recursive: true })
    }
  }

  async function isSound(digest: string): Promise<boolean> {
    const path = pathOf(digest)
    const facts = await stat(path).catch(() => undefined)
    if (facts === undefined) return false
    if (trusted.has(digest)) return true
    const isRight = facts.isFile() && facts.size <= MAX_MODEL_BYTES && (await digestModelFile(path)) === digest
    if (isRight) trusted.add(digest)
    else await rm(path, { force: true, recursive: true })
    return isRight
  }

  async function makeRoom(sizeBytes: number): Promise<void> {
    const names = (await readdir(folder)).filter((name) => DIGEST.test(name))
    const files = await Promise.all(
      names.map(async (digest) => {
        const facts = await stat(pathOf(digest)).catch(() => undefined)
        return { digest, sizeBytes: facts?.size ?? 0, usedMs: facts?.mtimeMs ?? 0 }
      }),
    )
    let sumBytes = files.reduce((sum, file) => sum + file.sizeBytes, sizeBytes)
    for (const file of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (sumBytes <= maxBytes) return
      if (holders.has(file.digest)) continue
      await rm(pathOf(file.digest), { force: true })
      trusted.delete(file.digest)
      sumBytes -= file.sizeBytes
    }
  }

  return {
    async hold(digest) {
      // held before it is looked at, so that it is not evicted in between
      const model = held(digest)
      try {
        if (await isSound(digest)) {
          const now = new Date()
          await utimes(model.path, now, now)
          return model
        }
      } catch (error) {
        log('the model %s cannot be used: %s', digest, error)
      }
      model.release()
      return undefined
    },

    async keep(digest, bytes) {
      const model = held(digest)
      const temporary = join(folder, `${digest}.${randomBytes(6).toString('hex')}.tmp`)
      try {
        await makeFolder(folder, 0o700)
        cleaned ??= cleanFolder().catch((error: unknown) => {
          cleaned = undefined
          throw error
        })
        await cleaned
        await makeRoom(bytes.length)
        await writeWhole(temporary, bytes)
        await rename(temporary, model.path)
        trusted.add(digest)
        return model
      } catch (cause) {
        model.release()
        await rm(temporary, { force: true }).catch(() => undefined)
        throw new MurmurationError('ERR_MODEL_FETCH', `the model cannot be kept: ${whyUnwritable(cause)}`, { cause })
      }
    },
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await using file = await open(path, 'wx', 0o600)
  await file.writeFile(bytes)
}
