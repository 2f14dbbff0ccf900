import { describe, expect, it } from 'vitest'
import { EDGE, followInTile, NO_EDGE, WEAK_EDGE } from '../../../src/cv/tiles/edge-levels.ts'
import { EdgeMap } from '../../../src/cv/tiles/edge-map.ts'
import { coreOf, createGrid, cropSamples } from '../../../src/cv/tiles/rectangles.ts'

const SIDE = 40

/** A spiral-like line that runs through every tile many times and is strong at one end only. */
const isWeak = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
  const [x, y] = [at % SIDE, Math.floor(at / SIDE)]
  const isRow = y % 4 === 0
  const isTurn = y % 4 !== 0 && x === (Math.floor(y / 4) % 2 === 0 ? SIDE - 1 : 0)
  return isRow || isTurn ? 255 : 0
})
const isStrong = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at === 0 ? 255 : 0))

describe('following edges', () => {
  it('leaves weak pixels only where they touch the border of their tile', () => {
    const weak = new Uint8Array(25)
    for (const at of [12, 20, 4]) weak[at] = 255
    const strong = new Uint8Array(25)
    strong[4] = 255
    const levels = followInTile(weak, strong, 5, 5)
    expect([levels[12], levels[20], levels[4]]).toEqual([NO_EDGE, WEAK_EDGE, EDGE])
  })

  it.each([1, 7, 1000])('goes to the end of a line through all tiles, with room for %i places', (room) => {
    const grid = createGrid({ widthPx: SIDE, heightPx: SIDE }, 7)
    const map = new EdgeMap(grid, room)
    for (let index = 0; index < grid.count; index++) {
      const core = coreOf(grid, index)
      const [weak, strong] = [isWeak, isStrong].map((image) => cropSamples(image, SIDE, 1, core))
      if (weak && strong) map.place(core, followInTile(weak, strong, core.widthPx, core.heightPx))
    }
    map.join()
    expect(map.cut({ x: 0, y: 0, widthPx: SIDE, heightPx: SIDE })).toEqual(isWeak)
  })
})
