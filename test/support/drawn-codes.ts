/** Gray images with codes in them, made module by module. */

import type { Pixels } from '../../src/cv/pixels.ts'
import { qrModules } from './qr-code.ts'
import { flat } from './sample-images.ts'

/** A white image with dark modules, each of `modulePx`, from (left, top). */
export function drawModules(
  image: Pixels,
  modules: readonly (readonly boolean[])[],
  { left, top, modulePx }: { readonly left: number; readonly top: number; readonly modulePx: number },
): Pixels {
  const data = image.data.slice()
  for (const [row, line] of modules.entries()) {
    for (const [column, isDark] of line.entries()) {
      if (!isDark) continue
      for (let y = 0; y < modulePx; y++) {
        const start = (top + row * modulePx + y) * image.widthPx + left + column * modulePx
        data.fill(0, start, start + modulePx)
      }
    }
  }
  return { ...image, data }
}

/** A QR code of `text` (at most 17 bytes), 105 px a side, from (40, 50) in 200 x 220 px. */
export const qrImage = (text: string): Pixels =>
  drawModules(flat(200, 220, 1, 255), qrModules(text), { left: 40, top: 50, modulePx: 5 })

const LEFT_ODD = [
  '0001101',
  '0011001',
  '0010011',
  '0111101',
  '0100011',
  '0110001',
  '0101111',
  '0111011',
  '0110111',
  '0001011',
]
const PARITY = ['LLLLLL', 'LLGLGG', 'LLGGLG', 'LLGGGL', 'LGLLGG', 'LGGLLG', 'LGGGLL', 'LGLGLG', 'LGLGGL', 'LGGLGL']
const inverted = (bits: string): string => bits.replace(/[01]/g, (bit) => (bit === '0' ? '1' : '0'))
const reversed = (text: string): string => [...text].reverse().join('')

/** The modules of an EAN-13 (GS1 General Specifications): guard, six digits, guard, six digits, guard. */
function eanModules(digits: string): boolean[] {
  const parity = PARITY[Number(digits[0])] ?? ''
  const left = [...digits.slice(1, 7)].map((digit, at) => {
    const odd = LEFT_ODD[Number(digit)] ?? ''
    return parity[at] === 'L' ? odd : reversed(inverted(odd))
  })
  const right = [...digits.slice(7)].map((digit) => inverted(LEFT_ODD[Number(digit)] ?? ''))
  return [...`101${left.join('')}01010${right.join('')}101`].map((bit) => bit === '1')
}

/** An EAN-13 of 3 px a module, 285 x 120 px, from (257, 240) in 800 x 600 px: OpenCV's search wants room around it. */
export function eanImage(digits: string): Pixels {
  const row = eanModules(digits)
  return drawModules(flat(800, 600, 1, 255), new Array(40).fill(row), { left: 257, top: 240, modulePx: 3 })
}
