/** `peer start`: a peer that runs tasks for others until it is told to leave. */

import { availableParallelism } from 'node:os'
import { keyFingerprint } from '../../peer/identity/cluster-key.ts'
import { isLoopback } from '../../peer/identity/running-peers.ts'
import { packageVersion } from '../../peer/package-version.ts'
import type { Peer } from '../../peer/peer.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { commandText } from '../command-text.ts'
import { showDashboard, wantsDashboard } from '../dashboard.ts'
import { untilInterrupted, watchInterrupts } from '../interruption.ts'
import { membershipEvents, membershipLine } from '../membership-lines.ts'
import { dataPlaces, peerOptions, usedKeys } from '../peer-options.ts'
import { collectWhenQuiet } from '../quiet-collection.ts'
import { durationText } from '../value-kinds.ts'

type StartValues = CommandValues<'start'>

export async function runStart(context: CommandContext, values: StartValues): Promise<number> {
  const { output, world } = context
  let peer: Peer | undefined
  let isDashboardOpen = false
  let stopCollecting: (() => void) | undefined
  const interruption = watchInterrupts(world, () => void peer?.stop({ atOnce: true }))
  try {
    const slots = values.slots ?? availableParallelism()
    peer = await world.startPeer({
      ...peerOptions(context, () => isDashboardOpen),
      ...(values.name === undefined ? {} : { name: values.name }),
      ...(values.listen === undefined ? {} : { listen: values.listen }),
      ...(values.metrics === undefined ? {} : { metricsPort: values.metrics }),
      lan: values.lan,
      insecure: values.insecure,
      simd: values.simd,
      isolate: values.isolate,
      executor: {
        load: values.load,
        delayMs: values.delay,
        slots,
        maxPixels: values.maxPixels,
        taskTimeoutMs: values.taskTimeout,
        ...(values.seed === undefined ? {} : { seed: values.seed }),
      },
    })
    await sayReady(context, peer, values, slots)
    stopCollecting = collectWhenQuiet({ clock: world.clock, isBusy: isBusy(peer) })
    if (wantsDashboard(context, values.tui)) {
      isDashboardOpen = true
      const end = await showDashboard(context, peer, interruption.signal)
      isDashboardOpen = false
      if (end === 'at-once') {
        await peer.stop({ atOnce: true })
        return 0
      }
    } else {
      const stopFollowing = followMembership(context, peer)
      await untilInterrupted(interruption.signal)
      stopFollowing()
    }
    output.progress('leaving: finishing tasks, 5 s at most; once more ends at once')
    await peer.stop()
    await output.json({ event: 'stopped', name: peer.name, id: peer.id })
    return 0
  } finally {
    stopCollecting?.()
    interruption.release()
    await peer?.stop()
  }
}

async function sayReady(context: CommandContext, peer: Peer, values: StartValues, slots: number): Promise<void> {
  const { output } = context
  const { directory, keyFile } = dataPlaces(context)
  const fingerprint = values.insecure ? undefined : keyFingerprint((await usedKeys(context)).current)
  await output.json({
    event: 'ready',
    name: peer.name,
    id: peer.id,
    addresses: peer.addresses,
    pid: process.pid,
    version: packageVersion(),
    key: fingerprint ?? null,
    load: values.load,
    delayMs: values.delay,
    slots,
    dataDir: directory.root,
    metrics: peer.metricsUrl ?? null,
  })
  const load = values.load === 'auto' ? 'auto (what other programs use of the CPU)' : String(values.load)
  const facts: readonly (readonly [string, string])[] = [
    ...peer.addresses.map((address) => ['address', address] as const),
    ['key', fingerprint === undefined ? 'none (--insecure)' : `${fingerprint} in ${escapeControls(keyFile)}`],
    ['load', values.load === 0 ? load : `${load}, delay ${durationText(values.delay)}`],
    ['slots', String(slots)],
    ['data', escapeControls(directory.root)],
    ...(peer.metricsUrl === undefined ? [] : [['metrics', peer.metricsUrl] as const]),
  ]
  output.result(`peer ${escapeControls(peer.name)} is ready (murmuration ${packageVersion()})`)
  for (const [title, fact] of facts) output.result(`  ${title.padEnd(8)} ${fact}`)
  const isLocal = peer.addresses.every(isLoopback)
  output.progress(
    isLocal
      ? 'Peers on this machine find it by themselves; --lan lets other machines in. Ctrl-C ends it.'
      : `Other machines join with ${commandText(context, 'invite')} (here) and peer join (there). Ctrl-C ends it.`,
  )
}

const isBusy = (peer: Peer) => (): boolean => {
  const { self, jobs } = peer.snapshot()
  return self.running + self.queued > 0 || jobs.some((job) => job.own !== undefined && job.state === 'running')
}

/** Tells who joins and leaves from now on; returns the way to stop. */
function followMembership(context: CommandContext, peer: Peer): () => void {
  const { output, world } = context
  let known: ReturnType<Peer['snapshot']>['peers'] = []
  function look(): void {
    const { peers } = peer.snapshot()
    for (const change of membershipEvents(known, peers)) {
      void output.json({ event: change.event, peer: { name: change.peer.name, id: change.peer.id } })
      const time = new Date(world.clock.wallTime()).toTimeString().slice(0, 8)
      output.progress(`${time} ${membershipLine(change)}`)
    }
    known = peers
  }
  const stop = peer.onChange(look)
  look()
  return stop
}
