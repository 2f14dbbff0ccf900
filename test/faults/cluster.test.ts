/**
 * A cluster of real processes to which everything happens at once: peers are killed, stopped and continued, the coordinator is
 * killed and started again, and every connection goes through a proxy that delays, narrows, cuts, resets and damages it. In the
 * end the output folder is that of an undisturbed run, byte for byte.
 *
 * `npm run test:faults` takes 20 peers and 2,000 images; with FAULTS=short 6 and 300 (fault-plan.ts). FAULTS_SEED repeats a run.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createRandom } from '../../src/base/random.ts'
import { PATIENCE_MS } from '../support/eventually.ts'
import { type FaultProxy, type Faults, NO_FAULTS, startFaultProxy } from '../support/fault-proxy.ts'
import { makeNoise } from '../support/noise-images.ts'
import { BY_PEERS, type PeerProcess, peerCommand, runCommand, startPeerWith } from '../support/peer-process.ts'
import { makeSmallImages } from '../support/small-images.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type Act, chosenFaults, type NetworkFault, planFaults } from './fault-plan.ts'

const { form, seed } = chosenFaults()

/** A network that is there and not perfect, at every moment. */
const EVERYDAY: Partial<Faults> = { latencyMs: 1, jitterMs: 3 }

/** Images whose results travel in many chunks, so that cuts go through bodies too. */
const LARGE_IMAGES = form.images / 50
const LARGE_SIDE_PX = 600

/** Runs of the command beyond those that were killed: one that gave up an image after its fifth lost peer is taken up again. */
const MAX_UNFINISHED_RUNS = 3

type Event = Readonly<Record<string, unknown>>

async function startNetwork(name: string): Promise<FaultProxy> {
  const proxy = await startFaultProxy('named', createRandom(`${seed} ${name}`), EVERYDAY)
  onTestFinished(() => proxy.close())
  return proxy
}

async function startCluster() {
  const dataDir = await temporaryFolder()
  const images = join(await temporaryFolder(), 'images')
  await makeSmallImages(images, form.images - LARGE_IMAGES)
  for (let index = 0; index < LARGE_IMAGES; index++) {
    await makeNoise(join(images, `large-${index}.png`), LARGE_SIDE_PX)
  }
  const network = await startNetwork('coordinator')
  const peers = await Promise.all(
    Array.from({ length: form.peers }, async (_, index) => {
      const proxy = await startNetwork(`peer ${index}`)
      const args = ['--name', `peer-${index}`, '--slots', '1', '--load', '0.2', '--delay', '100ms']
      return { proxy, process: await startPeerWith({ dataDir, args, proxyPort: proxy.port }) }
    }),
  )
  return { dataDir, images, network, peers }
}

type Cluster = Awaited<ReturnType<typeof startCluster>>

/** One run of `peer submit`; `onEvent` hears what it tells. */
function submit({ dataDir, images, network }: Cluster, out: string, onEvent: (event: Event) => void) {
  const args = ['submit', images, '--op', 'noise', '--out', out, '--data-dir', dataDir, '--json', ...BY_PEERS]
  const child = spawn(process.execPath, peerCommand(args, network.port), { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    // of a killed one the last line may be torn
    if (line.endsWith('}')) onEvent(JSON.parse(line))
  })
  return { child, ended: Promise.all([once(child, 'exit'), once(lines, 'close')]), said: () => stderr }
}

function disturb(proxy: FaultProxy, fault: NetworkFault, forMs: number): void {
  if (fault === 'reset') proxy.resetAll()
  if (fault === 'cut') proxy.cutAll()
  if (fault === 'lag') Object.assign(proxy.faults, { latencyMs: 150, jitterMs: 300 })
  if (fault === 'narrow') Object.assign(proxy.faults, { bytesPerSecond: 50_000 })
  if (fault === 'flip') Object.assign(proxy.faults, { flipProbability: 1e-5 })
  if (fault === 'hold') proxy.hold()
  setTimeout(() => {
    proxy.heal()
    Object.assign(proxy.faults, NO_FAULTS, EVERYDAY)
  }, forMs)
}

function stop({ process: child }: PeerProcess, forMs: number): void {
  child.kill('SIGSTOP')
  setTimeout(() => child.kill('SIGCONT'), forMs)
}

