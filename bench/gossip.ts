/**
 * Twenty peers as processes on one host: start to ready, memory and CPU of an idle one, and whether everybody hears everybody.
 * Delivery: each peer is asked by an observer dialling that peer alone, which then counts whose reports it hears and that the
 * sequence numbers told by gossip go on.
 */

import { spawnSync } from 'node:child_process'
import { startPeer } from '../dist/peer/start-peer.js'
import { cpuMs, MAIN, median, report, residentMegabytes, startArguments, withPeers } from './measure.ts'

const PEERS = 20

export async function gossip(): Promise<void> {
  await withPeers(async ({ folder, start }) => {
    const first = await start(startArguments(folder, '--name', 'peer-0'))
    report('peer start to ready, alone', `${first.readyMs.toFixed(0)} ms`, 'aim 1000')
    const others = []
    for (let index = 1; index < PEERS; index++) {
      others.push(await start(startArguments(folder, '--name', `peer-${index}`)))
    }
    report(
      'peer start to ready, 19 more one after another, median',
      `${median(others.map((p) => p.readyMs)).toFixed(0)} ms`,
    )

    const observer = await startPeer({ dataDir: folder, listen: '/ip4/127.0.0.1/tcp/0', executor: false })
    try {
      await until(() => observer.snapshot().peers.filter(({ role }) => role === 'executor').length === PEERS, 60_000)
      // every peer as `peer status` of a process that knows nobody but it
      const heard = observer
        .snapshot()
        .peers.filter(({ role }) => role === 'executor')
        .map(({ addresses }) => executorsSeenThrough(addresses[0] ?? '', folder))
      const delivered = heard.reduce((sum, count) => sum + count, 0) / (PEERS * PEERS)
      report('20 peers on one host: known through each of them', `${(delivered * 100).toFixed(1)} %`, 'must be 100 %')

      const before = [first, ...others].map(({ pid }) => cpuMs(pid))
      await new Promise((resolve) => setTimeout(resolve, 20_000))
      const shares = [first, ...others].map(({ pid }, index) => (cpuMs(pid) - (before[index] ?? 0)) / 20_000)
      report('idle peer among 20: CPU, median', `${(median(shares) * 100).toFixed(2)} % of a core`)
      const memory = [first, ...others].map(({ pid }) => residentMegabytes(pid))
      report('idle peer among 20: memory, median', `${median(memory).toFixed(0)} MB`, 'aim 150')
      report('idle peer among 20: memory, largest', `${Math.max(...memory).toFixed(0)} MB`)

      const stale = observer.snapshot().peers.filter(({ role, state }) => role === 'executor' && state !== 'alive')
      report('20 idle peers: reports lost until anybody was suspected', `${stale.length}`, 'must be 0')
    } finally {
      await observer.stop({ atOnce: true })
    }
  })
}

function executorsSeenThrough(address: string, folder: string): number {
  const args = [MAIN, 'status', '--json', '--data-dir', `${folder}-none`, '--key-file', `${folder}/cluster.key`]
  const { stdout, stderr } = spawnSync(process.execPath, [...args, '--bootstrap', address], { encoding: 'utf8' })
  if (stdout === '') throw new Error(stderr)
  const status: { readonly peers: readonly { readonly role: string; readonly state: string }[] } = JSON.parse(stdout)
  return status.peers.filter(({ role, state }) => role === 'executor' && state === 'alive').length
}

async function until(condition: () => boolean, withinMs: number): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`the condition did not hold within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

if (import.meta.main) await gossip()
