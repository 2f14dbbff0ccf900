import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { checksum } from '../../src/base/checksum.ts'
import { MAX_BODY_BYTES } from '../../src/base/limits.ts'
import { createBodyAssembler } from '../../src/peer/body-assembler.ts'

describe('a body assembler', () => {
  test('puts any body together from any chunks', () => {
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { minLength: 1, maxLength: 10 })
    fc.assert(
      fc.property(chunks, (chunks) => {
        const body = Buffer.concat(chunks)
        const assembler = createBodyAssembler({ sizeBytes: body.byteLength, digest: checksum(body) })
        let offset = 0
        const answers = chunks.map((bytes) => {
          const answer = assembler.add({ offset, bytes })
          offset += bytes.byteLength
          bytes.fill(0)
          return answer
        })
        expect(answers).toEqual([...Array(chunks.length - 1).fill('more'), 'complete'])
        expect(Buffer.from(assembler.bytes())).toEqual(body)
        expect(assembler.bytes().buffer.byteLength).toBe(body.byteLength)
      }),
    )
  })

  const body = Uint8Array.of(1, 2, 3, 4)
  const announced = { sizeBytes: 4, digest: checksum(body) }

  test.each<[string, readonly { offset: number; bytes: Uint8Array }[]]>([
    ['a gap', [{ offset: 1, bytes: body.subarray(1) }]],
    [
      'a chunk that came before',
      [
        { offset: 0, bytes: body.subarray(0, 2) },
        { offset: 0, bytes: body.subarray(0, 2) },
      ],
    ],
    ['more than was announced', [{ offset: 0, bytes: Uint8Array.of(1, 2, 3, 4, 5) }]],
    [
      'a chunk behind the last',
      [
        { offset: 0, bytes: body },
        { offset: 4, bytes: Uint8Array.of(5) },
      ],
    ],
    [
      'an empty chunk behind the last',
      [
        { offset: 0, bytes: body },
        { offset: 4, bytes: new Uint8Array(0) },
      ],
    ],
  ])('refuses %s', (_, chunks) => {
    const assembler = createBodyAssembler(announced)
    const [last] = chunks.slice(-1)
    for (const chunk of chunks.slice(0, -1)) assembler.add(chunk)
    expect(() => last && assembler.add(last)).toThrow(expect.objectContaining({ code: 'ERR_PROTOCOL' }))
  })

  test('refuses a body of another digest', () => {
    const assembler = createBodyAssembler(announced)
    expect(() => assembler.add({ offset: 0, bytes: Uint8Array.of(1, 2, 3, 5) })).toThrow(
      expect.objectContaining({ code: 'ERR_DIGEST' }),
    )
    expect(() => assembler.bytes()).toThrow(expect.objectContaining({ code: 'ERR_INTERNAL' }))
  })

  test('takes memory at the first chunk and not before', () => {
    const allocate = vi.spyOn(globalThis, 'Uint8Array')
    try {
      const assembler = createBodyAssembler({ sizeBytes: 400, digest: new Uint8Array(16) })
      expect(allocate).not.toHaveBeenCalledWith(400)
      assembler.add({ offset: 0, bytes: body })
      expect(allocate).toHaveBeenCalledWith(400)
    } finally {
      allocate.mockRestore()
    }
  })

  test('refuses an announcement above the largest body', () => {
    const sizeBytes = MAX_BODY_BYTES + 1
    expect(() => createBodyAssembler({ sizeBytes, digest: new Uint8Array(16) })).toThrow(
      expect.objectContaining({ code: 'ERR_LIMIT' }),
    )
  })

  test('does not give out a body that is not complete', () => {
    const assembler = createBodyAssembler(announced)
    assembler.add({ offset: 0, bytes: body.subarray(0, 3) })
    expect(() => assembler.bytes()).toThrow('3 of 4 bytes')
  })
})
