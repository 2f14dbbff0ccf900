import { join } from 'node:path'
import { expect, it } from 'vitest'
import { keyFingerprint, loadClusterKey } from '../../../src/peer/identity/cluster-key.ts'
import { joinCluster, readJoinedAddresses } from '../../../src/peer/identity/join-cluster.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

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
  expect(await loadClusterKey(join(dataDir, 'cluster.key'))).toEqual(ours.key)
  expect(await readJoinedAddresses(join(dataDir, 'joined.txt'))).toEqual([...again.addresses, ...ours.addresses])
})

it('gives up another cluster only when told to, and its addresses with it', async () => {
  const dataDir = await temporaryFolder()
  await joinCluster(ours, { dataDir })
  const error = await rejectionOf(joinCluster(theirs, { dataDir }))
  expect(error.code).toBe('ERR_KEY')
  expect(error.message).toContain(keyFingerprint(ours.key))
  expect(await loadClusterKey(join(dataDir, 'cluster.key'))).toEqual(ours.key)
  expect(await readJoinedAddresses(join(dataDir, 'joined.txt'))).toEqual(ours.addresses)

  expect((await joinCluster(theirs, { dataDir, replace: true })).key).toBe('replaced')
  expect(await loadClusterKey(join(dataDir, 'cluster.key'))).toEqual(theirs.key)
  expect(await readJoinedAddresses(join(dataDir, 'joined.txt'))).toEqual(theirs.addresses)
})

it('writes the key where --key-file says', async () => {
  const dataDir = await temporaryFolder()
  const keyFile = join(await temporaryFolder(), 'other.key')
  await joinCluster(ours, { dataDir, keyFile })
  expect(await loadClusterKey(keyFile)).toEqual(ours.key)
  expect(await loadClusterKey(join(dataDir, 'cluster.key'))).toBeUndefined()
})
