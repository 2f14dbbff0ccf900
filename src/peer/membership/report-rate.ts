/**
 * How often a peer reports. Both intervals grow with the cluster, so that a peer of any cluster receives at most about
 * twenty reports a second: `peers` reports, each every `peers` x 50 ms.
 */

import {
  MAX_NEXT_REPORT_MS,
  REPORT_BUSY_MS,
  REPORT_BUSY_PER_PEER_MS,
  REPORT_IDLE_MS,
  REPORT_IDLE_PER_PEER_MS,
  REPORT_SLACK_MS,
} from '../../base/limits.ts'

/** The least time between two reports, in ms; `peers` counts oneself. */
export const busyIntervalMs = (peers: number): number => Math.max(REPORT_BUSY_MS, peers * REPORT_BUSY_PER_PEER_MS)

/** The most time between two reports, in ms; `peers` counts oneself. */
export const idleIntervalMs = (peers: number): number =>
  Math.min(MAX_NEXT_REPORT_MS - REPORT_SLACK_MS, Math.max(REPORT_IDLE_MS, peers * REPORT_IDLE_PER_PEER_MS))

/** What a report may promise about the next one: the idle interval, and what delivery and a busy machine may cost. */
export const promisedMs = (peers: number): number => idleIntervalMs(peers) + REPORT_SLACK_MS
