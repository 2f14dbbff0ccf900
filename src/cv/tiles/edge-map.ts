/**
 * The edges of a whole image while its tiles come in: 2 bits a pixel, so 100 MB for 400 megapixels. Joining follows edges
 * over the borders of tiles. Its list of places to look at is bounded: what does not fit is found by looking again.
 */

import { MAX_PENDING_EDGE_PIXELS } from '../../base/limits.ts'
import { EDGE, WEAK_EDGE } from './edge-levels.ts'
import { coreOf, type Rectangle, type TileGrid } from './rectangles.ts'

export class EdgeMap {
  readonly #grid: TileGrid
  /** Each row begins a new byte. */
  readonly #rowBytes: number
  readonly #bits: Uint8Array
  readonly #maxPending: number
  #pending: Uint32Array
  #pendingCount = 0
  #hasOverflowed = false

  /** @param maxPending places remembered at once while edges are followed */
  constructor(grid: TileGrid, maxPending = MAX_PENDING_EDGE_PIXELS) {
    this.#grid = grid
    this.#maxPending = maxPending
    this.#pending = new Uint32Array(Math.min(maxPending, 1024))
    this.#rowBytes = Math.ceil(grid.widthPx / 4)
    this.#bits = new Uint8Array(this.#rowBytes * grid.heightPx)
  }

  /** Takes the levels (edge-levels.ts) of a tile. */
  place({ x, y, widthPx, heightPx }: Rectangle, levels: Uint8Array): void {
    for (let row = 0, at = 0; row < heightPx; row++) {
      for (let column = 0; column < widthPx; column++) this.#set(x + column, y + row, levels[at++] ?? 0)
    }
  }

  /** Follows edges over the borders; when it returns, a pixel is on an edge of the image exactly where it is EDGE. */
  join(): void {
    this.#hasOverflowed = false
    for (let index = 0; index < this.#grid.count; index++) this.#followFromBorder(coreOf(this.#grid, index))
    while (this.#hasOverflowed) {
      // what did not fit goes on somewhere inside
      this.#hasOverflowed = false
      this.#followFromEverywhere()
    }
  }

  /** 255 on edges, 0 elsewhere. */
  cut({ x, y, widthPx, heightPx }: Rectangle): Uint8Array<ArrayBuffer> {
    const result = new Uint8Array(widthPx * heightPx)
    for (let row = 0, at = 0; row < heightPx; row++) {
      for (let column = 0; column < widthPx; column++, at++) {
        if (this.#get(x + column, y + row) === EDGE) result[at] = 255
      }
    }
    return result
  }

  #followFromBorder({ x: left, y: top, widthPx, heightPx }: Rectangle): void {
    const right = left + widthPx - 1
    const bottom = top + heightPx - 1
    for (let x = left; x <= right; x++) {
      this.#followFrom(x, top)
      this.#followFrom(x, bottom)
    }
    for (let y = top; y <= bottom; y++) {
      this.#followFrom(left, y)
      this.#followFrom(right, y)
    }
  }

  #followFromEverywhere(): void {
    const { widthPx, heightPx } = this.#grid
    for (let y = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++) this.#followFrom(x, y)
  }

  #followFrom(x: number, y: number): void {
    if (this.#get(x, y) !== EDGE) return
    this.#takeNeighbours(x, y)
    const { widthPx } = this.#grid
    while (this.#pendingCount > 0) {
      const at = this.#pending[--this.#pendingCount] ?? 0
      this.#takeNeighbours(at % widthPx, Math.floor(at / widthPx))
    }
  }

  #takeNeighbours(x: number, y: number): void {
    const { widthPx, heightPx } = this.#grid
    const right = Math.min(widthPx - 1, x + 1)
    const bottom = Math.min(heightPx - 1, y + 1)
    for (let row = Math.max(0, y - 1); row <= bottom; row++) {
      for (let column = Math.max(0, x - 1); column <= right; column++) {
        if (this.#get(column, row) !== WEAK_EDGE) continue
        this.#set(column, row, EDGE)
        this.#push(row * widthPx + column)
      }
    }
  }

  #push(at: number): void {
    if (this.#pendingCount === this.#pending.length) {
      if (this.#pendingCount >= this.#maxPending) {
        this.#hasOverflowed = true
        return
      }
      const larger = new Uint32Array(Math.min(this.#maxPending, this.#pendingCount * 2))
      larger.set(this.#pending)
      this.#pending = larger
    }
    this.#pending[this.#pendingCount++] = at
  }

  #get(x: number, y: number): number {
    return ((this.#bits[y * this.#rowBytes + (x >> 2)] ?? 0) >> ((x & 3) * 2)) & 3
  }

  #set(x: number, y: number, level: number): void {
    const at = y * this.#rowBytes + (x >> 2)
    const shift = (x & 3) * 2
    this.#bits[at] = ((this.#bits[at] ?? 0) & ~(3 << shift)) | (level << shift)
  }
}
