/** Messages that keep every rule of docs/PROTOCOL.md, for property tests: fast-check shrinks them to the smallest that fails. */

import fc from 'fast-check'
import { ERROR_CODES } from '../../src/base/errors.ts'
import { jobId, peerId, taskId } from '../../src/base/ids.ts'
import * as limits from '../../src/base/limits.ts'
import type {
  AcceptFrame,
  AttemptRef,
  BeatFrame,
  CancelFrame,
  ChunkFrame,
  CoordinatorFrame,
  CreditFrame,
  ExecutorFrame,
  FailedFrame,
  FreshLoad,
  HeardReport,
  Hello,
  JobProgress,
  LoadReport,
  ModelAnswerFrame,
  ModelRequestFrame,
  OfferFrame,
  RefuseFrame,
  ResultFrame,
  TaskFrame,
} from '../../src/protocol/messages.ts'
import { OUTPUT_FORMATS, REFUSAL_REASONS } from '../../src/protocol/messages.ts'
import { utf8Length } from '../../src/protocol/utf8.ts'

const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

const text = (minBytes: number, maxBytes: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', minLength: minBytes, maxLength: Math.min(maxBytes, 40) })
    .filter((value) => utf8Length(value) <= maxBytes && !UNPRINTABLE.test(value))

const digits = (alphabet: string, length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: length, maxLength: length })

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const BASE36 = '0123456789abcdefghijklmnopqrstuvwxyz'

const name = text(1, limits.MAX_NAME_BYTES)
const strategy = fc.constantFrom('random', 'round-robin', 'balanced', 'x9')
const pipeline = text(1, limits.MAX_PIPELINE_BYTES)
const message = text(0, limits.MAX_MESSAGE_BYTES)
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const count = fc.maxSafeNat()
const slots = fc.integer({ min: 1, max: limits.MAX_SLOTS })
const duration = fc.double({ min: 0, max: limits.MAX_DURATION_MS, noNaN: true }).map((value) => value + 0)
const probability = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0)
const digest = fc.uint8Array({ minLength: limits.CHECKSUM_BYTES, maxLength: limits.CHECKSUM_BYTES })
const side = fc.integer({ min: 1, max: limits.MAX_SIDE_PX })
const job = digits('0123456789abcdef', 32).map(jobId)
const peer = fc.oneof(
  digits(BASE58, 49).map((tail) => peerId(`12D${tail}`)),
  digits(BASE36, 61).map((tail) => peerId(`k${tail}`)),
)
const ref: fc.Arbitrary<AttemptRef> = fc.record({ job, task: uint32.map(taskId), attempt: uint32 })

export const arbitraryLoad: fc.Arbitrary<FreshLoad> = fc.record({
  slots,
  runningYours: uint32,
  runningOthers: uint32,
  parkedYours: uint32,
  parkedOthers: uint32,
  loadProbability: probability,
  isPaused: fc.boolean(),
  isDraining: fc.boolean(),
  msPerMegapixel: duration,
})

const smallSide = fc.integer({ min: 1, max: 5000 })

/** Size and inline body that fit together: all of it, or nothing and any size. */
const sized: fc.Arbitrary<{ sizeBytes: number; body: Uint8Array }> = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((body) => ({ sizeBytes: body.byteLength, body })),
  fc.integer({ min: 1, max: limits.MAX_BODY_BYTES }).map((sizeBytes) => ({ sizeBytes, body: new Uint8Array(0) })),
)

/** A body within its image, and a kept part within the body, by margins around it. */
const tiled: fc.Arbitrary<Pick<OfferFrame, 'widthPx' | 'heightPx' | 'tile'>> = fc
  .record({
    before: fc.tuple(smallSide, smallSide),
    margin: fc.tuple(smallSide, smallSide, smallSide, smallSide),
    kept: fc.tuple(smallSide, smallSide),
    after: fc.tuple(smallSide, smallSide),
    collects: fc.boolean(),
    known: fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: limits.MAX_TILE_KNOWN }),
  })
  .map(({ before: [x, y], margin: [left, top, right, bottom], kept: [widthPx, heightPx], after, collects, known }) => {
    const seen = { widthPx: left + widthPx + right, heightPx: top + heightPx + bottom }
    const parts = 1 + known.filter(({ length }) => length === 0).length
    const full = { fullWidthPx: x + seen.widthPx + after[0], fullHeightPx: y + seen.heightPx + after[1] }
    const keep = { x: x + left, y: y + top, widthPx, heightPx }
    return {
      widthPx: seen.widthPx,
      heightPx: seen.heightPx * parts,
      tile: { x, y, ...full, keep, collects, known },
    }
  })

const offer: fc.Arbitrary<OfferFrame> = fc
  .record({
    ref,
    sized,
    rest: fc.record({
      mode: fc.constantFrom('execute', 'delayed-execute'),
      strategy,
      pipeline,
      seed: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      widthPx: side,
      heightPx: side,
      digest,
      pixelVersion: name,
      format: fc.constantFrom(...OUTPUT_FORMATS),
      quality: fc.integer({ min: 1, max: 100 }),
      keepMetadata: fc.boolean(),
    }),
    tiled: fc.option(tiled, { nil: undefined }),
  })
  .map(({ ref, sized, rest, tiled }) => ({ kind: 'offer', ...ref, ...rest, ...sized, ...tiled }))

