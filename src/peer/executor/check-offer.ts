/** The rules that an OFFER keeps whoever sends it; the bytes of it were validated by the codec. */

import { MurmurationError } from '../../base/errors.ts'
import type { OfferFrame } from '../../protocol/messages.ts'

/** @throws MurmurationError ERR_PROTOCOL: the coordinator's stream is to be closed */
export function checkOffer(offer: OfferFrame, isHeld: boolean): void {
  if (isHeld) {
    throw new MurmurationError(
      'ERR_PROTOCOL',
      `an OFFER is expected to be of a new attempt, got attempt ${offer.attempt} of task ${offer.task} again`,
    )
  }
  const { sizeBytes, body } = offer
  if (sizeBytes < 1 || (body.byteLength > 0 && body.byteLength !== sizeBytes)) {
    throw new MurmurationError(
      'ERR_PROTOCOL',
      `an inline body is expected to have the ${sizeBytes} bytes of its OFFER, got ${body.byteLength}`,
    )
  }
}
