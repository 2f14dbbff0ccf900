/**
 * A cluster of processes with everything that can talk switched on: whatever they print, log, gossip, keep beside the key
 * file and have in argv is searched for every key that was ever in use, in every form that a program could show it in.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { multiaddr } from '@multiformats/multiaddr'
import { expect, it } from 'vitest'
import { peerId } from '../../src/base/ids.ts'
import type { ClusterKey } from '../../src/peer/identity/cluster-key.ts'
import { loadKeys } from '../../src/peer/identity/key-file.ts'
import { readOneMessage, writeOneMessage } from '../../src/peer/stream-message.ts'
import { encodeHello } from '../../src/protocol/hello-codec.ts'
import { HELLO_PROTOCOL, JOB_TOPIC, LOAD_TOPIC } from '../../src/protocol/messages.ts'
import { eventually, PATIENCE_MS } from '../support/eventually.ts'
import { loadReport } from '../support/load-reports.ts'
import { startMemberByHand } from '../support/member-by-hand.ts'
import { peerCommand } from '../support/peer-process.ts'
import { SAMPLE_FOLDER } from '../support/sample-images.ts'
import { atEnd, temporaryFolder } from '../support/temporary-folder.ts'

/** What one process said, and its argv as everybody on the machine sees it. */
interface Heard {
  readonly what: string
  readonly bytes: Buffer[]
}

const EVERYTHING = { DEBUG: '*', NODE_DEBUG: 'net,tls', MURMURATION_TEST: '1' }

function run(
  heard: Heard[],
  args: readonly string[],
  options: { readonly input?: string; readonly keepStdout?: false } = {},
) {
  const child = spawn(process.execPath, ['--report-uncaught-exception', ...peerCommand(args)], {
    stdio: 'pipe',
    env: { ...process.env, ...EVERYTHING },
  })
  atEnd(async () => child.kill('SIGKILL'))
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => out.push(data))
  child.stderr.on('data', (data: Buffer) => err.push(data))
  child.stdin.on('error', () => {})
  child.stdin.end(options.input)
  const name = `peer ${args.slice(0, 2).join(' ')}`
  if (options.keepStdout !== false) heard.push({ what: `${name}: stdout`, bytes: out })
  heard.push({ what: `${name}: stderr`, bytes: err })
  const text = () => Buffer.concat(out).toString()
  return { child, text, ended: once(child, 'close').then(() => text()) }
}

async function argvOf(heard: Heard[], children: readonly ChildProcess[]): Promise<void> {
  for (const { pid } of children) {
    for (const part of ['cmdline', 'environ']) {
      const bytes = await readFile(`/proc/${pid}/${part}`).catch(() => Buffer.alloc(0))
      heard.push({ what: `${part} of ${pid}`, bytes: [bytes] })
    }
  }
}

