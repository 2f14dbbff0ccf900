import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { webAssembly } from '../../../src/cv/web-assembly.ts'
import { parseRunMessage, parseThreadMessage, parseThreadStart } from '../../../src/cv/worker/thread-messages.ts'

const opencv = await webAssembly.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0))
const run = {
  kind: 'run',
  id: 3,
  task: {
    bytes: new Uint8Array(1),
    pipeline: 'gray',
    seed: 5n,
    format: 'keep',
    quality: 90,
    maxPixels: 10,
    keepMetadata: true,
  },
}
const result = {
  bytes: new Uint8Array(1),
  widthPx: 1,
  heightPx: 1,
  pixelDigest: new Uint8Array(16),
  digest: new Uint8Array(32),
  decodeMs: 0.5,
  processMs: 0,
  encodeMs: 1,
}

describe('thread messages', () => {
  it('pass when they are whole, after the journey between threads', () => {
    expect(parseRunMessage(structuredClone(run))).toEqual(run)
    const withModel = { ...run, task: { ...run.task, modelFile: '/models/net' } }
    expect(parseRunMessage(structuredClone(withModel))).toEqual(withModel)
    const done = { kind: 'done', id: 0, result }
    expect(parseThreadMessage(structuredClone(done))).toEqual(done)
    const failed = { kind: 'failed', id: 1, error: { code: 'ERR_OPERATION', message: 'so it is' }, isFatal: false }
    expect(parseThreadMessage(structuredClone(failed))).toEqual(failed)
    const start = { modules: undefined, simd: true, lowPriority: true, taskTimeoutMs: 1 }
    expect(parseThreadStart(structuredClone(start))).toEqual(start)
  })

  it.each([
    ['another kind', { ...run, kind: 'walk' }],
    ['a negative id', { ...run, id: -1 }],
    ['no task', { ...run, task: undefined }],
    ['a number as seed', { ...run, task: { ...run.task, seed: 5 } }],
    ['an unknown format', { ...run, task: { ...run.task, format: 'bmp' } }],
    ['a number as model file', { ...run, task: { ...run.task, modelFile: 1 } }],
    ['bytes that are an array', { ...run, task: { ...run.task, bytes: [1] } }],
  ])('do not pass with %s', (_what, message) => {
    expect(() => parseRunMessage(message)).toThrow(MurmurationError)
  })

  it.each([
    ['a module that is none', { kind: 'ready', modules: { module: {} } }],
    ['kernels that are none', { kind: 'ready', modules: { module: opencv, simdModule: {} } }],
    ['a code that is none', { kind: 'failed', id: 1, error: { code: 'toString', message: '' }, isFatal: false }],
    ['no time', { kind: 'done', id: 1, result: { ...result, decodeMs: undefined } }],
    ['a width that is no number', { kind: 'done', id: 1, result: { ...result, widthPx: Number.NaN } }],
  ])('of a thread do not pass with %s', (_what, message) => {
    expect(() => parseThreadMessage(message)).toThrow(MurmurationError)
  })

  it('never pass, and throw nothing else, when they are anything at all', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const parse of [parseRunMessage, parseThreadMessage, parseThreadStart]) {
          expect(() => parse(value)).toThrow(MurmurationError)
        }
      }),
    )
  })
})
