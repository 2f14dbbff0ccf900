/** Executors that are stopped or killed while they hold tasks, and a coordinator that is: real processes, real signals. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { type JobEvent, startPeer } from '../../src/index.ts'
import { PATIENCE_MS } from '../support/eventually.ts'
import { BY_PEERS, type PeerProcess, peerCommand, startPeerProcess } from '../support/peer-process.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Two executors whose tasks sleep, and a folder of images. */
async function world(images: number, victimsDelay = '400ms') {
  const dataDir = await temporaryFolder()
  const folder = join(await temporaryFolder(), 'images')
  const out = join(await temporaryFolder(), 'out')
  await makeSmallImages(folder, images)
  const sleepy = ['--load', '1', '--slots', '2', '--delay']
  const [victim] = await Promise.all([
    startPeerProcess(dataDir, '--name', 'victim', ...sleepy, victimsDelay),
    startPeerProcess(dataDir, '--name', 'other', ...sleepy, '400ms'),
  ])
  return { dataDir, folder, out, victim }
}

/** Submits here; `onEvent` hears what happens. */
async function submit(
  { dataDir, folder, out }: Awaited<ReturnType<typeof world>>,
  onEvent: (event: JobEvent) => void,
): Promise<JobEvent[]> {
  const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', executor: false })
  onTestFinished(() => peer.stop({ atOnce: true }))
  expect(await peer.waitForExecutors(2, PATIENCE_MS)).toBe(true)
  const events: JobEvent[] = []
  for await (const event of peer.submit(folder, { out, strategy: 'random', local: 'never', waitMs: PATIENCE_MS })) {
    events.push(event)
    onEvent(event)
  }
  return events
}

const isBy = (event: JobEvent, { name }: PeerProcess): boolean => 'peer' in event && event.peer?.name === name

it('SIGSTOP gives its tasks to others, and SIGCONT makes it useful again', async () => {
  const cluster = await world(60)
  const { victim } = cluster
  onTestFinished(() => void victim.process.kill('SIGCONT'))
  let hasWorked = false
  let stoppedAtMs: number | undefined
  let lostAfterMs: number | undefined
  const events = await submit(cluster, (event) => {
    if (event.event === 'done' && isBy(event, victim)) hasWorked = true
    // it is told as it is heard
    if (stoppedAtMs === undefined && hasWorked && event.event === 'accepted' && isBy(event, victim)) {
      victim.process.kill('SIGSTOP')
      stoppedAtMs = performance.now()
    }
    if (stoppedAtMs !== undefined && lostAfterMs === undefined && event.event === 'lost') {
      lostAfterMs = performance.now() - stoppedAtMs
      victim.process.kill('SIGCONT')
    }
  })
  const lost = events.flatMap((event, index) =>
    event.event === 'lost' && isBy(event, victim) ? [{ event, index }] : [],
  )
  expect(lost.length).toBeGreaterThan(0)
  // it was silent for a lease, not for less
  expect(lostAfterMs).toBeGreaterThan(2_000)
  // and nobody waited until its connection broke
  expect(lost[0]?.event.message).toContain('victim was silent about it for')
  for (const { event, index } of lost) {
    const after = events.slice(index)
    expect(after.some((one) => one.event === 'done' && 'path' in event && one.path === event.path)).toBe(true)
  }
  // it may be lost again where it gets no time; what it says late of tasks that it lost proves nothing
  const lostTasks = new Set(lost.map(({ event }) => event.task))
  const afterLoss = events.slice(lost[0]?.index)
  expect(
    afterLoss.some((event) => event.event === 'accepted' && isBy(event, victim) && !lostTasks.has(event.task)),
  ).toBe(true)
  expect(events.at(-1)).toMatchObject({ event: 'summary', outcome: 'done', done: 60 })
  console.info(`re-issued ${Math.round(lostAfterMs ?? 0)} ms after SIGSTOP`)
})

it('SIGKILL gives its tasks to others at once', async () => {
  // it sleeps for longer than the test takes: what it accepted once it surely holds
  const cluster = await world(30, '1h')
  const { victim } = cluster
  let killedAtMs: number | undefined
  let lostAfterMs: number | undefined
  const events = await submit(cluster, (event) => {
    if (killedAtMs === undefined && event.event === 'accepted' && isBy(event, victim)) {
      victim.process.kill('SIGKILL')
      killedAtMs = performance.now()
    }
    if (killedAtMs !== undefined && event.event === 'lost') lostAfterMs ??= performance.now() - killedAtMs
  })
  // nobody waited for a lease to end
  const lost = events.flatMap((event) => (event.event === 'lost' ? [event] : []))
  expect(lost.map(({ message }) => message)).toContain('the connection to victim was lost')
  expect(events.at(-1)).toMatchObject({ event: 'summary', outcome: 'done', done: 30 })
  expect(lost.every((event) => isBy(event, victim))).toBe(true)
  console.info(`re-issued ${Math.round(lostAfterMs ?? 0)} ms after SIGKILL`)
})

it('a coordinator that was stopped itself accuses nobody', async () => {
  const { dataDir, folder, out } = await world(40)
  const args = ['submit', folder, '--random', '--out', out, '--data-dir', dataDir, '--json', ...BY_PEERS]
  const child = spawn(process.execPath, peerCommand(args), { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const events: { event?: unknown }[] = []
  let hasStopped = false
  for await (const line of createInterface({ input: child.stdout })) {
    const event: { event?: unknown } = JSON.parse(line)
    events.push(event)
    if (event.event !== 'done' || hasStopped) continue
    hasStopped = true
    child.kill('SIGSTOP')
    // longer than leases, silence and suspicion; time itself is what is tested here
    setTimeout(() => child.kill('SIGCONT'), 20_000)
  }
  expect(await exited).toEqual([0, null])
  expect(hasStopped).toBe(true)
  expect(events.filter(({ event }) => event === 'lost')).toEqual([])
  expect(events.at(-1)).toMatchObject({ event: 'summary', outcome: 'done', done: 40 })
})
