import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_KEY_OVERLAP_MS, MAX_KEY_FILE_BYTES } from '../../../src/base/limits.ts'
import {
  type ClusterKey,
  keyFingerprint,
  keyId,
  newClusterKey,
  parseClusterKey,
} from '../../../src/peer/identity/cluster-key.ts'
import { acceptedKeys, formatKeys, parseKeys, succeed } from '../../../src/peer/identity/key-content.ts'
import { changeKeys, loadKeys, loadOrCreateKeys, openKeys } from '../../../src/peer/identity/key-file.ts'
import { retirePreviousKey, rotateClusterKey } from '../../../src/peer/identity/rotate-key.ts'
import { eventually } from '../../support/eventually.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'

const FIXTURES = join(import.meta.dirname, '../../fixtures/identity')
const NOW = Date.UTC(2026, 10, 22, 8)

/** A process of the built package that changes the key again and again. */
const ROTATE_WITHOUT_END = `
  import { rotateClusterKey } from ${JSON.stringify(new URL('../../../dist/peer/identity/rotate-key.js', import.meta.url))}
  for (let count = 0; ; count++) {
    await rotateClusterKey(process.argv[1], 0, Date.now())
    if (count === 0) process.send('changing')
  }`

const keyFile = async (): Promise<string> => join(await temporaryFolder(), 'deep', 'cluster.key')
const hex = (key: ClusterKey): string => Buffer.from(key).toString('hex')

it('makes a key of 256 bits that only its owner may read, and finds it again', async () => {
  const file = await keyFile()
  const made = await loadOrCreateKeys(file)
  expect(made.current.byteLength).toBe(32)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(await readFile(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
  expect(await loadOrCreateKeys(file)).toEqual(made)
  expect(await loadOrCreateKeys(await keyFile())).not.toEqual(made)
})

it('gives peers that start at the same moment one key, and leaves no other file behind', async () => {
  const file = await keyFile()
  const all = await Promise.all(Array.from({ length: 16 }, () => loadOrCreateKeys(file)))
  expect(new Set(all.map(({ current }) => hex(current))).size).toBe(1)
  expect(await readdir(join(file, '..'))).toEqual(['cluster.key'])
})

it.each([0o640, 0o604, 0o660])('refuses a key that others may read (mode %o), and tells what to type', async (mode) => {
  const file = await keyFile()
  await loadOrCreateKeys(file)
  await chmod(file, mode)
  const error = await rejectionOf(loadOrCreateKeys(file))
  expect(error.code).toBe('ERR_KEY')
  expect(error.message).toContain(`chmod 600 ${file}`)
})

it('refuses one with a key that was replaced just the same, also to change it', async () => {
  const file = await keyFile()
  await loadOrCreateKeys(file)
  await rotateClusterKey(file, DEFAULT_KEY_OVERLAP_MS, NOW)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await chmod(file, 0o644)
  for (const attempt of [() => loadKeys(file), () => rotateClusterKey(file, 0, NOW), () => retirePreviousKey(file)]) {
    expect((await rejectionOf(attempt)).message).toContain('chmod 600')
  }
})

it.each([
  '',
  'secret',
  'f'.repeat(63),
  'g'.repeat(64),
  `${'f'.repeat(64)} x`,
  'A'.repeat(42),
  '{"murmuration":"cluster key","version":1,"key":"secret","replaced":[]}',
  `{"murmuration":"cluster key","version":1,"key":"${'f'.repeat(64)}","replaced":[],"more":1}`,
  `{"murmuration":"cluster key","version":1,"key":"${'f'.repeat(64)}","replaced":["../x"]}`,
])('refuses a file that holds no key (%j), and does not repeat what it holds', async (text) => {
  const file = join(await temporaryFolder(), 'cluster.key')
  await writeFile(file, text, { mode: 0o600 })
  const error = await rejectionOf(loadOrCreateKeys(file))
  expect(error.code).toBe('ERR_KEY')
  if (text.length > 6) expect(error.message).not.toContain(text)
  expect(error.message).not.toContain('secret')
  expect(error.message).not.toContain('f'.repeat(20))
  expect(await readFile(file, 'utf8')).toBe(text)
})

it('refuses what is no file, or no small one, without reading it', async () => {
  const folder = await temporaryFolder()
  const large = join(folder, 'large')
  await writeFile(large, 'f'.repeat(MAX_KEY_FILE_BYTES + 1), { mode: 0o600 })
  expect((await rejectionOf(loadKeys(large))).message).toContain(`at most ${MAX_KEY_FILE_BYTES} bytes`)
  const inside = join(folder, 'folder')
  await mkdir(inside, { mode: 0o700 })
  expect((await rejectionOf(loadKeys(inside))).message).toContain('something that is no file')
})

it('says that a file is of a newer version, and leaves it alone', async () => {
  const file = join(await temporaryFolder(), 'cluster.key')
  const text = '{"murmuration":"cluster key","version":2,"vault":"x"}\n'
  await writeFile(file, text, { mode: 0o600 })
  expect((await rejectionOf(loadOrCreateKeys(file))).message).toContain('newer version')
  expect((await rejectionOf(rotateClusterKey(file, 0, NOW))).message).toContain('newer version')
  expect(await readFile(file, 'utf8')).toBe(text)
})

it('tells that there is no key file', async () => {
  expect(await loadKeys(await keyFile())).toBeUndefined()
})

describe('the files of test/fixtures/identity', () => {
  /** As a user finds them on disk: git keeps no mode 0600. */
  async function fixture(name: string): Promise<string> {
    const file = join(await temporaryFolder(), name)
    await copyFile(join(FIXTURES, name), file)
    await chmod(file, 0o600)
    return file
  }

  it('of a key that was never changed, as the first version wrote it, is read', async () => {
    const keys = await loadKeys(await fixture('cluster-0.1.0.key'))
    expect(keys).toEqual({ current: new Uint8Array(32).fill(0x11), replaced: [] })
  })

  it('of a key that replaced another is read, and written with the same bytes', async () => {
    const file = await fixture('cluster-rotated-1.key')
    const keys = await loadKeys(file)
    const before = new Uint8Array(32).fill(0x11)
    expect(keys).toEqual({
      current: new Uint8Array(32).fill(0x22),
      previous: { key: before, acceptedUntil: Date.UTC(2026, 10, 29) },
      replaced: [keyId(before)],
    })
    expect(keys && formatKeys(keys)).toBe(await readFile(file, 'utf8'))
  })
})

it('reads a key in hexadecimal and in base64url', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      expect(parseClusterKey(`${Buffer.from(key).toString('hex')}\n`)).toEqual(key)
      expect(parseClusterKey(` ${Buffer.from(key).toString('base64url')}`)).toEqual(key)
    }),
  )
})

