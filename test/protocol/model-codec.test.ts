import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_CHUNK_BYTES, MAX_FRAME_BYTES, MAX_MODEL_BYTES } from '../../src/base/limits.ts'
import * as wire from '../../src/protocol/generated/model.ts'
import type { ModelFrame } from '../../src/protocol/messages.ts'
import { decodeModelAnswer, decodeModelRequest, encodeModelFrame } from '../../src/protocol/model-codec.ts'
import { arbitraryModelAnswer, arbitraryModelRequest } from '../support/arbitrary-messages.ts'
import { mutated, throwsOnlyWireErrors } from '../support/hostile-bytes.ts'
import { MODEL_FRAMES } from '../support/valid-messages.ts'

describe('model frames', () => {
  test('are the same after encoding and decoding', () => {
    fc.assert(
      fc.property(arbitraryModelRequest, arbitraryModelAnswer, (request, answer) => {
        expect(decodeModelRequest(encodeModelFrame(request))).toEqual(request)
        expect(decodeModelAnswer(encodeModelFrame(answer))).toEqual(answer)
      }),
    )
  })

  test('made of any bytes only ever throw an error of the wire', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      mutated(arbitraryModelRequest.map(encodeModelFrame)),
      mutated(arbitraryModelAnswer.map(encodeModelFrame)),
    )
    fc.assert(
      fc.property(bytes, (bytes) => {
        throwsOnlyWireErrors(() => encodeModelFrame(decodeModelRequest(bytes)))
        throwsOnlyWireErrors(() => encodeModelFrame(decodeModelAnswer(bytes)))
      }),
      { numRuns: 1000 },
    )
  })

  test.each<[string, ModelFrame, string]>([
    ['a digest of other than 32 bytes', { kind: 'request', digest: new Uint8Array(31) }, 'ERR_PROTOCOL'],
    ['a model of no bytes', { kind: 'found', sizeBytes: 0 }, 'ERR_PROTOCOL'],
    ['a model above the bound', { kind: 'found', sizeBytes: MAX_MODEL_BYTES + 1 }, 'ERR_LIMIT'],
    ['a chunk of no bytes', { kind: 'chunk', offset: 0, bytes: new Uint8Array(0) }, 'ERR_PROTOCOL'],
    ['a chunk above the bound', { kind: 'chunk', offset: 0, bytes: new Uint8Array(MAX_CHUNK_BYTES + 1) }, 'ERR_LIMIT'],
    ['a chunk behind every model', { ...MODEL_FRAMES.chunk, offset: MAX_MODEL_BYTES }, 'ERR_LIMIT'],
  ])('with %s are neither sent nor taken', (_, frame, code) => {
    const failure = expect.objectContaining({ code })
    expect(() => encodeModelFrame(frame)).toThrow(failure)
    const { kind, ...fields } = frame
    const bytes = wire.ModelFrame.encode({ [kind]: fields })
    expect(() => (kind === 'request' ? decodeModelRequest(bytes) : decodeModelAnswer(bytes))).toThrow(failure)
  })

  test('with the largest chunk fit into a frame', () => {
    const largest = { kind: 'chunk', offset: MAX_MODEL_BYTES - 1, bytes: new Uint8Array(MAX_CHUNK_BYTES) } as const
    expect(encodeModelFrame(largest).byteLength).toBeLessThan(MAX_FRAME_BYTES)
  })

  test('go one way each, and say what they are', () => {
    expect(() => decodeModelRequest(encodeModelFrame(MODEL_FRAMES.found))).toThrow('expects a model request, got found')
    expect(() => decodeModelAnswer(encodeModelFrame(MODEL_FRAMES.request))).toThrow('got request')
    expect(() => decodeModelAnswer(wire.ModelFrame.encode({}))).toThrow('got none')
  })
})
