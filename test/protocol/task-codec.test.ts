import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MurmurationError } from '../../src/base/errors.ts'
import { jobId } from '../../src/base/ids.ts'
import * as limits from '../../src/base/limits.ts'
import * as wire from '../../src/protocol/generated/task.ts'
import type { TaskFrame } from '../../src/protocol/messages.ts'
import { decodeCoordinatorFrame, decodeExecutorFrame, encodeTaskFrame } from '../../src/protocol/task-codec.ts'
import { arbitraryCoordinatorFrame, arbitraryExecutorFrame, arbitraryTaskFrame } from '../support/arbitrary-messages.ts'
import { mutated, throwsOnlyWireErrors } from '../support/hostile-bytes.ts'
import {
  ACCEPT,
  BEAT,
  CANCEL,
  CHUNK,
  CREDIT,
  FAILED,
  LOAD,
  OFFER,
  REF,
  REFUSE,
  RESULT,
} from '../support/valid-messages.ts'

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof MurmurationError) return error.code
    throw error
  }
  return 'nothing thrown'
}

const WIRE_REF = { job: new Uint8Array(16), task: 7, attempt: 1 }
const WIRE_LOAD = wire.FreshLoad.decode(wire.FreshLoad.encode(LOAD))

describe('a frame of a coordinator', () => {
  test('is the same after encoding and decoding', () => {
    fc.assert(
      fc.property(arbitraryCoordinatorFrame, (frame) => {
        expect(decodeCoordinatorFrame(encodeTaskFrame(frame))).toEqual(frame)
      }),
    )
  })

  test('is refused by a coordinator, but for chunks', () => {
    expect(codeOf(() => decodeExecutorFrame(encodeTaskFrame(OFFER)))).toBe('ERR_PROTOCOL')
    expect(codeOf(() => decodeExecutorFrame(encodeTaskFrame(CANCEL)))).toBe('ERR_PROTOCOL')
    expect(decodeExecutorFrame(encodeTaskFrame(CHUNK))).toEqual(CHUNK)
  })
})

describe('a frame of an executor', () => {
  test('is the same after encoding and decoding', () => {
    fc.assert(
      fc.property(arbitraryExecutorFrame, (frame) => {
        expect(decodeExecutorFrame(encodeTaskFrame(frame))).toEqual(frame)
      }),
    )
  })

  test('is refused by an executor, but for chunks', () => {
    for (const frame of [CREDIT, ACCEPT, REFUSE, RESULT, FAILED, BEAT]) {
      expect(codeOf(() => decodeCoordinatorFrame(encodeTaskFrame(frame)))).toBe('ERR_PROTOCOL')
    }
  })
})

describe('hostile bytes', () => {
  test('of any kind only ever throw an error of the wire', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        throwsOnlyWireErrors(() => decodeCoordinatorFrame(bytes))
        throwsOnlyWireErrors(() => decodeExecutorFrame(bytes))
      }),
      { numRuns: 500 },
    )
  })

  test('made from valid frames only ever throw an error of the wire, and what passes keeps the rules', () => {
    fc.assert(
      fc.property(mutated(arbitraryTaskFrame.map(encodeTaskFrame)), (bytes) => {
        throwsOnlyWireErrors(() => encodeTaskFrame(decodeCoordinatorFrame(bytes)))
        throwsOnlyWireErrors(() => encodeTaskFrame(decodeExecutorFrame(bytes)))
      }),
      { numRuns: 1000 },
    )
  })

  test('that are no message are malformed', () => {
    expect(codeOf(() => decodeExecutorFrame(Uint8Array.of(0xff, 0xff, 0xff)))).toBe('ERR_MALFORMED')
  })

  test('that nest groups without end are malformed and not a stack overflow', () => {
    expect(codeOf(() => decodeExecutorFrame(new Uint8Array(limits.MAX_FRAME_BYTES).fill(0x7b)))).toBe('ERR_MALFORMED')
  })

  test('longer than a frame may be are refused before they are decoded', () => {
    expect(codeOf(() => decodeExecutorFrame(new Uint8Array(limits.MAX_FRAME_BYTES + 1)))).toBe('ERR_LIMIT')
  })

  test('that hold no frame kind break the protocol', () => {
    expect(codeOf(() => decodeExecutorFrame(new Uint8Array(0)))).toBe('ERR_PROTOCOL')
    // field 99, of a newer version
    expect(codeOf(() => decodeExecutorFrame(Uint8Array.of(0x9a, 0x06, 0x00)))).toBe('ERR_PROTOCOL')
  })

  test('that name more tasks in a beat than fit are over the limit', () => {
    const held = Array.from({ length: limits.MAX_BEAT_TASKS + 1 }, () => WIRE_REF)
    const bytes = wire.TaskFrame.encode({ beat: { held, load: WIRE_LOAD } })
    expect(codeOf(() => decodeExecutorFrame(bytes))).toBe('ERR_LIMIT')
  })
})

