/** OpenCV's QRCodeDetector, for all codes of an image. */

import { defineDataOperation } from '../operation.ts'
import { cornersAt } from './corner-points.ts'
import { canHoldCode } from './smallest-code.ts'

export const qr = defineDataOperation({
  name: 'qr',
  summary: 'Reads QR codes: the text of each (null where it was seen and could not be read) and its four corners.',
  accepts: 'gray',
  parameters: {},
  example: 'qr',
  version: 1,
  analyze(image, _values, { openCv: { cv }, scope }) {
    if (!canHoldCode(image)) return { codes: [] }
    const detector = scope.own(new cv.QRCodeDetector())
    const texts = scope.own(new cv.StringVector())
    const points = scope.mat()
    detector.detectAndDecodeMulti(image, texts, points, scope.matVector())
    const coordinates = points.total() === 0 ? new Float32Array() : points.data32F.slice()
    return {
      codes: Array.from({ length: texts.size() }, (_, index) => ({
        text: texts.get(index) || null,
        corners: cornersAt(coordinates, index),
      })),
    }
  },
})
