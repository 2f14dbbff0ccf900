/** The rules of an OFFER's tile: it lies in its image, its body has the parts it names, and what is kept lies in the body. */

import { MAX_SIDE_PX, MAX_TILE_KNOWN, MAX_TILE_KNOWN_BYTES } from '../base/limits.ts'
import * as check from './check.ts'
import type { OfferTile } from './messages.ts'

const SUBJECT = 'offer'

/** @param body width and height as the OFFER tells them */
export function checkTile(tile: OfferTile, body: { readonly widthPx: number; readonly heightPx: number }): void {
  const { x, y, fullWidthPx, fullHeightPx, keep, known } = tile
  check.checkInteger(SUBJECT, 'tile.fullWidthPx', fullWidthPx, 1, MAX_SIDE_PX)
  check.checkInteger(SUBJECT, 'tile.fullHeightPx', fullHeightPx, 1, MAX_SIDE_PX)
  check.checkList(SUBJECT, 'tile.known', known, MAX_TILE_KNOWN)
  for (const { byteLength } of known) {
    if (byteLength <= MAX_TILE_KNOWN_BYTES) continue
    throw check.exceeded(SUBJECT, 'tile.known', `of at most ${MAX_TILE_KNOWN_BYTES} bytes each`, `${byteLength} bytes`)
  }
  const parts = 1 + known.filter(({ byteLength }) => byteLength === 0).length
  const heightPx = body.heightPx / parts
  if (!Number.isInteger(heightPx)) {
    throw check.broken(SUBJECT, 'heightPx', `to be of ${parts} equal parts`, body.heightPx)
  }
  checkWithin('tile.x', x, body.widthPx, 0, fullWidthPx)
  checkWithin('tile.y', y, heightPx, 0, fullHeightPx)
  checkWithin('tile.keepX', keep.x, keep.widthPx, x, x + body.widthPx)
  checkWithin('tile.keepY', keep.y, keep.heightPx, y, y + heightPx)
}

/** A length of at least 1 that begins at or after `start` and ends at or before `end`. */
function checkWithin(field: string, at: number, lengthPx: number, start: number, end: number): void {
  const isWithin = Number.isSafeInteger(at) && Number.isSafeInteger(lengthPx) && lengthPx >= 1 && at >= start
  if (isWithin && at + lengthPx <= end) return
  throw check.broken(SUBJECT, field, `and its length to lie between ${start} and ${end}`, `${at} + ${lengthPx}`)
}
