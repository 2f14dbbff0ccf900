import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MAX_KEY_OVERLAP_MS } from '../../../src/base/limits.ts'
import { type ClusterKey, keyFingerprint } from '../../../src/peer/identity/cluster-key.ts'
import { formatInvitation, type Invitation, parseInvitation } from '../../../src/peer/identity/invitation.ts'
import { joinCluster, readJoinedAddresses } from '../../../src/peer/identity/join-cluster.ts'
import { loadKeys, loadOrCreateKeys } from '../../../src/peer/identity/key-file.ts'
import { retirePreviousKey, rotateClusterKey } from '../../../src/peer/identity/rotate-key.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const currentKey = async (file: string): Promise<ClusterKey | undefined> => (await loadKeys(file))?.current

const ours = { key: new Uint8Array(32).fill(1), addresses: ['/ip4/10.0.0.1/tcp/4601'] }
const again = { key: ours.key, addresses: ['/ip4/10.0.0.2/tcp/4601'] }
const theirs = { key: new Uint8Array(32).fill(2), addresses: ['/ip4/10.0.0.3/tcp/4601'] }

it('takes over the key and dials the addresses of every accepted invitation from then on', async () => {
  const dataDir = await temporaryFolder()
  expect(await joinCluster(ours, { dataDir })).toEqual({
    keyFile: join(dataDir, 'cluster.key'),
    fingerprint: keyFingerprint(ours.key),
    key: 'written',
    addresses: ours.addresses,
  })
  expect((await joinCluster(again, { dataDir })).key).toBe('same')
  expect(await currentKey(join(dataDir, 'cluster.key'))).toEqual(ours.key)
  expect(await readJoinedAddresses(join(dataDir, 'joined.txt'))).toEqual([...again.addresses, ...ours.addresses])
})

it('gives up another cluster only when told to, and its addresses with it', async () => {
  const dataDir = await temporaryFolder()
  await joinCluster(ours, { dataDir })
  const error = await rejectionOf(joinCluster(theirs, { dataDir }))
  expect(error.code).toBe('ERR_KEY')
  expect(error.message).toContain(keyFingerprint(ours.key))
  expect(await currentKey(join(dataDir, 'cluster.key'))).toEqual(ours.key)
  expect(await readJoinedAddresses(join(dataDir, 'joined.txt'))).toEqual(ours.addresses)

  expect((await joinCluster(theirs, { dataDir, replace: true })).key).toBe('replaced')
  expect(await currentKey(join(dataDir, 'cluster.key'))).toEqual(theirs.key)
  expect(await readJoinedAddresses(join(dataDir, 'joined.txt'))).toEqual(theirs.addresses)
})

it('writes the key where --key-file says', async () => {
  const dataDir = await temporaryFolder()
  const keyFile = join(await temporaryFolder(), 'other.key')
  await joinCluster(ours, { dataDir, keyFile })
  expect(await currentKey(keyFile)).toEqual(ours.key)
  expect(await currentKey(join(dataDir, 'cluster.key'))).toBeUndefined()
})

describe('an invitation to a cluster whose key was changed', () => {
  const NOW = Date.UTC(2026, 10, 22)
  const LATER = NOW + 60_000

  /** A machine that changed its key, and one that has the key before. */
  async function setUp(overlapMs = 60_000) {
    const dataDir = await temporaryFolder()
    const keyFile = join(dataDir, 'cluster.key')
    const changed = join(await temporaryFolder(), 'cluster.key')
    const { current: old } = await loadOrCreateKeys(changed)
    await joinCluster({ addresses: ours.addresses, key: old }, { dataDir })
    await rotateClusterKey(changed, overlapMs, NOW)
    return { dataDir, keyFile, changed, old }
  }

  const invitationFrom = async (file: string): Promise<Invitation> => {
    const keys = await loadKeys(file)
    if (!keys) throw new Error('no keys')
    const { current, previous, replaced } = keys
    const until = previous && { previousUntil: previous.acceptedUntil }
    return parseInvitation(formatInvitation({ addresses: again.addresses, key: current, replaced, ...until }))
  }

  it('brings the new key and the same overlap to whoever has the key before, and keeps its addresses', async () => {
    const { dataDir, keyFile, changed, old } = await setUp()
    expect((await joinCluster(await invitationFrom(changed), { dataDir, wallTime: NOW })).key).toBe('renewed')
    expect(await loadKeys(keyFile)).toEqual(await loadKeys(changed))
    expect((await loadKeys(keyFile))?.previous).toEqual({ key: old, acceptedUntil: LATER })
    expect(await readJoinedAddresses(join(dataDir, 'joined.txt'))).toEqual([...again.addresses, ...ours.addresses])
    expect((await joinCluster(await invitationFrom(changed), { dataDir, wallTime: NOW })).key).toBe('same')
    expect(await loadKeys(keyFile)).toEqual(await loadKeys(changed))
  })

  it('accepts the key before no longer when the inviting machine does not', async () => {
    const { dataDir, keyFile, changed } = await setUp(0)
    expect((await joinCluster(await invitationFrom(changed), { dataDir, wallTime: NOW })).key).toBe('renewed')
    expect((await loadKeys(keyFile))?.previous).toBeUndefined()
  })

  it('brings the end of an overlap to a machine that has the new key already, and never a longer one', async () => {
    const { dataDir, keyFile, changed } = await setUp()
    const long = await invitationFrom(changed)
    await joinCluster(long, { dataDir, wallTime: NOW })
    await retirePreviousKey(changed)
    await joinCluster(await invitationFrom(changed), { dataDir, wallTime: NOW })
    expect((await loadKeys(keyFile))?.previous).toBeUndefined()
    await joinCluster(long, { dataDir, wallTime: NOW })
    expect((await loadKeys(keyFile))?.previous).toBeUndefined()
  })

  it('is for members of two changes ago too, who then accept no older key', async () => {
    const { dataDir, keyFile, changed } = await setUp()
    await rotateClusterKey(changed, 60_000, LATER)
    expect((await joinCluster(await invitationFrom(changed), { dataDir, wallTime: LATER })).key).toBe('renewed')
    expect((await loadKeys(keyFile))?.current).toEqual((await loadKeys(changed))?.current)
    expect((await loadKeys(keyFile))?.previous).toBeUndefined()
  })

  it('from before the change is refused where the new key is', async () => {
    const { changed, old } = await setUp()
    const error = await rejectionOf(
      joinCluster({ addresses: [], key: old }, { dataDir: join(changed, '..'), keyFile: changed }),
    )
    expect(error.message).toContain('from before the change')
  })

  it('has an overlap of bounded length, whatever the clock said where it was made', async () => {
    const { dataDir, keyFile, changed } = await setUp()
    const invitation = { ...(await invitationFrom(changed)), previousUntil: Number.MAX_SAFE_INTEGER }
    await joinCluster(invitation, { dataDir, wallTime: NOW })
    expect((await loadKeys(keyFile))?.previous?.acceptedUntil).toBe(NOW + MAX_KEY_OVERLAP_MS)
  })
})
