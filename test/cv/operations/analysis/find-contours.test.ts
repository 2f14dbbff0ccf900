import { expect, it } from 'vitest'
import { dataOf } from '../../../support/analyze.ts'
import { flat } from '../../../support/sample-images.ts'

/** White rectangles on black: 21 x 11 from (30, 20), with a hole of 5 x 3, and 9 x 9 from (5, 60). */
function rectangles() {
  const image = flat(100, 80, 1, 0)
  const fill = (left: number, top: number, width: number, height: number, value: number): void => {
    for (let y = top; y < top + height; y++) image.data.fill(value, y * 100 + left, y * 100 + left + width)
  }
  fill(30, 20, 21, 11, 255)
  fill(35, 24, 5, 3, 0)
  fill(5, 60, 9, 9, 255)
  return image
}

const large = {
  areaPx: 200,
  perimeterPx: 60,
  box: { x: 30, y: 20, width: 21, height: 11 },
  points: [
    [30, 20],
    [30, 30],
    [50, 30],
    [50, 20],
  ],
}

it('gives outlines, largest first', async () => {
  const small = {
    areaPx: 64,
    perimeterPx: 32,
    box: { x: 5, y: 60, width: 9, height: 9 },
    points: [
      [5, 60],
      [5, 68],
      [13, 68],
      [13, 60],
    ],
  }
  expect(await dataOf('find-contours', rectangles())).toEqual({ found: 2, contours: [large, small] })
})

it('says how many there are where it gives fewer', async () => {
  expect(await dataOf('find-contours:count=1,area=10', rectangles())).toEqual({ found: 2, contours: [large] })
})

it('leaves corners out where they are not wanted', async () => {
  const { points, ...facts } = large
  expect(points).toHaveLength(4)
  expect(await dataOf('find-contours:points=false,count=1', rectangles())).toEqual({ found: 2, contours: [facts] })
})

it('gives holes where they are wanted', async () => {
  expect(await dataOf('find-contours:holes=true,area=1', rectangles())).toMatchObject({ found: 3 })
})
