/** OpenCV's BarcodeDetector: EAN-13, EAN-8, UPC-A and UPC-E. */

import { defineDataOperation } from '../operation.ts'
import { cornersAt } from './corner-points.ts'
import { canHoldCode } from './smallest-code.ts'

export const barcode = defineDataOperation({
  name: 'barcode',
  summary: 'Reads barcodes (EAN-13, EAN-8, UPC): type and digits of each (null where it was not read) and its corners.',
  accepts: 'gray',
  parameters: {},
  example: 'barcode',
  version: 1,
  analyze(image, _values, { openCv: { cv }, scope }) {
    if (!canHoldCode(image)) return { codes: [] }
    const detector = scope.own(new cv.barcode_BarcodeDetector())
    const texts = scope.own(new cv.StringVector())
    const types = scope.own(new cv.StringVector())
    const points = scope.mat()
    detector.detectAndDecodeWithType(image, texts, types, points)
    const coordinates = points.total() === 0 ? new Float32Array() : points.data32F.slice()
    return {
      codes: Array.from({ length: texts.size() }, (_, index) => ({
        type: types.get(index) || null,
        text: texts.get(index) || null,
        corners: cornersAt(coordinates, index),
      })),
    }
  },
})
