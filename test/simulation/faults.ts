/** Makes go wrong what the scenario says, and well again. */

import type { TimedFault } from './scenario.ts'
import type { World } from './world.ts'

export function scheduleFaults(world: World): void {
  for (const fault of world.scenario.faults) world.timeline.at(fault.atMs, () => strike(world, fault))
}

function strike(world: World, fault: TimedFault): void {
  const { timeline, trace } = world
  if (trace.isOn) trace.add('FAULT', JSON.stringify(fault))
  const during = (forMs: number, end: () => void): void => void timeline.after(forMs, end)
  if (fault.kind === 'interrupt') return world.jobs[fault.job]?.interrupt()
  if (fault.kind === 'twice') return world.jobs[fault.job]?.submitTwice()
  if (fault.kind === 'partition') {
    const sides = new Map(
      fault.side.flatMap((index) => (world.peers[index] ? [[world.peers[index].id, 1] as const] : [])),
    )
    world.network.divide(sides)
    return during(fault.forMs, () => world.network.divide(new Map()))
  }
  const peer = world.peers[fault.peer]
  if (!peer) return
  const { disk } = peer
  switch (fault.kind) {
    case 'crash':
      peer.crash(fault.isPowerLoss)
      for (const job of world.jobs) job.lost()
      if (Number.isFinite(fault.downMs)) during(fault.downMs, () => peer.start())
      return
    case 'stop':
      peer.stop()
      return during(fault.forMs, () => peer.continue())
    case 'cut': {
      const [connection] = world.network.connectionsOf(peer.id)
      connection?.break(new Error('read ECONNRESET'), fault.lateMs)
      return
    }
    case 'slow':
      peer.slowness = fault.factor
      return during(fault.forMs, () => (peer.slowness = 1))
    case 'pause':
      peer.life?.process.enter(() => peer.life?.executor?.pause())
      return during(fault.forMs, () => peer.life?.process.enter(() => peer.life?.executor?.resume()))
    case 'leave':
      // a person stops a peer when its own jobs are over
      if (world.jobs.some((job) => job.peer === peer)) return
      peer.life?.process.enter(() => void peer.leave())
      return during(fault.awayMs, () => startAgain(world, fault.peer))
    case 'load':
      return peer.life?.process.enter(() => peer.life?.executor?.setLoadProbability(fault.probability))
    case 'slow-disk':
      disk.latencyMs = fault.latencyMs
      return during(fault.forMs, () => (disk.latencyMs = 0.2))
    case 'failing-disk':
      disk.failing = fault.share
      return during(fault.forMs, () => (disk.failing = 0))
    case 'full-disk':
      disk.capacityBytes = disk.usedBytes + fault.leftBytes
      return during(fault.forMs, () => (disk.capacityBytes = Number.POSITIVE_INFINITY))
  }
}

/** Once the last life has ended. */
function startAgain(world: World, index: number): void {
  const peer = world.peers[index]
  if (!peer) return
  if (peer.isUp && peer.life?.isLeaving) world.timeline.after(500, () => startAgain(world, index))
  else peer.start()
}

/** All is well from now on; whoever has a job to finish is started again. */
export function calmDown(world: World): void {
  world.isCalm = true
  world.trace.add('CALM', 'nothing more goes wrong')
  world.network.divide(new Map())
  for (const peer of world.peers) {
    peer.slowness = 1
    peer.disk.latencyMs = 0.2
    peer.disk.failing = 0
    peer.disk.capacityBytes = Number.POSITIVE_INFINITY
    peer.continue()
    peer.life?.process.enter(() => peer.life?.executor?.resume())
    if (world.jobs.some((job) => job.peer === peer && !job.isOver)) peer.start()
  }
}
