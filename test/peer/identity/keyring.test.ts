import { chmod, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, it } from 'vitest'
import type { Clock } from '../../../src/base/clock.ts'
import { KEY_POLL_MS } from '../../../src/base/limits.ts'
import { keyFingerprint } from '../../../src/peer/identity/cluster-key.ts'
import { loadOrCreateKeys } from '../../../src/peer/identity/key-file.ts'
import { createKeyring } from '../../../src/peer/identity/keyring.ts'
import { retirePreviousKey, rotateClusterKey } from '../../../src/peer/identity/rotate-key.ts'
import { eventually } from '../../support/eventually.ts'
import { atEnd, temporaryFolder } from '../../support/temporary-folder.ts'
import { createVirtualClock } from '../../support/virtual-clock.ts'

async function setUp(clock: Clock = createVirtualClock()) {
  const file = join(await temporaryFolder(), 'cluster.key')
  const keys = await loadOrCreateKeys(file)
  const notices: string[] = []
  const keyring = createKeyring({ file, keys, clock, onNotice: (sentence) => notices.push(sentence) })
  let changes = 0
  keyring.onChange(() => changes++)
  keyring.start()
  atEnd(async () => keyring.stop())
  return { file, keyring, notices, first: keys.current, changes: () => changes }
}

it('notices a new key within moments, and forgets the one before when its time is over', async () => {
  const clock = createVirtualClock()
  const { file, keyring, notices, first, changes } = await setUp(clock)
  expect(keyring.accepted()).toEqual([first])
  const { current } = await rotateClusterKey(file, 60_000, clock.wallTime())
  await eventually(() => keyring.accepted().length === 2)
  expect(keyring.accepted()).toEqual([current, first])
  await eventually(() => changes() === 1)
  expect(notices).toEqual([
    expect.stringContaining(`is now ${keyFingerprint(current)}; the one before is accepted until`),
  ])
  await clock.advance(59_000)
  expect(keyring.accepted()).toHaveLength(2)
  await clock.advance(1_000)
  expect(keyring.accepted()).toEqual([current])
  await eventually(async () => {
    await clock.advance(KEY_POLL_MS)
    return changes() === 2
  })
})

it('notices that an overlap was ended', async () => {
  const clock = createVirtualClock()
  const { file, keyring, notices } = await setUp(clock)
  const { current } = await rotateClusterKey(file, 60_000, clock.wallTime())
  await eventually(() => keyring.accepted().length === 2)
  await retirePreviousKey(file)
  await eventually(() => keyring.accepted().length === 1)
  expect(keyring.accepted()).toEqual([current])
  expect(notices.at(-1)).toBe(`the cluster key is still ${keyFingerprint(current)}; no other is accepted`)
})

it('reads the file in any case every KEY_POLL_MS: some systems tell of no changes', async () => {
  const clock = createVirtualClock()
  const { file, keyring, notices } = await setUp(clock)
  // A change of the mode gives no event here, or one of another kind elsewhere.
  await chmod(file, 0o644)
  await eventually(async () => {
    await clock.advance(KEY_POLL_MS)
    return notices.length > 0
  })
  expect(notices[0]).toContain('chmod 600')
  expect(keyring.accepted()).toHaveLength(1)
})

it('keeps the key that it has when the file cannot be used, says so once, and takes up a good one later', async () => {
  const clock = createVirtualClock()
  const { file, keyring, notices, first } = await setUp(clock)
  await rm(file)
  await eventually(() => notices.length === 1)
  await clock.advance(10 * KEY_POLL_MS)
  // in one step: a file that is there and still empty is another one that cannot be used
  await writeFile(`${file}.half`, 'half a key', { mode: 0o600 })
  await rename(`${file}.half`, file)
  await eventually(() => notices.length === 2)
  await clock.advance(10 * KEY_POLL_MS)
  expect(keyring.accepted()).toEqual([first])
  expect(notices).toEqual([
    expect.stringContaining('is gone: this peer goes on with the key that it has'),
    expect.stringContaining('that are no key; this peer goes on with the key that it has'),
  ])
  await rm(file)
  const { current } = await loadOrCreateKeys(file)
  await eventually(() => isDeepStrictEqual(keyring.accepted(), [current]))
})
