/** One plain valid message of each kind: tests change one field and see what happens; their bytes are kept as fixtures. */

import { jobId, peerId, taskId } from '../../src/base/ids.ts'
import type {
  AcceptFrame,
  BeatFrame,
  CancelFrame,
  ChunkFrame,
  CreditFrame,
  FailedFrame,
  FreshLoad,
  Hello,
  JobProgress,
  LoadReport,
  ModelFrame,
  OfferFrame,
  RefuseFrame,
  ResultFrame,
  TaskFrame,
} from '../../src/protocol/messages.ts'

const range = (first: number, length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => first + index)

export const REF = { job: jobId('000102030405060708090a0b0c0d0e0f'), task: taskId(7), attempt: 1 }

export const LOAD: FreshLoad = {
  slots: 8,
  runningYours: 3,
  runningOthers: 2,
  parkedYours: 4,
  parkedOthers: 1,
  loadProbability: 0.25,
  isPaused: false,
  isDraining: true,
  msPerMegapixel: 41.5,
}

export const OFFER: OfferFrame = {
  kind: 'offer',
  ...REF,
  mode: 'execute',
  strategy: 'balanced',
  pipeline: 'resize:w=800 | grayscale | canny:100,200',
  seed: 0xfedcba9876543210n,
  sizeBytes: 5,
  widthPx: 481,
  heightPx: 321,
  digest: range(0x20, 16),
  pixelVersion: 'opencv-5.0.0-release.2/1',
  format: 'keep',
  quality: 90,
  body: range(1, 5),
  keepMetadata: false,
}

export const OFFER_OF_TILE: OfferFrame = {
  ...OFFER,
  widthPx: 300,
  heightPx: 2 * 200,
  pixelVersion: 'opencv-5.0.0-release.2/1+t1',
  format: 'tif',
  tile: {
    x: 1000,
    y: 2000,
    fullWidthPx: 20_000,
    fullHeightPx: 10_000,
    keep: { x: 1022, y: 2022, widthPx: 256, heightPx: 156 },
    collects: true,
    known: [range(0x40, 4), new Uint8Array(0)],
  },
}

export const OFFER_KEEPING_METADATA: OfferFrame = {
  ...OFFER,
  pixelVersion: 'opencv-5.0.0-release.2/1+m1',
  keepMetadata: true,
}

export const CHUNK: ChunkFrame = { kind: 'chunk', ...REF, offset: 262_144, bytes: range(0x80, 6) }
export const CANCEL: CancelFrame = { kind: 'cancel', ...REF }
export const CREDIT: CreditFrame = { kind: 'credit', tasks: 9, pixels: 8 * 64_000_000 }
export const ACCEPT: AcceptFrame = { kind: 'accept', ...REF, delayMs: 3000, load: LOAD }

export const REFUSE: RefuseFrame = {
  kind: 'refuse',
  ...REF,
  reason: 'REFUSED_LOAD',
  isPermanent: false,
  message: 'this peer is busy with other programs',
  load: LOAD,
}

export const RESULT: ResultFrame = {
  kind: 'result',
  ...REF,
  stages: { queueMs: 0.5, delayMs: 0, decodeMs: 1.75, processMs: 12.25, encodeMs: 2.5 },
  widthPx: 800,
  heightPx: 533,
  pixelDigest: range(0x40, 16),
  digest: range(0x60, 16),
  sizeBytes: 70_000,
  body: new Uint8Array(0),
  load: LOAD,
}

export const FAILED: FailedFrame = {
  kind: 'failed',
  ...REF,
  code: 'ERR_NOT_AN_IMAGE',
  message: 'the file is no image that is read here',
  load: LOAD,
}

export const BEAT: BeatFrame = { kind: 'beat', held: [REF, { ...REF, task: taskId(8), attempt: 0 }], load: LOAD }

export const TASK_FRAMES = {
  offer: OFFER,
  chunk: CHUNK,
  cancel: CANCEL,
  credit: CREDIT,
  accept: ACCEPT,
  refuse: REFUSE,
  result: RESULT,
  failed: FAILED,
  beat: BEAT,
} as const satisfies { readonly [Kind in TaskFrame['kind']]: TaskFrame & { readonly kind: Kind } }

export const LOAD_REPORT: LoadReport = {
  peer: peerId('12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'),
  incarnation: 12,
  sequence: 345,
  name: 'laptop-kiwi',
  role: 'executor',
  addresses: ['/ip4/127.0.0.1/tcp/4601', '/ip4/192.168.1.20/tcp/4601'],
  version: '0.1.0',
  pixelVersion: 'opencv-5.0.0-release.2/1',
  operationsHash: '6f1ed002ab559585',
  slots: 8,
  maxPixels: 50_000_000,
  running: 5,
  parked: 5,
  loadProbability: 0.25,
  isPaused: false,
  isDraining: true,
  isLeaving: false,
  counts: { accepted: 100, refused: 20, delayed: 5, completed: 94, failed: 1 },
  msPerMegapixel: 41.5,
  strategies: [{ strategy: 'balanced', tasks: 95, totalMs: 1234.5 }],
  nextReportWithinMs: 5000,
  toldDirectly: 0,
}

/** Of a peer that told all others itself; without it the bytes are those of before the field was there. */
export const LOAD_REPORT_TOLD_DIRECTLY: LoadReport = { ...LOAD_REPORT, toldDirectly: 19 }

export const HELLO: Hello = {
  own: LOAD_REPORT,
  heard: [
    {
      report: {
        ...LOAD_REPORT,
        peer: peerId('k51qzi5uqu5dhp48cti0590jyvwgxssrii0zdf19pyfsxwoqomqvfg6bg8qj3s'),
        name: 'desk-crane',
        role: 'observer',
        slots: 0,
        addresses: [],
        strategies: [],
      },
      ageMs: 750,
    },
  ],
}

export const JOB_PROGRESS: JobProgress = {
  job: REF.job,
  coordinator: LOAD_REPORT.peer,
  coordinatorName: 'laptop-kiwi',
  sequence: 17,
  pipeline: 'edges',
  strategy: 'balanced',
  state: 'running',
  total: 500,
  done: 120,
  failed: 2,
  elapsedMs: 6400,
  alreadyDone: 0,
}

export const MODEL_FRAMES = {
  request: { kind: 'request', digest: range(0x20, 32) },
  found: { kind: 'found', sizeBytes: 97_800_000 },
  missing: { kind: 'missing' },
  chunk: { kind: 'chunk', offset: 262_144, bytes: range(0x80, 6) },
} as const satisfies { readonly [Kind in ModelFrame['kind']]: ModelFrame & { readonly kind: Kind } }

/** Of a job that was continued. */
export const JOB_PROGRESS_OF_RESUMED: JobProgress = { ...JOB_PROGRESS, alreadyDone: 100 }
