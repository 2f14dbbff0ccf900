import { describe, expect, it } from 'vitest'
import {
  BODY_STALL_MS,
  BODY_START_MS,
  CREDIT_PIXELS_PER_SLOT,
  MAX_ADAPTIVE_CREDIT_TASKS,
  MAX_BODIES_IN_MEMORY_BYTES,
  MAX_CHUNK_BYTES,
  MAX_CREDIT_TASKS,
  MAX_PARKED_PER_COORDINATOR,
  MAX_PARKED_TOTAL,
} from '../../../src/base/limits.ts'
import { acceptWindowTasks, canAccept } from '../../../src/peer/executor/admission-window.ts'
import { createUsage } from '../../../src/peer/executor/attempt.ts'
import { bodyDueAtMs, firstGivenUpAtMs, givenUpAtMs } from '../../../src/peer/executor/body-deadlines.ts'
import { creditFor } from '../../../src/peer/executor/credits.ts'
import { decideOffer, type OfferView } from '../../../src/peer/executor/decide-offer.ts'
import type { OfferFrame } from '../../../src/protocol/messages.ts'
import { attemptOf, PIXEL_VERSION } from './hand-coordinator.ts'

const OFFER: OfferFrame = {
  kind: 'offer',
  ...attemptOf(1),
  mode: 'execute',
  strategy: 'balanced',
  pipeline: 'edges',
  seed: 1n,
  sizeBytes: 1000,
  widthPx: 100,
  heightPx: 100,
  digest: new Uint8Array(16),
  pixelVersion: PIXEL_VERSION,
  format: 'keep',
  quality: 90,
  keepMetadata: false,
  body: new Uint8Array(0),
}

const VIEW: OfferView = {
  pixelVersion: PIXEL_VERSION,
  maxPixels: 10_000,
  isPaused: false,
  isDraining: false,
  parkedOfCoordinator: 0,
  parkedInAll: 0,
  knowsPipeline: () => true,
  isRefusedByLoad: () => false,
}

function decide(offer: Partial<OfferFrame>, view: Partial<OfferView> = {}): string {
  const decision = decideOffer({ ...OFFER, ...offer }, { ...VIEW, ...view })
  return decision === 'park' ? 'park' : `${decision.isPermanent ? 'never' : 'now not'} ${decision.reason}`
}

describe('the decision about an offer', () => {
  it('parks what nothing speaks against, up to the very limits', () => {
    expect(decide({})).toBe('park')
    expect(decide({}, { parkedOfCoordinator: MAX_PARKED_PER_COORDINATOR - 1, parkedInAll: MAX_PARKED_TOTAL - 1 })).toBe(
      'park',
    )
  })

  it('refuses for ever what this peer can never do', () => {
    expect(decide({ pixelVersion: 'pixels-2' })).toBe('never OTHER_PIXEL_VERSION')
    // what a peer of before metadata could be kept answers, instead of leaving it out
    expect(decide({ pixelVersion: `${PIXEL_VERSION}+m1` })).toBe('never OTHER_PIXEL_VERSION')
    expect(decide({ pixelVersion: `${PIXEL_VERSION}+m1`, keepMetadata: true })).toBe('park')
    expect(decide({}, { knowsPipeline: () => false })).toBe('never UNKNOWN_OPERATION')
    expect(decide({ widthPx: 101 })).toBe('never TOO_LARGE')
    expect(decide({ sizeBytes: 512 * 1024 * 1024 + 1 })).toBe('never TOO_LARGE')
  })

  it('refuses for now when paused, draining, loaded, or when the park is full', () => {
    expect(decide({}, { isPaused: true })).toBe('now not PAUSED')
    expect(decide({}, { isDraining: true })).toBe('now not DRAINING')
    expect(decide({}, { isRefusedByLoad: () => true })).toBe('now not REFUSED_LOAD')
    expect(decide({}, { parkedOfCoordinator: MAX_PARKED_PER_COORDINATOR })).toBe('now not BUSY')
    expect(decide({}, { parkedInAll: MAX_PARKED_TOTAL })).toBe('now not BUSY')
  })

  it('tells what is for ever before what is for now, and load before a full park', () => {
    const everything = { isPaused: true, isRefusedByLoad: () => true, parkedInAll: MAX_PARKED_TOTAL }
    expect(decide({ pixelVersion: 'pixels-2' }, everything)).toBe('never OTHER_PIXEL_VERSION')
    expect(decide({}, { isRefusedByLoad: () => true, parkedInAll: MAX_PARKED_TOTAL })).toBe('now not REFUSED_LOAD')
  })
})

