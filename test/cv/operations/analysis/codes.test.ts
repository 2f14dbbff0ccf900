/** QR codes and barcodes made bit by bit, and markers by OpenCV's own generator. */

import { describe, expect, it } from 'vitest'
import { dataOf } from '../../../support/analyze.ts'
import { eanImage, qrImage } from '../../../support/drawn-codes.ts'
import { testOpenCv } from '../../../support/opencv-instance.ts'
import { flat } from '../../../support/sample-images.ts'

describe('qr', () => {
  it('reads the text and gives the corners', async () => {
    const corners = [
      [40, 50],
      [144, 50],
      [144, 154],
      [40, 154],
    ]
    expect(await dataOf('qr', qrImage('Hello, flock!'))).toEqual({ codes: [{ text: 'Hello, flock!', corners }] })
  })

  it('reads letters of every alphabet, and what JSON has to escape', async () => {
    const text = 'Möwe "\\" 鳥'
    expect(await dataOf('qr', qrImage(text))).toMatchObject({ codes: [{ text }] })
  })

  it('finds none in an image without', async () => {
    expect(await dataOf('qr', flat(100, 100, 3, 255))).toEqual({ codes: [] })
  })
})

describe('barcode', () => {
  it('reads digits and type, and gives corners around the bars', async () => {
    const data = await dataOf('barcode', eanImage('4006381333931'))
    expect(data).toMatchObject({ codes: [{ type: 'EAN_13', text: '4006381333931' }] })
    const numbers = JSON.stringify(data).match(/\[[\d.]+,[\d.]+\]/g) ?? []
    expect(numbers).toHaveLength(4)
    for (const pair of numbers) {
      const [x = 0, y = 0] = JSON.parse(pair)
      expect(Math.min(Math.abs(x - 257), Math.abs(x - 542))).toBeLessThan(50)
      expect(Math.min(Math.abs(y - 240), Math.abs(y - 360))).toBeLessThan(50)
    }
  })

  it('finds none in an image without', async () => {
    expect(await dataOf('barcode', flat(300, 200, 1, 255))).toEqual({ codes: [] })
  })
})

/** A marker of 60 px from (40, 50) on white. */
async function markerImage(dictionary: 'DICT_4X4_50' | 'DICT_APRILTAG_36h11', id: number) {
  const { cv } = await testOpenCv()
  const markers = cv.getPredefinedDictionary(cv[dictionary])
  const marker = new cv.Mat()
  markers.generateImageMarker(id, 60, marker, 1)
  const image = flat(200, 160, 1, 255)
  for (let y = 0; y < 60; y++) image.data.set(marker.data.subarray(y * 60, (y + 1) * 60), (50 + y) * 200 + 40)
  marker.delete()
  markers.delete()
  return image
}

describe('aruco', () => {
  const corners = [
    [40, 50],
    [99, 50],
    [99, 109],
    [40, 109],
  ]

  it.each([
    ['aruco', 'DICT_4X4_50', 7],
    ['aruco:apriltag-36h11', 'DICT_APRILTAG_36h11', 23],
  ] as const)('%s finds a marker of its dictionary', async (text, dictionary, id) => {
    expect(await dataOf(text, await markerImage(dictionary, id))).toEqual({ markers: [{ id, corners }] })
  })

  it('does not find a marker of another one', async () => {
    expect(await dataOf('aruco:7x7_50', await markerImage('DICT_4X4_50', 7))).toEqual({ markers: [] })
  })
})
