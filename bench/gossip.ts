/**
 * Twenty peers as processes on one host: start to ready, memory and CPU of an idle one, and whether everybody hears everybody.
 * Delivery: an idle peer reports every 5 s; of each pair it is asked several times whether the last report arrived.
 */

import { join } from 'node:path'
import { type BenchProcess, cpuMs, median, report, residentMegabytes, startArguments, withPeers } from './measure.ts'

const PEERS = 20
const LOOKS = 5
/** REPORT_IDLE_MS and a second for the way. */
const REPORTED_WITHIN_MS = 6_000

interface Heard {
  readonly heard: readonly { readonly role: string; readonly state: string; readonly lastSeenMsAgo: number }[]
}

export async function gossip(): Promise<void> {
  await withPeers(async ({ folder, start }) => {
    const alone = await start(startArguments(join(folder, 'alone')))
    report('peer start to ready', `${alone.readyMs.toFixed(0)} ms`, 'aim 1000')
    await pause(10_000)
    report('idle peer: memory', `${residentMegabytes(alone.pid).toFixed(0)} MB`, 'aim 150')
    await alone.end()
  })
  await withPeers(async ({ folder, start }) => {
    const script = join(import.meta.dirname, 'gossip-peer.ts')
    const peers: BenchProcess[] = []
    for (let index = 0; index < PEERS; index++) peers.push(await start([script, folder, `peer-${index}`]))
    await until(async () => (await heardPairs(peers, Number.POSITIVE_INFINITY)) === PEERS * (PEERS - 1), 60_000)
    await pause(10_000)

    const before = peers.map(({ pid }) => cpuMs(pid))
    const startedMs = performance.now()
    let delivered = 0
    for (let look = 0; look < LOOKS; look++) {
      await pause(REPORTED_WITHIN_MS)
      delivered += await heardPairs(peers, REPORTED_WITHIN_MS)
    }
    const share = delivered / (LOOKS * PEERS * (PEERS - 1))
    report('20 peers on one host: reports delivered', `${(share * 100).toFixed(1)} %`, 'must be 100 %')
    const elapsedMs = performance.now() - startedMs
    const cpuShares = peers.map(({ pid }, index) => (cpuMs(pid) - (before[index] ?? 0)) / elapsedMs)
    report('idle peer among 20: CPU, median', `${(median(cpuShares) * 100).toFixed(2)} % of a core`)
    const memory = peers.map(({ pid }) => residentMegabytes(pid))
    report('idle peer among 20: memory, median', `${median(memory).toFixed(0)} MB`)
  })
}

/** Of all ordered pairs, those where the first heard the second, alive, within `withinMs`. */
async function heardPairs(peers: readonly BenchProcess[], withinMs: number): Promise<number> {
  const answers = await Promise.all(peers.map(async (peer): Promise<Heard> => JSON.parse(await peer.ask('heard'))))
  return answers
    .flatMap(({ heard }) => heard)
    .filter(({ role, state, lastSeenMsAgo }) => role === 'executor' && state === 'alive' && lastSeenMsAgo <= withinMs)
    .length
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function until(condition: () => Promise<boolean>, withinMs: number): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`the condition did not hold within ${withinMs} ms`)
    await pause(200)
  }
}

if (import.meta.main) await gossip()