it('reads back what it writes, and never throws at anything else', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
  fc.assert(
    fc.property(
      fc.array(key, { minLength: 1, maxLength: 12 }),
      fc.option(fc.maxSafeNat()),
      ([first, ...later], until) => {
        let keys = { current: first ?? newClusterKey(), replaced: [] as readonly string[] }
        for (const next of later) keys = succeed(keys, next, until ?? undefined)
        expect(parseKeys(formatKeys(keys))).toEqual(keys)
        expect(Buffer.byteLength(formatKeys(keys))).toBeLessThan(MAX_KEY_FILE_BYTES)
      },
    ),
  )
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseKeys(text)))
})

it('shows a fingerprint that tells keys apart and holds no part of them', () => {
  const key = new Uint8Array(32).fill(7)
  expect(keyFingerprint(key)).toMatch(/^[0-9a-f]{4}-[0-9a-f]{4}$/)
  expect(keyFingerprint(key)).not.toBe(keyFingerprint(new Uint8Array(32).fill(8)))
  expect(Buffer.from(key).toString('hex')).not.toContain(keyFingerprint(key).slice(0, 4))
})

it('makes the key of the default file, never that of a file which was named', async () => {
  const named = await keyFile()
  const error = await rejectionOf(openKeys(named, await keyFile()))
  expect(error.code).toBe('ERR_KEY')
  expect(error.message).toContain(`"${named}"`)
  expect(await loadKeys(named)).toBeUndefined()

  const byDefault = await keyFile()
  const made = await openKeys(undefined, byDefault)
  expect(await openKeys(byDefault, named)).toEqual(made)
})

