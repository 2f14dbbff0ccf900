/** Load reports as bytes and back: messages of the load topic, and the content of a hello. */

import { peerId } from '../base/ids.ts'
import { MAX_ADDRESSES, MAX_GOSSIP_BYTES, MAX_NEXT_REPORT_MS, MAX_SLOTS, MAX_STRATEGIES } from '../base/limits.ts'
import * as check from './check.ts'
import { decodeMessage } from './decode-message.ts'
import * as wire from './generated/hello.ts'
import type { LoadReport, PeerRole, StrategyTotals, TaskCounts } from './messages.ts'
import { PEER_ROLE } from './vocabulary.ts'

const SUBJECT = 'a load report'

/** Bounds of the lists of one report, for the generated decoder. */
export const LOAD_REPORT_LIMITS = { addresses: MAX_ADDRESSES, strategies: MAX_STRATEGIES }

/** @throws MurmurationError ERR_PROTOCOL, ERR_LIMIT */
export function encodeLoadReport(report: LoadReport): Uint8Array {
  const bytes = wire.LoadReport.encode(loadReportToWire(report))
  if (bytes.byteLength > MAX_GOSSIP_BYTES) {
    throw check.exceeded(SUBJECT, 'a size', `of at most ${MAX_GOSSIP_BYTES} bytes`, bytes.byteLength)
  }
  return bytes
}

/** @throws MurmurationError ERR_MALFORMED, ERR_PROTOCOL, ERR_LIMIT */
export function decodeLoadReport(bytes: Uint8Array): LoadReport {
  return loadReportFromWire(
    decodeMessage(SUBJECT, bytes, MAX_GOSSIP_BYTES, (valid) =>
      wire.LoadReport.decode(valid, { limits: LOAD_REPORT_LIMITS }),
    ),
  )
}

/** @throws MurmurationError ERR_PROTOCOL, ERR_LIMIT */
export function loadReportToWire(report: LoadReport): wire.LoadReport {
  checkLoadReport(report)
  return {
    ...report,
    role: PEER_ROLE.numbers[report.role],
    addresses: [...report.addresses],
    strategies: [...report.strategies],
  }
}

/** @throws MurmurationError ERR_PROTOCOL, ERR_LIMIT */
export function loadReportFromWire(message: wire.LoadReport): LoadReport {
  const report: LoadReport = {
    peer: peerId(message.peer),
    incarnation: message.incarnation,
    sequence: message.sequence,
    name: message.name,
    role: roleFromWire(message.role),
    addresses: message.addresses,
    version: message.version,
    pixelVersion: message.pixelVersion,
    operationsHash: message.operationsHash,
    slots: message.slots,
    maxPixels: message.maxPixels,
    running: message.running,
    parked: message.parked,
    loadProbability: message.loadProbability,
    isPaused: message.isPaused,
    isDraining: message.isDraining,
    isLeaving: message.isLeaving,
    counts: countsFromWire(check.required(SUBJECT, 'counts', message.counts)),
    msPerMegapixel: message.msPerMegapixel,
    strategies: message.strategies.map(strategyFromWire),
    nextReportWithinMs: message.nextReportWithinMs,
    toldDirectly: message.toldDirectly,
  }
  checkLoadReport(report)
  return report
}

function checkLoadReport(report: LoadReport): void {
  check.checkPeerId(SUBJECT, 'peer', report.peer)
  check.checkCount(SUBJECT, 'incarnation', report.incarnation)
  check.checkCount(SUBJECT, 'sequence', report.sequence)
  check.checkName(SUBJECT, 'name', report.name)
  check.checkList(SUBJECT, 'addresses', report.addresses, MAX_ADDRESSES)
  for (const address of report.addresses) check.checkAddress(SUBJECT, 'addresses', address)
  check.checkName(SUBJECT, 'version', report.version)
  check.checkName(SUBJECT, 'pixelVersion', report.pixelVersion)
  check.checkName(SUBJECT, 'operationsHash', report.operationsHash)
  // strategies divide by slots: an executor without any would be chosen for everything
  check.checkInteger(SUBJECT, 'slots', report.slots, report.role === 'executor' ? 1 : 0, MAX_SLOTS)
  check.checkCount(SUBJECT, 'maxPixels', report.maxPixels)
  check.checkUint32(SUBJECT, 'running', report.running)
  check.checkUint32(SUBJECT, 'parked', report.parked)
  check.checkProbability(SUBJECT, 'loadProbability', report.loadProbability)
  checkCounts(report.counts)
  check.checkDuration(SUBJECT, 'msPerMegapixel', report.msPerMegapixel)
  check.checkList(SUBJECT, 'strategies', report.strategies, MAX_STRATEGIES)
  for (const totals of report.strategies) checkTotals(totals)
  check.checkNumber(SUBJECT, 'nextReportWithinMs', report.nextReportWithinMs, 0, MAX_NEXT_REPORT_MS)
  check.checkUint32(SUBJECT, 'toldDirectly', report.toldDirectly)
}

function checkCounts(counts: TaskCounts): void {
  check.checkCount(SUBJECT, 'counts.accepted', counts.accepted)
  check.checkCount(SUBJECT, 'counts.refused', counts.refused)
  check.checkCount(SUBJECT, 'counts.delayed', counts.delayed)
  check.checkCount(SUBJECT, 'counts.completed', counts.completed)
  check.checkCount(SUBJECT, 'counts.failed', counts.failed)
}

function checkTotals(totals: StrategyTotals): void {
  check.checkStrategy(SUBJECT, 'strategies.strategy', totals.strategy)
  check.checkCount(SUBJECT, 'strategies.tasks', totals.tasks)
  // a sum over all tasks of a life: only its being a number is bounded
  check.checkNumber(SUBJECT, 'strategies.totalMs', totals.totalMs, 0, Number.MAX_SAFE_INTEGER)
}

function roleFromWire(number: number): PeerRole {
  const role = PEER_ROLE.nameOf(number)
  if (role === undefined) throw check.broken(SUBJECT, 'role', 'to be a number that this version knows', number)
  return role
}

const countsFromWire = (counts: wire.TaskCounts): TaskCounts => ({
  accepted: counts.accepted,
  refused: counts.refused,
  delayed: counts.delayed,
  completed: counts.completed,
  failed: counts.failed,
})

const strategyFromWire = (totals: wire.StrategyTotals): StrategyTotals => ({
  strategy: totals.strategy,
  tasks: totals.tasks,
  totalMs: totals.totalMs,
})
