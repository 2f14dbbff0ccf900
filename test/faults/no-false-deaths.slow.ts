/**
 * `npm run test:no-false-deaths`: peers that share a machine whose every core is taken by image work, for ten minutes
 * (SATURATED_MINUTES says how many). Work must never look like death: no peer loses another, no coordinator gives up a lease.
 */

import { rm } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { dataDirectory } from '../../src/peer/identity/data-directory.ts'
import { readRunning } from '../../src/peer/identity/running-peers.ts'
import { makeNoise } from '../support/noise-images.ts'
import { runCommand, startPeerWith } from '../support/peer-process.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const MINUTES = Number(process.env['SATURATED_MINUTES'] ?? 10)
const PEERS = 8
/** Two jobs at a time, so that the cores have work while one of them begins or ends. */
const COORDINATORS = 2
/** Large ones keep every worker busy for seconds, small ones the main threads. */
const LARGE_IMAGES = 24
const LARGE_SIDE_PX = 1_500
const SMALL_IMAGES = 300
const PIPELINE = 'bilateral:9 | gaussian:5 | edges'
const LOOK_INTERVAL_MS = 20_000
const MIN_BUSY_SHARE = 0.9

const LostPeer = z.object({ id: z.string() })

type Event = Readonly<Record<string, unknown>>

/** CPU time of the whole machine since it was started. */
function machineTimes(): { readonly busyMs: number; readonly totalMs: number } {
  const all = cpus().map(({ times: { user, nice, sys, idle, irq } }) => ({ busyMs: user + nice + sys + irq, idle }))
  const busyMs = all.reduce((sum, one) => sum + one.busyMs, 0)
  return { busyMs, totalMs: all.reduce((sum, { idle }) => sum + idle, busyMs) }
}

it(`in ${MINUTES} minutes of saturated cores nobody who lives is taken for dead`, {
  timeout: (MINUTES + 10) * 60_000,
}, async () => {
  const dataDir = await temporaryFolder()
  const root = await temporaryFolder()
  const images = join(root, 'images')
  await makeSmallImages(images, SMALL_IMAGES)
  for (let index = 0; index < LARGE_IMAGES; index++) await makeNoise(join(images, `large-${index}.png`), LARGE_SIDE_PX)
  const accusations: Event[] = []
  /** `retried`: work that came too late for a deadline and is done again; nobody is blamed for it. `gone`: ended, and not heard saying so. */
  const figures = { jobs: 0, done: 0, retried: 0, looks: 0, suspects: 0, gone: 0 }

  /** Whoever `peer status` or `peer submit` was has ended since; all who run are in the folder. */
  async function onLost(event: Event, by: string): Promise<void> {
    const { id } = LostPeer.parse(event['peer'])
    const running = await readRunning(dataDirectory(dataDir).running)
    if (running.some((peer) => peer.id === id)) accusations.push({ ...event, by })
    else figures.gone += 1
  }

  const peers = await Promise.all(
    Array.from({ length: PEERS }, (_, index) =>
      startPeerWith({
        dataDir,
        args: ['--name', `peer-${index}`, '--slots', '1'],
        onEvent: (event) => {
          if (event['event'] === 'lost') void onLost(event, `peer-${index}`)
        },
      }),
    ),
  )

  const endsAtMs = performance.now() + MINUTES * 60_000
  const isTime = (): boolean => performance.now() < endsAtMs

  async function coordinate(number: number): Promise<void> {
    for (let job = 0; isTime(); job++) {
      const out = join(root, `out-${number}-${job}`)
      const args = ['submit', images, '--op', PIPELINE, '--out', out, '--data-dir', dataDir, '--json', '--no-local']
      const { code, stdout, stderr } = await runCommand([...args, '--wait', '60s'])
      expect(code, stderr).toBe(0)
      for (const line of stdout.trim().split('\n')) {
        const event: Event = JSON.parse(line)
        if (event['event'] === 'lost' || event['event'] === 'quarantined') accusations.push(event)
        if (event['event'] === 'retried') figures.retried += 1
        if (event['event'] === 'done') figures.done += 1
      }
      figures.jobs += 1
      await rm(out, { recursive: true })
    }
  }

  async function look(): Promise<void> {
    const args = ['status', '--json', '--wait', '20s', '--data-dir', dataDir]
    while (isTime()) {
      const { stdout, stderr } = await runCommand(args)
      const seen: readonly Event[] = JSON.parse(stdout || '{"peers":[]}').peers
      expect(seen.length, stderr).toBeGreaterThan(0)
      for (const peer of seen) {
        if (peer['state'] === 'suspect') figures.suspects += 1
        if (peer['state'] === 'dead') accusations.push(peer)
      }
      figures.looks += 1
      // time itself is what is tested here
      await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS))
    }
  }

  const before = machineTimes()
  await Promise.all([...Array.from({ length: COORDINATORS }, (_, number) => coordinate(number)), look()])
  const after = machineTimes()
  const busyShare = (after.busyMs - before.busyMs) / (after.totalMs - before.totalMs)
  console.info(
    `${MINUTES} minutes, ${PEERS} peers, ${cpus().length} cores (${cpus()[0]?.model}), busy ${busyShare.toFixed(3)}:`,
    {
      ...figures,
      accusations: accusations.length,
    },
  )
  expect(accusations).toEqual([])
  // or it has proved nothing
  expect(busyShare).toBeGreaterThan(MIN_BUSY_SHARE)
  for (const { process: child } of peers) expect([child.exitCode, child.signalCode]).toEqual([null, null])
  expect(await Promise.all(peers.map((peer) => peer.end('SIGTERM')))).toEqual(peers.map(() => 0))
})