describe('what a frame must hold', () => {
  test.each<[string, Partial<wire.TaskFrame>]>([
    ['a cancel names its attempt', { cancel: {} }],
    ['an attempt has a job', { cancel: { ref: { task: 1, attempt: 0 } } }],
    ['a job has 16 bytes', { cancel: { ref: { job: new Uint8Array(15), task: 1, attempt: 0 } } }],
    ['an accept has a load', { accept: { ref: WIRE_REF, delayMs: 0 } }],
    [
      'a refuse has a reason',
      { refuse: { ref: WIRE_REF, reason: 0, isPermanent: false, message: '', load: WIRE_LOAD } },
    ],
    ['a failed has a code', { failed: { ref: WIRE_REF, code: '', message: '', load: WIRE_LOAD } }],
    ['a code reads ERR_…', { failed: { ref: WIRE_REF, code: 'toString', message: '', load: WIRE_LOAD } }],
    ['a chunk has bytes', { chunk: { ref: WIRE_REF, offset: 0 } }],
  ])('%s', (_, message) => {
    const bytes = wire.TaskFrame.encode(message)
    const codes = [codeOf(() => decodeCoordinatorFrame(bytes)), codeOf(() => decodeExecutorFrame(bytes))]
    expect(codes).toEqual(['ERR_PROTOCOL', 'ERR_PROTOCOL'])
  })

  test('an offer names a mode and a format that this version knows', () => {
    const valid = wire.TaskFrame.decode(encodeTaskFrame(OFFER)).offer
    if (valid === undefined) throw new Error('an offer was expected')
    for (const change of [{ mode: 0 }, { mode: 3 }, { format: 0 }, { format: 8 }]) {
      const bytes = wire.TaskFrame.encode({ offer: { ...valid, ...change } })
      expect(
        codeOf(() => decodeCoordinatorFrame(bytes)),
        JSON.stringify(change),
      ).toBe('ERR_PROTOCOL')
    }
  })
})

describe('the bounds of values', () => {
  const broken: readonly [string, TaskFrame, string][] = [
    ['a pipeline of more than 4 KiB', { ...OFFER, pipeline: 'x'.repeat(limits.MAX_PIPELINE_BYTES + 1) }, 'ERR_LIMIT'],
    ['a pipeline with a control character', { ...OFFER, pipeline: 'edges\u001b[2J' }, 'ERR_PROTOCOL'],
    ['an empty pipeline', { ...OFFER, pipeline: '' }, 'ERR_PROTOCOL'],
    ['a strategy that is no name', { ...OFFER, strategy: '__proto__' }, 'ERR_PROTOCOL'],
    ['a seed of more than 64 bits', { ...OFFER, seed: 1n << 64n }, 'ERR_PROTOCOL'],
    ['a negative seed', { ...OFFER, seed: -1n }, 'ERR_PROTOCOL'],
    ['a digest of 31 bytes', { ...OFFER, digest: new Uint8Array(31) }, 'ERR_PROTOCOL'],
    ['a pixel digest of 32 bytes', { ...RESULT, pixelDigest: new Uint8Array(32) }, 'ERR_PROTOCOL'],
    ['a pixel digest of 15 bytes', { ...RESULT, pixelDigest: new Uint8Array(15) }, 'ERR_PROTOCOL'],
    ['quality 0', { ...OFFER, quality: 0 }, 'ERR_PROTOCOL'],
    ['quality 101', { ...OFFER, quality: 101 }, 'ERR_LIMIT'],
    ['no width', { ...OFFER, widthPx: 0 }, 'ERR_PROTOCOL'],
    ['half a pixel', { ...OFFER, heightPx: 1.5 }, 'ERR_PROTOCOL'],
    ['an empty body', { ...OFFER, sizeBytes: 0, body: new Uint8Array(0) }, 'ERR_PROTOCOL'],
    ['a part of a body inline', { ...OFFER, sizeBytes: 6 }, 'ERR_PROTOCOL'],
    ['a body above 512 MiB', { ...RESULT, sizeBytes: limits.MAX_BODY_BYTES + 1 }, 'ERR_LIMIT'],
    [
      'an inline body above 128 KiB',
      { ...OFFER, sizeBytes: limits.MAX_INLINE_BODY_BYTES + 1, body: new Uint8Array(limits.MAX_INLINE_BODY_BYTES + 1) },
      'ERR_LIMIT',
    ],
    ['a chunk above 256 KiB', { ...CHUNK, bytes: new Uint8Array(limits.MAX_CHUNK_BYTES + 1) }, 'ERR_LIMIT'],
    ['a chunk past the largest body', { ...CHUNK, offset: limits.MAX_BODY_BYTES }, 'ERR_LIMIT'],
    ['a job id in capitals', { ...CANCEL, job: jobId(REF.job.toUpperCase()) }, 'ERR_PROTOCOL'],
    ['an attempt below zero', { ...CANCEL, attempt: -1 }, 'ERR_PROTOCOL'],
    ['more credit than there is', { ...CREDIT, tasks: limits.MAX_CREDIT_TASKS + 1 }, 'ERR_LIMIT'],
    ['a probability above one', { ...ACCEPT, load: { ...LOAD, loadProbability: 1.01 } }, 'ERR_PROTOCOL'],
    ['a probability that is no number', { ...ACCEPT, load: { ...LOAD, loadProbability: Number.NaN } }, 'ERR_PROTOCOL'],
    ['a negative delay', { ...ACCEPT, delayMs: -1 }, 'ERR_PROTOCOL'],
    ['an endless delay', { ...ACCEPT, delayMs: Number.POSITIVE_INFINITY }, 'ERR_PROTOCOL'],
    ['a delay of years', { ...ACCEPT, delayMs: limits.MAX_DURATION_MS + 1 }, 'ERR_LIMIT'],
  ]

  test.each(broken)('%s is not sent', (_, frame, code) => {
    expect(codeOf(() => encodeTaskFrame(frame))).toBe(code)
  })

  test('a sentence says which field of which frame expected what', () => {
    expect(() => encodeTaskFrame({ ...OFFER, quality: 101 })).toThrow(
      'offer expects quality to be an integer between 1 and 100, got 101',
    )
  })

  test('a value that breaks a rule is refused by the reader too', () => {
    const accept = { ref: WIRE_REF, delayMs: Number.NaN, load: WIRE_LOAD }
    expect(codeOf(() => decodeExecutorFrame(wire.TaskFrame.encode({ accept })))).toBe('ERR_PROTOCOL')
    const credit = { tasks: limits.MAX_CREDIT_TASKS + 1, pixels: 0 }
    expect(codeOf(() => decodeExecutorFrame(wire.TaskFrame.encode({ credit })))).toBe('ERR_LIMIT')
  })

  test('the largest chunk and the largest inline body beside the longest pipeline fit into a frame', () => {
    const chunk = { ...CHUNK, bytes: new Uint8Array(limits.MAX_CHUNK_BYTES).fill(7) }
    expect(decodeCoordinatorFrame(encodeTaskFrame(chunk))).toEqual(chunk)
    const body = new Uint8Array(limits.MAX_INLINE_BODY_BYTES).fill(7)
    const pipeline = 'x'.repeat(limits.MAX_PIPELINE_BYTES)
    const offer = { ...OFFER, pipeline, body, sizeBytes: body.byteLength }
    expect(decodeCoordinatorFrame(encodeTaskFrame(offer))).toEqual(offer)
  })
})

