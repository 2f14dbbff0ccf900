/** The library: what the command line does, a program can do. */

import type { Peer, PeerOptions } from './peer/peer.ts'

export { ERROR_CODES, type ErrorCode, MurmurationError } from './base/errors.ts'
export type { JobId, PeerId } from './base/ids.ts'
export { STRATEGY_NAMES, type StrategyName } from './peer/coordinator/strategies/index.ts'
export type { FinishedJob } from './peer/files/job-history.ts'
export type {
  Distribution,
  FailedImage,
  JobEvent,
  JobSummary,
  PeerRef,
  PeerShare,
  StageName,
  StageTimes,
} from './peer/job-events.ts'
export type { DialProblem } from './peer/node/cluster-node.ts'
export type { ExecutorOptions, Peer, PeerOptions, Submission, SubmitOptions } from './peer/peer.ts'
export type {
  ActivitySecond,
  ClusterFacts,
  ClusterSnapshot,
  JobSnapshot,
  LogLine,
  OwnJobSnapshot,
  PeerSnapshot,
  PeerState,
  StrategyStatistics,
} from './peer/snapshot.ts'

/**
 * Starts a member of the cluster: an executor unless `executor` is false.
 * @throws MurmurationError ERR_USAGE, ERR_PORT_TAKEN, ERR_KEY, ERR_DATA_DIR
 */
export async function startPeer(options: PeerOptions = {}): Promise<Peer> {
  // not at the top: something behind it awaits at its top (base/checksum.ts), and `require` cannot load that
  const { startPeer: start } = await import('./peer/start-peer.ts')
  return await start(options)
}
