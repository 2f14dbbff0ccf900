/** An OFFER's tile has to lie in its image: a worker cuts memory by these numbers. */

import { describe, expect, test } from 'vitest'
import { MAX_TILE_KNOWN, MAX_TILE_KNOWN_BYTES } from '../../src/base/limits.ts'
import type { OfferTile } from '../../src/protocol/messages.ts'
import { checkTile } from '../../src/protocol/tile-checks.ts'

const BODY = { widthPx: 300, heightPx: 200 }

const TILE: OfferTile = {
  x: 10,
  y: 20,
  fullWidthPx: 310,
  fullHeightPx: 220,
  keep: { x: 10, y: 20, widthPx: 300, heightPx: 200 },
  collects: false,
  known: [],
}

describe('a tile of an OFFER', () => {
  test('may fill its image to the last pixel', () => {
    expect(() => checkTile(TILE, BODY)).not.toThrow()
  })

  test.each<[string, Partial<OfferTile>]>([
    ['x', { x: 11 }],
    ['y', { y: 21 }],
    ['fullWidthPx', { fullWidthPx: 0 }],
    ['keepX', { keep: { ...TILE.keep, x: 9 } }],
    ['keepY', { keep: { ...TILE.keep, y: 19 } }],
    ['keepX', { keep: { ...TILE.keep, widthPx: 0 } }],
    ['keepX', { keep: { ...TILE.keep, widthPx: 301 } }],
    ['keepY', { keep: { ...TILE.keep, heightPx: 201 } }],
    ['keepY', { keep: { ...TILE.keep, heightPx: Number.NaN } }],
  ])('is refused when %s lies outside', (field, change) => {
    expect(() => checkTile({ ...TILE, ...change }, BODY)).toThrow(new RegExp(`tile\\.${field}`))
  })

  test('is refused when its body has not as many equal parts as it names', () => {
    const known = [new Uint8Array(0), new Uint8Array(0)]
    expect(() => checkTile({ ...TILE, known }, BODY)).toThrow(/3 equal parts/)
    expect(() => checkTile({ ...TILE, known }, { ...BODY, heightPx: 600 })).not.toThrow()
  })

  test('is refused when it knows more than a pipeline can need', () => {
    const one = new Uint8Array(1)
    expect(() => checkTile({ ...TILE, known: Array(MAX_TILE_KNOWN + 1).fill(one) }, BODY)).toThrow(/entries/)
    expect(() => checkTile({ ...TILE, known: [new Uint8Array(MAX_TILE_KNOWN_BYTES + 1)] }, BODY)).toThrow(/bytes each/)
  })
})
