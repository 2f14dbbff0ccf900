import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createModelCache } from '../../../src/peer/models/model-cache.ts'
import { digestOf } from '../../support/analyze.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const modelOf = (sizeBytes: number): { bytes: Uint8Array; digest: string } => {
  const bytes = new Uint8Array(randomBytes(sizeBytes))
  return { bytes, digest: digestOf(bytes) }
}

describe('the models on the disk', () => {
  it('are there for the next life, readable by this user only', async () => {
    const folder = join(await temporaryFolder(), 'models')
    const { bytes, digest } = modelOf(1000)
    const cache = createModelCache(folder)
    expect(await cache.hold(digest)).toBeUndefined()
    expect((await cache.keep(digest, bytes)).path).toBe(join(folder, digest))
    const held = await createModelCache(folder).hold(digest)
    expect(await readFile(held?.path ?? '')).toEqual(Buffer.from(bytes))
    expect(await readdir(folder)).toEqual([digest])
    if (process.platform !== 'win32') {
      expect((await stat(folder)).mode & 0o777).toBe(0o700)
      expect((await stat(join(folder, digest))).mode & 0o777).toBe(0o600)
    }
  })

  it('make room by their last use; one that a task holds stays', async () => {
    const folder = await temporaryFolder()
    const cache = createModelCache(folder, { maxBytes: 3000 })
    const models = [modelOf(1000), modelOf(1000), modelOf(1000)] as const
    for (const [index, { digest, bytes }] of models.entries()) {
      const held = await cache.keep(digest, bytes)
      if (index !== 1) held.release()
      // older than any use in this test, in this order
      await utimes(held.path, 1000 + index, 1000 + index)
    }
    const [first, second, third] = models
    // released twice by one of its two holders
    const again = await cache.hold(second.digest)
    again?.release()
    again?.release()
    await utimes(join(folder, second.digest), 1, 1)
    const used = await cache.hold(first.digest)
    used?.release()
    const fourth = modelOf(1000)
    await cache.keep(fourth.digest, fourth.bytes)
    const digests = [first, second, third, fourth].map(({ digest }) => digest)
    const left = await readdir(folder)
    expect(digests.map((digest) => left.includes(digest))).toEqual([true, true, false, true])
  })

  it('that a crash left half written, or that were changed, are removed and not used', async () => {
    const folder = await temporaryFolder()
    const { bytes, digest } = modelOf(1000)
    await writeFile(join(folder, digest), bytes.subarray(0, 500))
    await writeFile(join(folder, `${digest}.0123456789ab.tmp`), bytes.subarray(0, 500))
    const cache = createModelCache(folder)
    expect(await cache.hold(digest)).toBeUndefined()
    await cache.keep(digest, bytes)
    expect(await readdir(folder)).toEqual([digest])
    expect(await cache.hold(digest)).toBeDefined()
  })

  it('leave nothing behind where they cannot be written, and say why without a path', async () => {
    const folder = join(await temporaryFolder(), 'models')
    // a file where the folder should be
    await writeFile(folder, '')
    const { bytes, digest } = modelOf(10)
    const cache = createModelCache(folder)
    const error = await rejectionOf(cache.keep(digest, bytes))
    expect(error.code).toBe('ERR_MODEL_FETCH')
    expect(error.message).toMatch(/^the model cannot be kept: \w/)
    expect(error.message).not.toContain('/')
  })
})

it('a folder with other files keeps only models', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'sub'))
  await writeFile(join(folder, 'notes.txt'), 'x')
  await chmod(folder, 0o755)
  const { bytes, digest } = modelOf(10)
  await createModelCache(folder).keep(digest, bytes)
  expect(await readdir(folder)).toEqual([digest])
})