const chunk: fc.Arbitrary<ChunkFrame> = fc
  .record({
    ref,
    offset: fc.integer({ min: 0, max: limits.MAX_BODY_BYTES - 300 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  })
  .map(({ ref, ...rest }) => ({ kind: 'chunk', ...ref, ...rest }))

const cancel: fc.Arbitrary<CancelFrame> = ref.map((ref) => ({ kind: 'cancel', ...ref }))

const credit: fc.Arbitrary<CreditFrame> = fc
  .record({
    tasks: fc.integer({ min: 0, max: limits.MAX_CREDIT_TASKS }),
    pixels: fc.integer({ min: 0, max: limits.MAX_SLOTS * limits.CREDIT_PIXELS_PER_SLOT }),
  })
  .map((rest) => ({ kind: 'credit', ...rest }))

const accept: fc.Arbitrary<AcceptFrame> = fc
  .record({ ref, delayMs: duration, load: arbitraryLoad })
  .map(({ ref, ...rest }) => ({ kind: 'accept', ...ref, ...rest }))

const refuse: fc.Arbitrary<RefuseFrame> = fc
  .record({
    ref,
    reason: fc.constantFrom(...REFUSAL_REASONS),
    isPermanent: fc.boolean(),
    message,
    load: arbitraryLoad,
  })
  .map(({ ref, ...rest }) => ({ kind: 'refuse', ...ref, ...rest }))

const result: fc.Arbitrary<ResultFrame> = fc
  .record({
    ref,
    sized,
    rest: fc.record({
      stages: fc.record({
        queueMs: duration,
        delayMs: duration,
        decodeMs: duration,
        processMs: duration,
        encodeMs: duration,
      }),
      widthPx: side,
      heightPx: side,
      pixelDigest: digest,
      digest,
      load: arbitraryLoad,
    }),
  })
  .map(({ ref, sized, rest }) => ({ kind: 'result', ...ref, ...rest, ...sized }))

const failed: fc.Arbitrary<FailedFrame> = fc
  .record({ ref, code: fc.constantFrom(...Object.keys(ERROR_CODES)), message, load: arbitraryLoad })
  .map(({ ref, ...rest }) => ({ kind: 'failed', ...ref, ...rest }))

const beat: fc.Arbitrary<BeatFrame> = fc
  .record({ held: fc.array(ref, { maxLength: 20 }), load: arbitraryLoad })
  .map((rest) => ({ kind: 'beat', ...rest }))

export const arbitraryCoordinatorFrame: fc.Arbitrary<CoordinatorFrame> = fc.oneof(offer, chunk, cancel)
export const arbitraryExecutorFrame: fc.Arbitrary<ExecutorFrame> = fc.oneof(
  credit,
  accept,
  refuse,
  result,
  chunk,
  failed,
  beat,
)
export const arbitraryTaskFrame: fc.Arbitrary<TaskFrame> = fc.oneof(arbitraryCoordinatorFrame, arbitraryExecutorFrame)

export const arbitraryLoadReport: fc.Arbitrary<LoadReport> = fc.record({
  peer,
  incarnation: count,
  sequence: count,
  name,
  role: fc.constantFrom('executor', 'observer'),
  addresses: fc.array(fc.constantFrom('/ip4/127.0.0.1/tcp/4601', '/ip6/::1/tcp/1', '/dns4/host/tcp/65535'), {
    maxLength: limits.MAX_ADDRESSES,
  }),
  version: name,
  pixelVersion: name,
  operationsHash: name,
  slots,
  maxPixels: count,
  running: uint32,
  parked: uint32,
  loadProbability: probability,
  isPaused: fc.boolean(),
  isDraining: fc.boolean(),
  isLeaving: fc.boolean(),
  counts: fc.record({ accepted: count, refused: count, delayed: count, completed: count, failed: count }),
  msPerMegapixel: duration,
  strategies: fc.array(fc.record({ strategy, tasks: count, totalMs: duration }), { maxLength: limits.MAX_STRATEGIES }),
  nextReportWithinMs: fc.double({ min: 1, max: limits.MAX_NEXT_REPORT_MS, noNaN: true }),
  toldDirectly: uint32,
})

const heard: fc.Arbitrary<HeardReport> = fc.record({ report: arbitraryLoadReport, ageMs: duration })

export const arbitraryHello: fc.Arbitrary<Hello> = fc.record({
  own: arbitraryLoadReport,
  heard: fc.array(heard, { maxLength: 5 }),
})

export const arbitraryJobProgress: fc.Arbitrary<JobProgress> = fc
  .record({
    job,
    coordinator: peer,
    coordinatorName: name,
    sequence: count,
    pipeline,
    strategy,
    state: fc.constantFrom('running', 'done', 'stopped'),
    alreadyDone: fc.integer({ min: 0, max: 2 ** 29 }),
    doneNow: fc.integer({ min: 0, max: 2 ** 29 }),
    failed: fc.integer({ min: 0, max: 2 ** 30 }),
    left: fc.integer({ min: 0, max: 2 ** 30 }),
    elapsedMs: duration,
  })
  .map(({ left, doneNow, ...rest }) => {
    const done = rest.alreadyDone + doneNow
    return { ...rest, done, total: done + rest.failed + left }
  })

export const arbitraryModelRequest: fc.Arbitrary<ModelRequestFrame> = fc.record({
  kind: fc.constant('request'),
  digest: fc.uint8Array({ minLength: limits.MODEL_DIGEST_BYTES, maxLength: limits.MODEL_DIGEST_BYTES }),
})

export const arbitraryModelAnswer: fc.Arbitrary<ModelAnswerFrame> = fc.oneof(
  fc.record({ kind: fc.constant('found'), sizeBytes: fc.integer({ min: 1, max: limits.MAX_MODEL_BYTES }) }),
  fc.record({ kind: fc.constant('missing') }),
  fc.record({
    kind: fc.constant('chunk'),
    offset: fc.integer({ min: 0, max: limits.MAX_MODEL_BYTES - 1 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 100 }),
  }),
)
