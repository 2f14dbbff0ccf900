import { readdir, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { peerId } from '../../../src/base/ids.ts'
import { MAX_RUNNING_FILE_BYTES } from '../../../src/base/limits.ts'
import { announceRunning, readRunning } from '../../../src/peer/identity/running-peers.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const peer = {
  id: peerId('12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'),
  name: 'lab',
  role: 'executor' as const,
  addresses: ['/ip4/127.0.0.1/tcp/4601', '/ip4/10.0.0.7/tcp/4601'],
  started: 1_700_000_000_000,
}
/** Above every pid that Linux, macOS or Windows gives. */
const NO_PID = 2 ** 30

it('is read by the others while it runs, and gone afterwards', async () => {
  const folder = join(await temporaryFolder(), 'running')
  const withdraw = await announceRunning(folder, peer)
  expect(await readRunning(folder)).toEqual([{ ...peer, pid: process.pid, host: hostname() }])
  expect((await stat(join(folder, 'lab.json'))).mode & 0o777).toBe(0o600)
  await withdraw()
  expect(await readdir(folder)).toEqual([])
})

it('has a file for an executor and one for an observer of the same name', async () => {
  const folder = await temporaryFolder()
  await announceRunning(folder, peer)
  await announceRunning(folder, { ...peer, role: 'observer' })
  expect((await readRunning(folder)).map(({ role }) => role).sort()).toEqual(['executor', 'observer'])
})

it('removes what a process left behind that is gone', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'old.json'), JSON.stringify({ ...peer, pid: NO_PID, host: hostname() }))
  expect(await readRunning(folder)).toEqual([])
  expect(await readdir(folder)).toEqual([])
})

it('uses of another machine only what can be reached from here, and does not judge its processes', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'far.json'), JSON.stringify({ ...peer, pid: NO_PID, host: 'elsewhere' }))
  expect((await readRunning(folder)).map(({ addresses }) => addresses)).toEqual([['/ip4/10.0.0.7/tcp/4601']])
})

it('leaves out what is no such file', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'empty.json'), '')
  await writeFile(join(folder, 'half.json'), '{"id":"x"')
  await writeFile(join(folder, 'other.json'), '{"id":1,"pid":-5}')
  await writeFile(join(folder, 'notes.txt'), JSON.stringify({ ...peer, pid: process.pid, host: hostname() }))
  const huge = { ...peer, pid: process.pid, host: hostname(), more: 'x'.repeat(MAX_RUNNING_FILE_BYTES) }
  await writeFile(join(folder, 'huge.json'), JSON.stringify(huge))
  expect(await readRunning(folder)).toEqual([])
  expect(await readRunning(join(folder, 'nowhere'))).toEqual([])
})