/** Every form in which a program could show these bytes, also cut in half. */
function formsOf(key: ClusterKey): readonly Buffer[] {
  const bytes = Buffer.from(key)
  const halves = [bytes.subarray(0, 16), bytes.subarray(16)]
  const texts = halves.flatMap((half) => [
    half.toString('hex'),
    half.toString('hex').toUpperCase(),
    half.toString('hex').replace(/..(?!$)/g, '$& '),
    half.toString('hex').replace(/..(?!$)/g, '$&:'),
    [...half].join(','),
    [...half].join(', '),
    [...half].map((byte, index) => `"${index}":${byte}`).join(','),
  ])
  // Base64 of a part depends on where it begins: three places, without what the neighbours change.
  const encoded = [0, 1, 2].flatMap((start) => {
    const part = bytes.subarray(start, start + 27)
    return [part.toString('base64'), part.toString('base64url')]
  })
  return [...halves, ...[...texts, ...encoded].map((text) => Buffer.from(text))]
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

it('shows no key anywhere: not on a screen, in a log, a report, a process list or a message', async () => {
  const root = await temporaryFolder()
  const [here, there] = [join(root, 'here'), join(root, 'there')]
  const photos = join(root, 'photos')
  await mkdir(photos)
  await copyFile(join(SAMPLE_FOLDER, 'coffee.png'), join(photos, 'coffee.png'))
  const heard: Heard[] = []
  const secrets: ClusterKey[] = []
  const noteKeys = async (dataDir: string) => {
    const keys = await loadKeys(join(dataDir, 'cluster.key'))
    if (keys) secrets.push(keys.current)
    return keys
  }
  const at = (dataDir: string) => ['--data-dir', dataDir, '--log-file', join(root, 'events.log'), '--no-mdns']
  const start = (dataDir: string, name: string) =>
    run(heard, ['start', '--json', '--name', name, '--listen', '/ip4/127.0.0.1/tcp/0', ...at(dataDir)])
  const isReady = (peer: { text(): string }) => eventually(() => peer.text().includes('"ready"'))
  const invitation = async () => {
    const inviting = run(heard, ['invite', ...at(here)], { keepStdout: false })
    const line = (await inviting.ended).trim()
    // The line holds the key as base64url, and that once more: nothing else of this command may.
    const content = Buffer.from(line.slice('murmuration1:'.length), 'base64url')
    secrets.push(new Uint8Array(content.subarray(content.indexOf('"k":"') + 5)).subarray(0, 32))
    return line
  }

  const one = start(here, 'one')
  await isReady(one)
  await noteKeys(here)
  await run(heard, ['join', ...at(there)], { input: await invitation() }).ended
  const two = start(there, 'two')
  await isReady(two)
  await argvOf(heard, [one.child, two.child])

  // A member who writes down all that it is told.
  const listener = await startMemberByHand(secrets[0] ?? new Uint8Array(0))
  const said: Buffer[] = []
  heard.push({ what: 'gossip and hello', bytes: said })
  listener.services.pubsub.addEventListener('message', ({ detail }) => said.push(Buffer.from(detail.data)))
  for (const topic of [LOAD_TOPIC, JOB_TOPIC]) listener.services.pubsub.subscribe(topic)
  const address = /"addresses":\["([^"]+)"/.exec(one.text())?.[1] ?? ''
  const connection = await listener.dial(multiaddr(address))
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const stream = await connection.newStream(HELLO_PROTOCOL, { signal })
  const answer = readOneMessage(stream, { maxBytes: 1_000_000, signal })
  const own = loadReport({ peer: peerId(listener.peerId.toString()), name: 'listener' })
  await writeOneMessage(stream, encodeHello({ own, heard: [] }), { signal })
  said.push(Buffer.from(await answer))

  const job = run(heard, ['submit', photos, '--json', '--out', join(root, 'out'), '--op', 'grayscale', ...at(here)])
  await job.ended
  await run(heard, ['key', '--rotate', '--json', ...at(here)]).ended
  await noteKeys(here)
  await run(heard, ['key', ...at(here)]).ended
  await run(heard, ['join', ...at(there)], { input: await invitation() }).ended
  await run(heard, ['status', '--json', ...at(there)]).ended
  await run(heard, ['key', '--rotate', '--now', ...at(here)]).ended
  const current = await noteKeys(here)
  await eventually(() => Buffer.concat(heard.flatMap(({ bytes }) => bytes)).includes('no other is accepted'))
  await eventually(() => listener.getConnections().length === 0)
  await run(heard, ['status', '--wait', '300ms', '--no-json', ...at(there)]).ended
  await run(heard, ['status', '--wait', '300ms', ...at(there)]).ended
  // Mistakes: the key where it does not belong, and a line that was cut.
  await run(heard, ['join', ...at(there)], { input: (await invitation()).slice(0, -9) }).ended
  const hex = Buffer.from(current?.current ?? []).toString('hex')
  await writeFile(join(there, 'broken.key'), `${hex} and more`, { mode: 0o600 })
  await run(heard, ['key', '--key-file', join(there, 'broken.key'), ...at(there)]).ended
  await run(heard, ['join', ...at(there)], { input: hex }).ended
  one.child.kill('SIGABRT')
  two.child.kill('SIGINT')
  await Promise.all([one.ended, two.ended])

  for (const file of await filesBelow(root)) {
    if (/\.key$/.test(basename(file))) continue
    heard.push({ what: file, bytes: [await readFile(file)] })
  }
  expect(Buffer.concat(said).includes('one')).toBe(true)
  expect(heard.length).toBeGreaterThan(30)
  expect(new Set(secrets.map((key) => Buffer.from(key).toString('hex'))).size).toBeGreaterThanOrEqual(5)
  const leaks = secrets.flatMap((key) =>
    formsOf(key).flatMap((form) =>
      heard
        .filter(({ bytes }) => Buffer.concat(bytes).includes(form))
        .map(({ what }) => `${what}: ${form.toString('latin1')}`),
    ),
  )
  expect(leaks).toEqual([])
})
