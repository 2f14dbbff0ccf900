/** A load report that says nothing special, for tests that care about single fields. */

import { type PeerId, peerId } from '../../src/base/ids.ts'
import type { LoadReport } from '../../src/protocol/messages.ts'

export const PEER_A = peerId('12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN')
export const PEER_B = peerId('12D3KooWHHzSeKaY8xuZVzkLbKFfvNgPPeKhFBGrMbNzbm5akpqu')
export const PEER_C = peerId('12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf')

export const loadReport = (part: Partial<LoadReport> & { readonly peer: PeerId }): LoadReport => ({
  incarnation: 1,
  sequence: 1,
  name: `peer-${part.peer.slice(-4)}`,
  role: 'executor',
  addresses: [`/ip4/127.0.0.1/tcp/4601/p2p/${part.peer}`],
  version: '0.0.0-test',
  pixelVersion: 'pixels-1',
  operationsHash: 'operations-1',
  slots: 2,
  maxPixels: 50_000_000,
  running: 0,
  parked: 0,
  loadProbability: 0,
  isPaused: false,
  isDraining: false,
  isLeaving: false,
  counts: { accepted: 0, refused: 0, delayed: 0, completed: 0, failed: 0 },
  msPerMegapixel: 0,
  strategies: [],
  nextReportWithinMs: 6_000,
  toldDirectly: 0,
  ...part,
})
