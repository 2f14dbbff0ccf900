import { describe, expect, it } from 'vitest'
import type { Pixels } from '../../../src/cv/pixels.ts'
import { grayOf, grayRows, hexOf, hexRows, ran } from '../../support/pixel-rows.ts'
import { flat } from '../../support/sample-images.ts'

/** `#` is white, `+` 90, all else black. */
const drawn = (...rows: readonly string[]): Pixels =>
  grayRows(...rows.map((row) => [...row].map((sign) => (sign === '#' ? 255 : sign === '+' ? 90 : 0))))

const signsOf = (image: Pixels): string[] =>
  grayOf(image).map((row) => row.map((value) => (value === 255 ? '#' : value === 0 ? '.' : '+')).join(''))

const dot = drawn('.....', '.....', '..#..', '.....', '.....')
const hole = drawn('#####', '#####', '##.##', '#####', '#####')
const black = ['.....', '.....', '.....', '.....', '.....']
const white = ['#####', '#####', '#####', '#####', '#####']
const square = ['.....', '.###.', '.###.', '.###.', '.....']

describe('morphology', () => {
  it.each<[text: string, of: 'dot' | 'hole', rows: string[]]>([
    ['erode', 'dot', black],
    ['dilate', 'dot', square],
    ['dilate:3,cross', 'dot', ['.....', '..#..', '.###.', '..#..', '.....']],
    ['dilate:5,ellipse', 'dot', ['..#..', '#####', '#####', '#####', '..#..']],
    ['dilate:3,iterations=2', 'dot', white],
    ['dilate:3,cross,iterations=2', 'dot', ['..#..', '.###.', '#####', '.###.', '..#..']],
    ['open', 'dot', black],
    ['close', 'dot', ['.....', '.....', '..#..', '.....', '.....']],
    ['gradient', 'dot', square],
    ['tophat', 'dot', ['.....', '.....', '..#..', '.....', '.....']],
    ['blackhat', 'dot', black],
    ['erode', 'hole', ['#####', '#...#', '#...#', '#...#', '#####']],
    ['dilate', 'hole', white],
    ['open', 'hole', ['#####', '#####', '##.##', '#####', '#####']],
    ['close', 'hole', white],
    ['tophat', 'hole', black],
    ['blackhat', 'hole', ['.....', '.....', '..#..', '.....', '.....']],
    ['erode:1', 'hole', ['#####', '#####', '##.##', '#####', '#####']],
  ])('%s of a %s', async (text, of, rows) => {
    expect(signsOf(await ran(text, of === 'dot' ? dot : hole))).toEqual(rows)
  })

  it.each(['erode:5', 'dilate:5', 'open:5', 'close:5'])('sees nothing beyond the border: %s', async (text) => {
    for (const value of [0, 130, 255]) {
      expect(new Set((await ran(text, flat(7, 4, 1, value))).data)).toEqual(new Set([value]))
    }
  })

  it('treats the channels of rgb one by one', async () => {
    const image = hexRows('000000 000000 000000 000000', '000000 ff0000 0000ff 000000', '000000 000000 000000 000000')
    expect(hexOf(await ran('dilate', image))[0]).toBe('ff0000 ff00ff ff00ff 0000ff')
  })
})

describe('remove-specks', () => {
  it('removes white things of fewer pixels than asked', async () => {
    const image = drawn('#..##', '...##', '.....', '#....', '.#...')
    expect(signsOf(await ran('remove-specks:3', image))).toEqual(['...##', '...##', '.....', '.....', '.....'])
    // touching at a corner they are one thing
    expect(signsOf(await ran('remove-specks:2', image))).toEqual(['...##', '...##', '.....', '#....', '.#...'])
    expect(signsOf(await ran('remove-specks:1', image))).toEqual(['#..##', '...##', '.....', '#....', '.#...'])
  })

  it('takes 128 for white and 127 for black', async () => {
    expect(grayOf(await ran('remove-specks:1', grayRows([127, 128])))).toEqual([[0, 255]])
  })
})

describe('fill-holes', () => {
  it('fills what the border cannot be reached from, over corners neither', async () => {
    const image = drawn('.....', '.###.', '.#.#.', '..#..', '.....')
    expect(signsOf(await ran('fill-holes', image))).toEqual(['.....', '.###.', '.###.', '..#..', '.....'])
  })

  it('leaves bays open to the border, and holes larger than asked', async () => {
    const image = drawn('#######', '#.#..#.', '#######', '#.#####', '#.#####')
    expect(signsOf(await ran('fill-holes:area=1', image))).toEqual([
      '#######',
      '###..#.',
      '#######',
      '#.#####',
      '#.#####',
    ])
    expect(signsOf(await ran('fill-holes', image))).toEqual(['#######', '######.', '#######', '#.#####', '#.#####'])
  })
})

describe('distance-transform', () => {
  it('is the Euclidean distance, times the scale, rounded', async () => {
    const image = drawn('.###', '####')
    expect(grayOf(await ran('distance-transform:10', image))).toEqual([
      [0, 10, 20, 30],
      [10, 14, 22, 32],
    ])
  })

  it('is white where there is no black pixel, and never more than white', async () => {
    expect(new Set((await ran('distance-transform:0.01', flat(4, 3, 1, 255))).data)).toEqual(new Set([255]))
    expect(grayOf(await ran('distance-transform:200', drawn('.##')))).toEqual([[0, 200, 255]])
  })
})
