/** Makes go wrong what the scenario says, and well again. */

import type { Executor } from '../../src/peer/executor/index.ts'
import type { TimedFault } from './scenario.ts'
import type { World } from './world.ts'

export function scheduleFaults(world: World): void {
  for (const fault of world.scenario.faults) world.timeline.at(fault.atMs, () => strike(world, fault))
}

function strike(world: World, fault: TimedFault): void {
  if (world.trace.isOn) world.trace.add('FAULT', JSON.stringify(fault))
  if (fault.kind === 'interrupt') world.jobs[fault.job]?.interrupt()
  else if (fault.kind === 'twice') world.jobs[fault.job]?.submitTwice()
  else if (fault.kind === 'partition') divide(world, fault.side, fault.forMs)
  else strikePeer(world, fault)
}

function divide(world: World, side: readonly number[], forMs: number): void {
  const peers = side.flatMap((index) => world.peers[index] ?? [])
  world.network.divide(new Map(peers.map((peer) => [peer.id, 1])))
  world.timeline.after(forMs, () => world.network.divide(new Map()))
}

function strikePeer(world: World, fault: Extract<TimedFault, { readonly peer: number }>): void {
  const peer = world.peers[fault.peer]
  if (!peer) return
  const { disk } = peer
  const untilLater = (forMs: number, end: () => void): void => void world.timeline.after(forMs, end)
  const ask = (act: (executor: Executor) => void): void =>
    peer.life?.process.enter(() => {
      if (peer.life?.executor) act(peer.life.executor)
    })
  switch (fault.kind) {
    case 'crash':
      peer.crash(fault.isPowerLoss)
      for (const job of world.jobs) job.lost()
      if (Number.isFinite(fault.downMs)) untilLater(fault.downMs, () => peer.start())
      break
    case 'stop':
      peer.stop()
      untilLater(fault.forMs, () => peer.continue())
      break
    case 'cut':
      world.network.connectionsOf(peer.id)[0]?.break(new Error('read ECONNRESET'), fault.lateMs)
      break
    case 'slow':
      peer.slowDown(fault.factor)
      untilLater(fault.forMs, () => peer.slowDown(1))
      break
    case 'pause':
      ask((executor) => executor.pause())
      untilLater(fault.forMs, () => ask((executor) => executor.resume()))
      break
    case 'leave':
      // a person stops a peer when its own jobs are over
      if (world.jobs.some((job) => job.peer === peer)) break
      peer.life?.process.enter(() => void peer.leave())
      untilLater(fault.awayMs, () => startAgain(world, fault.peer))
      break
    case 'load':
      ask((executor) => executor.setLoadProbability(fault.probability))
      break
    case 'slow-disk':
      disk.latencyMs = fault.latencyMs
      untilLater(fault.forMs, () => {
        disk.latencyMs = 0.2
      })
      break
    case 'failing-disk':
      disk.failing = fault.share
      untilLater(fault.forMs, () => {
        disk.failing = 0
      })
      break
    case 'full-disk':
      disk.capacityBytes = disk.usedBytes + fault.leftBytes
      untilLater(fault.forMs, () => {
        disk.capacityBytes = Number.POSITIVE_INFINITY
      })
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
    peer.slowDown(1)
    peer.isRepaired = true
    peer.disk.latencyMs = 0.2
    peer.disk.failing = 0
    peer.disk.capacityBytes = Number.POSITIVE_INFINITY
    peer.continue()
    peer.life?.process.enter(() => peer.life?.executor?.resume())
    if (world.jobs.some((job) => job.peer === peer && !job.isOver)) peer.start()
  }
}