describe('what newer versions say', () => {
  const refuse = (reason: number, isPermanent: boolean): Uint8Array =>
    wire.TaskFrame.encode({ refuse: { ref: WIRE_REF, reason, isPermanent, message: 'new', load: WIRE_LOAD } })

  test('a temporary refusal for an unknown reason is read as BUSY, a permanent one as OTHER_PIXEL_VERSION', () => {
    expect(decodeExecutorFrame(refuse(200, false))).toMatchObject({ reason: 'BUSY', isPermanent: false })
    expect(decodeExecutorFrame(refuse(200, true))).toMatchObject({ reason: 'OTHER_PIXEL_VERSION', isPermanent: true })
  })

  test('an unknown failure code is read as ERR_INTERNAL', () => {
    const failed = { ref: WIRE_REF, code: 'ERR_OF_TOMORROW', message: 'new', load: WIRE_LOAD }
    expect(decodeExecutorFrame(wire.TaskFrame.encode({ failed }))).toMatchObject({ code: 'ERR_INTERNAL' })
  })

  test('an unknown field is passed over', () => {
    const bytes = Uint8Array.from([...encodeTaskFrame(CREDIT), 0x9a, 0x06, 0x01, 0x00])
    expect(decodeExecutorFrame(bytes)).toEqual(CREDIT)
  })
})

describe('a sentence for strangers', () => {
  test('is cut between characters instead of costing the stream', () => {
    const frame = decodeExecutorFrame(encodeTaskFrame({ ...FAILED, message: '🐦'.repeat(1000) }))
    expect(frame).toMatchObject({ message: '🐦'.repeat(limits.MAX_MESSAGE_BYTES / 4) })
  })

  test('loses its control characters', () => {
    const frame = decodeExecutorFrame(encodeTaskFrame({ ...REFUSE, message: 'two\nlines\u202e and \ud800' }))
    expect(frame).toMatchObject({ message: 'two lines  and \ufffd' })
  })
})

test('what a decoded offer holds does not share memory with the bytes it came from', () => {
  const bytes = encodeTaskFrame(OFFER)
  const offer = decodeCoordinatorFrame(bytes)
  bytes.fill(0)
  expect(offer).toEqual(OFFER)
})
