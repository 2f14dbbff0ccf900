/**
 * What an executor answers to an OFFER before anything is held for it: a refusal, or a place in the park. Pure. Refusals that
 * will never change come first, so that a coordinator learns at once whom not to ask again; the draw of load comes before
 * the look at the park, so that a refusal by load is fast and never takes a place.
 */

import { MAX_BODY_BYTES, MAX_PARKED_PER_COORDINATOR, MAX_PARKED_TOTAL } from '../../base/limits.ts'
import { taskVersion } from '../../cv/task-version.ts'
import type { OfferFrame, RefusalReason } from '../../protocol/messages.ts'

export interface Refusal {
  readonly reason: RefusalReason
  readonly isPermanent: boolean
  /** A sentence for strangers, at most MAX_MESSAGE_BYTES. */
  readonly message: string
}

/** What the decision depends on, as it is at this moment. */
export interface OfferView {
  readonly pixelVersion: string
  readonly maxPixels: number
  readonly isPaused: boolean
  readonly isDraining: boolean
  readonly parkedOfCoordinator: number
  readonly parkedInAll: number
  knowsPipeline(text: string): boolean
  /** The draw of this peer's load for this attempt. */
  isRefusedByLoad(offer: OfferFrame): boolean
}

export function decideOffer(offer: OfferFrame, view: OfferView): Refusal | 'park' {
  return permanentRefusal(offer, view) ?? temporaryRefusal(offer, view) ?? 'park'
}

function permanentRefusal(offer: OfferFrame, view: OfferView): Refusal | undefined {
  const expected = taskVersion(view.pixelVersion, offer)
  if (offer.pixelVersion !== expected) {
    return never('OTHER_PIXEL_VERSION', `this peer makes the pixels of ${expected}, not of ${offer.pixelVersion}`)
  }
  if (!view.knowsPipeline(offer.pipeline)) {
    return never('UNKNOWN_OPERATION', 'this peer cannot read the pipeline with the operations that it has')
  }
  const pixels = offer.widthPx * offer.heightPx
  if (pixels > view.maxPixels) {
    return never(
      'TOO_LARGE',
      `this peer takes images of at most ${view.maxPixels} pixels, got ${pixels}: raise its --max-pixels, or split it (--tile)`,
    )
  }
  if (offer.sizeBytes > MAX_BODY_BYTES) {
    return never('TOO_LARGE', `a body is expected to have at most ${MAX_BODY_BYTES} bytes, got ${offer.sizeBytes}`)
  }
  return undefined
}

function temporaryRefusal(offer: OfferFrame, view: OfferView): Refusal | undefined {
  if (view.isDraining) return DRAINING
  if (view.isPaused) return PAUSED
  if (view.isRefusedByLoad(offer)) return REFUSED_LOAD
  if (view.parkedOfCoordinator >= MAX_PARKED_PER_COORDINATOR || view.parkedInAll >= MAX_PARKED_TOTAL) return BUSY
  return undefined
}

const never = (reason: RefusalReason, message: string): Refusal => ({ reason, isPermanent: true, message })

export const DRAINING: Refusal = { reason: 'DRAINING', isPermanent: false, message: 'this peer is leaving' }
export const PAUSED: Refusal = { reason: 'PAUSED', isPermanent: false, message: 'this peer is paused' }
const REFUSED_LOAD: Refusal = { reason: 'REFUSED_LOAD', isPermanent: false, message: 'this peer is loaded' }
const BUSY: Refusal = { reason: 'BUSY', isPermanent: false, message: 'no place is left where offers wait' }
