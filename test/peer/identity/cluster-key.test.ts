import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  keyFingerprint,
  loadClusterKey,
  loadOrCreateClusterKey,
  openClusterKey,
  parseClusterKey,
} from '../../../src/peer/identity/cluster-key.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const keyFile = async (): Promise<string> => join(await temporaryFolder(), 'deep', 'cluster.key')

it('makes a key of 256 bits that only its owner may read, and finds it again', async () => {
  const file = await keyFile()
  const made = await loadOrCreateClusterKey(file)
  expect(made.byteLength).toBe(32)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
  expect(await loadOrCreateClusterKey(file)).toEqual(made)
  expect(await loadOrCreateClusterKey(await keyFile())).not.toEqual(made)
})

it('gives peers that start at the same moment one key, and leaves no other file behind', async () => {
  const file = await keyFile()
  const keys = await Promise.all(Array.from({ length: 16 }, () => loadOrCreateClusterKey(file)))
  expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(1)
  expect(await readdir(join(file, '..'))).toEqual(['cluster.key'])
})

it.each([0o640, 0o604, 0o660])('refuses a key that others may read (mode %o), and tells what to type', async (mode) => {
  const file = await keyFile()
  await loadOrCreateClusterKey(file)
  await chmod(file, mode)
  const error = await rejectionOf(loadOrCreateClusterKey(file))
  expect(error.code).toBe('ERR_KEY')
  expect(error.message).toContain(`chmod 600 ${file}`)
})

it.each(['', 'secret', 'f'.repeat(63), 'g'.repeat(64), `${'f'.repeat(64)} x`, 'A'.repeat(42)])(
  'refuses a file that holds no key (%j), and does not repeat what it holds',
  async (text) => {
    const file = join(await temporaryFolder(), 'cluster.key')
    await writeFile(file, text, { mode: 0o600 })
    const error = await rejectionOf(loadOrCreateClusterKey(file))
    expect(error.code).toBe('ERR_KEY')
    if (text.length > 6) expect(error.message).not.toContain(text)
    expect(await readFile(file, 'utf8')).toBe(text)
  },
)

it('tells that there is no key file', async () => {
  expect(await loadClusterKey(await keyFile())).toBeUndefined()
})

it('reads a key in hexadecimal and in base64url', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      expect(parseClusterKey(`${Buffer.from(key).toString('hex')}\n`)).toEqual(key)
      expect(parseClusterKey(` ${Buffer.from(key).toString('base64url')}`)).toEqual(key)
    }),
  )
})

it('shows a fingerprint that tells keys apart and holds no part of them', () => {
  const key = new Uint8Array(32).fill(7)
  expect(keyFingerprint(key)).toMatch(/^[0-9a-f]{4}-[0-9a-f]{4}$/)
  expect(keyFingerprint(key)).not.toBe(keyFingerprint(new Uint8Array(32).fill(8)))
  expect(Buffer.from(key).toString('hex')).not.toContain(keyFingerprint(key).slice(0, 4))
})

it('makes the key of the default file, never that of a file which was named', async () => {
  const named = await keyFile()
  const error = await rejectionOf(openClusterKey(named, await keyFile()))
  expect(error.code).toBe('ERR_KEY')
  expect(error.message).toContain(`"${named}"`)
  expect(await loadClusterKey(named)).toBeUndefined()

  const byDefault = await keyFile()
  const made = await openClusterKey(undefined, byDefault)
  expect(await openClusterKey(byDefault, named)).toEqual(made)
})