describe('changing the key', () => {
  it('accepts the key before for the stated time, and then no more', async () => {
    const file = await keyFile()
    const { current: old } = await loadOrCreateKeys(file)
    const { current: fresh } = await rotateClusterKey(file, 1000, NOW)
    const keys = await loadKeys(file)
    if (!keys) throw new Error('no keys')
    expect(hex(fresh)).not.toBe(hex(old))
    expect(acceptedKeys(keys, NOW + 999)).toEqual([fresh, old])
    expect(acceptedKeys(keys, NOW + 1000)).toEqual([fresh])
    expect(keys.replaced).toEqual([keyId(old)])
  })

  it('with no overlap keeps nothing of the key before but how to recognise it', async () => {
    const file = await keyFile()
    const { current: old } = await loadOrCreateKeys(file)
    await rotateClusterKey(file, 0, NOW)
    const text = await readFile(file, 'utf8')
    expect(text).not.toContain(hex(old))
    expect(text).toContain(keyId(old))
  })

  it('ends an overlap early, and is content when there is none', async () => {
    const file = await keyFile()
    const { current: old } = await loadOrCreateKeys(file)
    const plain = await readFile(file, 'utf8')
    await retirePreviousKey(file)
    expect(await readFile(file, 'utf8')).toBe(plain)
    const { current } = await rotateClusterKey(file, 1000, NOW)
    expect(await retirePreviousKey(file)).toEqual({ current, replaced: [keyId(old)] })
    expect(await loadKeys(file)).toEqual({ current, replaced: [keyId(old)] })
  })

  it('is refused while an earlier change overlaps, because nobody may be shut out by accident; not with --now', async () => {
    const file = await keyFile()
    const { current: first } = await loadOrCreateKeys(file)
    const { current: second } = await rotateClusterKey(file, 1000, NOW)
    const error = await rejectionOf(rotateClusterKey(file, 1000, NOW + 500))
    expect(error.message).toContain(`${keyFingerprint(first)} is accepted until`)
    expect((await loadKeys(file))?.current).toEqual(second)
    await rotateClusterKey(file, 0, NOW + 500)
    expect((await loadKeys(file))?.replaced).toEqual([keyId(second), keyId(first)])
    await rotateClusterKey(file, 1000, NOW + 2000)
  })

  it('expects a key', async () => {
    const file = await keyFile()
    expect((await rejectionOf(rotateClusterKey(file, 0, NOW))).code).toBe('ERR_KEY')
    expect(await loadKeys(file)).toBeUndefined()
  })

  it('by many at once gives one of them its key and tells the others', async () => {
    const file = await keyFile()
    const { current: first } = await loadOrCreateKeys(file)
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => rotateClusterKey(file, 1000, NOW)))
    const won = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [hex(outcome.value.current)] : []))
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason.message)] : []))
    const keys = await loadKeys(file)
    expect(won).toEqual([keys && hex(keys.current)])
    expect(keys?.previous?.key).toEqual(first)
    for (const sentence of lost) expect(sentence).toMatch(/at the same moment|was changed already/)
    expect(await readdir(join(file, '..'))).toEqual(['cluster.key'])
  })

  it('leaves the file alone when the change is refused', async () => {
    const file = await keyFile()
    await loadOrCreateKeys(file)
    const refused = changeKeys(file, () => {
      throw new Error('no')
    })
    await expect(refused).rejects.toThrow('no')
    expect(await readdir(join(file, '..'))).toEqual(['cluster.key'])
  })

  it("killed at any point leaves a key that can be used, and what it had begun in nobody's way", async () => {
    const file = await keyFile()
    await loadOrCreateKeys(file)
    for (let round = 0; round < 6; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', ROTATE_WITHOUT_END, file], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
      atEnd(async () => child.kill('SIGKILL'))
      await once(child, 'message')
      const before = await readFile(file, 'utf8')
      // it changes the key again and again: what follows meets it somewhere in one of its next changes
      await eventually(async () => before !== (await readFile(file, 'utf8')))
      await pause(round * 7)
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect((await loadKeys(file))?.current.byteLength).toBe(32)
      const { current } = await rotateClusterKey(file, 0, NOW)
      expect((await loadKeys(file))?.current).toEqual(current)
    }
  })
})