describe('credits', () => {
  const basis = { slots: 2, maxPixels: 1_000_000, rttMs: undefined, serviceMs: undefined }

  it('begin at slots + 1 and never fall below', () => {
    expect(creditFor(basis).tasks).toBe(3)
    expect(creditFor({ ...basis, rttMs: 1, serviceMs: 1000 }).tasks).toBe(3)
    expect(creditFor({ ...basis, rttMs: 5 }).tasks).toBe(3)
    expect(creditFor({ ...basis, rttMs: 5, serviceMs: 0 }).tasks).toBe(3)
  })

  it('grow with the round trip over the service time, up to their bound', () => {
    expect(creditFor({ ...basis, rttMs: 10, serviceMs: 10 }).tasks).toBe(4)
    expect(creditFor({ ...basis, rttMs: 25, serviceMs: 10 }).tasks).toBe(7)
    expect(creditFor({ ...basis, rttMs: 1000, serviceMs: 1 }).tasks).toBe(MAX_ADAPTIVE_CREDIT_TASKS)
    expect(creditFor({ ...basis, slots: 64 }).tasks).toBe(65)
    expect(creditFor({ ...basis, slots: 400 }).tasks).toBe(MAX_CREDIT_TASKS)
  })

  it('always have the pixels for one image of the largest size taken', () => {
    expect(creditFor(basis).pixels).toBe(2 * CREDIT_PIXELS_PER_SLOT)
    expect(creditFor({ ...basis, maxPixels: 900_000_000 }).pixels).toBe(900_000_000)
  })
})

describe('the window of accepted tasks', () => {
  const basis = { slots: 2, maxPixels: 50_000_000, widestCreditTasks: 3 }
  const small = { sizeBytes: 1000, pixels: 1000 }

  it('is two per slot, and wider only where a coordinator is far away', () => {
    expect(acceptWindowTasks(basis)).toBe(4)
    expect(acceptWindowTasks({ ...basis, widestCreditTasks: 9 })).toBe(9)
    expect(canAccept(small, { ...createUsage(), waiting: 1, running: 2 }, basis)).toBe(true)
    expect(canAccept(small, { ...createUsage(), waiting: 2, running: 2 }, basis)).toBe(false)
  })

  it('ends where bodies or pixels in memory reach their bound, yet one task alone always fits', () => {
    const fullOfBytes = { ...createUsage(), bodyBytes: MAX_BODIES_IN_MEMORY_BYTES - 999 }
    expect(canAccept(small, fullOfBytes, basis)).toBe(false)
    expect(canAccept({ ...small, sizeBytes: 999 }, fullOfBytes, basis)).toBe(true)
    const fullOfPixels = { ...createUsage(), waiting: 1, pixels: 4 * CREDIT_PIXELS_PER_SLOT }
    expect(canAccept(small, fullOfPixels, basis)).toBe(false)
    expect(canAccept({ sizeBytes: 2 ** 40, pixels: 2 ** 40 }, createUsage(), basis)).toBe(true)
  })
})

describe('deadlines of bodies', () => {
  const body = (acceptedAtMs: number, aheadBytes: number) => ({
    acceptedAtMs,
    bodyDueAtMs: bodyDueAtMs(acceptedAtMs, aheadBytes),
  })

  it('give up a body that does not begin', () => {
    expect(givenUpAtMs(body(1000, 10), Number.NEGATIVE_INFINITY)).toBe(1000 + BODY_START_MS)
  })

  it('wait while other bodies of the same stream arrive', () => {
    expect(givenUpAtMs(body(1000, 5 * MAX_CHUNK_BYTES), 30_000)).toBe(30_000 + BODY_STALL_MS)
  })

  it('end a drip of small chunks all the same', () => {
    const dripped = body(1000, 10)
    expect(givenUpAtMs(dripped, 1e9)).toBe(1000 + BODY_START_MS + BODY_STALL_MS)
  })

  it('name the first of several', () => {
    expect(firstGivenUpAtMs([body(5000, 10), body(1000, 10)], Number.NEGATIVE_INFINITY)).toBe(1000 + BODY_START_MS)
    expect(firstGivenUpAtMs([], 0)).toBeUndefined()
  })
})