/** Runs the command again and again while the plan's faults happen; resolves when a run has ended with all images done. */
async function submitThroughFaults(cluster: Cluster, out: string) {
  const { network, peers } = cluster
  const plan = [...planFaults(form, seed)]
  const counts = { runs: 0, killedRuns: 0, unfinishedRuns: 0, lost: 0 }
  const killed: Promise<unknown>[] = []
  let done = 0
  let child: ChildProcess | undefined
  let nextLifeMs: number | undefined

  function perform(act: Act): void {
    if (act.kind === 'kill') {
      const victim = peers[act.peer]?.process
      if (victim) killed.push(victim.end('SIGKILL'))
    } else if (act.kind === 'stop') {
      const victim = peers[act.peer]?.process
      if (victim) stop(victim, act.forMs)
    } else if (act.kind === 'network') {
      const proxy = act.whose === 'coordinator' ? network : peers[act.whose]?.proxy
      if (proxy) disturb(proxy, act.fault, act.forMs)
    } else {
      nextLifeMs = act.nextLifeMs
      child?.kill('SIGKILL')
    }
  }

  function hear(event: Event): void {
    if (event['event'] === 'lost') counts.lost += 1
    // what a killed run saved and did not tell, the next one counts
    if (event['event'] === 'planned') done = Number(event['alreadyDone'])
    else if (event['event'] === 'done') done += 1
    else return
    while (plan[0] && plan[0].afterImages <= done) {
      const due = plan.shift()
      if (due) perform(due.act)
    }
  }

  for (;;) {
    let last: Event = {}
    const run = submit(cluster, out, (event) => {
      last = event
      hear(event)
    })
    child = run.child
    counts.runs += 1
    if (nextLifeMs !== undefined) setTimeout(() => run.child.kill('SIGKILL'), nextLifeMs)
    nextLifeMs = undefined
    const [[code]] = await run.ended
    if (code === 0) {
      await Promise.all(killed)
      return { summary: last, counts, leftOfPlan: plan.length }
    }
    if (code === null) counts.killedRuns += 1
    else {
      counts.unfinishedRuns += 1
      console.info(`run ${counts.runs} ended with exit code ${code}: ${run.said()}`)
      expect(counts.unfinishedRuns, run.said()).toBeLessThanOrEqual(MAX_UNFINISHED_RUNS)
    }
  }
}

/** Every file below the folder, by its path; logs and summary tell about runs, and runs differ. */
async function resultsIn(out: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = (await readdir(out, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(out.length + 1))
    .filter((path) => !path.startsWith('logs/') && path !== 'summary.json' && path !== '.murmuration/journal.ndjson')
    .sort()
  return new Map(await Promise.all(files.map(async (path) => [path, await readFile(join(out, path))] as const)))
}

/** Of each output, by the last line of the journal about it. */
async function digestsIn(out: string): Promise<Readonly<Record<string, string>>> {
  const journal = await readFile(join(out, '.murmuration', 'journal.ndjson'), 'utf8')
  const digests = new Map<string, string>()
  for (const line of journal.split('\n')) {
    // a kill tears the line that is being written
    if (!line.endsWith('}')) continue
    const { output, pixelDigest, outputDigest } = JSON.parse(line)
    if (pixelDigest !== undefined) digests.set(output, `${pixelDigest} ${outputDigest}`)
  }
  return Object.fromEntries([...digests].sort())
}

it(`${form.peers} peers bring ${form.images} images through faults of every kind, to the same bytes`, {
  timeout: 900_000,
}, async () => {
  console.info(`FAULTS_SEED=${seed} repeats these faults`)
  const cluster = await startCluster()
  const calm = join(await temporaryFolder(), 'out')
  const calmRun = submit(cluster, calm, () => {})
  expect((await calmRun.ended)[0], calmRun.said()).toEqual([0, null])
  const proxies = [cluster.network, ...cluster.peers.map(({ proxy }) => proxy)]
  const passedBytes = proxies.reduce((sum, proxy) => sum + proxy.passedBytes, 0)

  const out = join(await temporaryFolder(), 'out')
  const beganMs = performance.now()
  const { summary, counts, leftOfPlan } = await submitThroughFaults(cluster, out)
  console.info(`${Math.round((performance.now() - beganMs) / 1000)} s through faults:`, counts)
  expect(leftOfPlan).toBe(0)
  expect(counts.killedRuns).toBeGreaterThan(0)
  expect(counts.lost).toBeGreaterThan(0)

  const expected = await resultsIn(calm)
  const results = await resultsIn(out)
  expect([...results.keys()]).toEqual([...expected.keys()])
  expect(results.size).toBe(form.images)
  expect([...results].filter(([path, bytes]) => !expected.get(path)?.equals(bytes)).map(([path]) => path)).toEqual([])
  expect(await digestsIn(out)).toEqual(await digestsIn(calm))
  expect(summary).toMatchObject({ event: 'summary', outcome: 'done', images: form.images, failed: 0, failures: [] })
  expect(Number(summary['done']) + Number(summary['alreadyDone'])).toBe(form.images)
  expect(JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))).toMatchObject(summary)
  // nothing went around the faults
  const sizeBytes = [...expected.values()].reduce((sum, { length }) => sum + length, 0)
  expect(passedBytes).toBeGreaterThan(sizeBytes)

  const survivors = cluster.peers
    .map((peer) => peer.process)
    .filter(({ process: { signalCode } }) => signalCode === null)
  expect(survivors.length).toBe(form.peers - form.killedPeers)
  for (const { process: child } of survivors) child.kill('SIGCONT')
  await vi.waitFor(async () => {
    const { stdout } = await runCommand(['status', '--json', '--data-dir', cluster.dataDir])
    const states = new Map(JSON.parse(stdout).peers.map(({ name, state }: Event) => [name, state]))
    for (const { name } of survivors) expect([name, states.get(name)]).toEqual([name, 'alive'])
  }, PATIENCE_MS)
  expect(await Promise.all(survivors.map((peer) => peer.end('SIGTERM')))).toEqual(survivors.map(() => 0))
})
