/** A terminal emulator's screen as SVG: the same cells and colours, in a font that every Debian has. */

import type { PseudoTerminal } from '../test/support/pseudo-terminal.ts'

const FONT = 'DejaVu Sans Mono'
const FONT_PX = 14
/** Of that font: a cell is as wide as its characters, and as high as its box drawing needs to join. */
const CELL_WIDTH_PX = FONT_PX * 0.60205
const CELL_HEIGHT_PX = FONT_PX * 1.164
const PADDING_PX = 14

const BACKGROUND = '#16181f'
const FOREGROUND = '#d5d9e6'
const DIM = '#7b8196'
/** The sixteen colours of the terminal, of which the dashboard uses these. */
const PALETTE: Readonly<Record<number, string>> = {
  0: '#10121a',
  1: '#f27a86',
  2: '#8fce7a',
  3: '#e6b768',
  4: '#7aa8f2',
  5: '#c193f0',
  6: '#67cfe0',
  7: '#d5d9e6',
}

interface Run {
  readonly x: number
  text: string
  columns: number
  readonly fill: string
  readonly background: string | undefined
  readonly isBold: boolean
}

type Emulator = PseudoTerminal['emulator']

export function screenSvg(emulator: Emulator): string {
  const width = Math.ceil(emulator.cols * CELL_WIDTH_PX + 2 * PADDING_PX)
  const height = Math.ceil(emulator.rows * CELL_HEIGHT_PX + 2 * PADDING_PX)
  const rows = Array.from({ length: emulator.rows }, (_, row) => rowSvg(emulator, row))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="${FONT}" font-size="${FONT_PX}" xml:space="preserve">`,
    ...rows,
    '</g>',
    '</svg>',
  ].join('\n')
}

function rowSvg(emulator: Emulator, row: number): string {
  const top = PADDING_PX + row * CELL_HEIGHT_PX
  return runsOf(emulator, row)
    .map(({ x, text, columns, fill, background, isBold }) => {
      const left = (PADDING_PX + x * CELL_WIDTH_PX).toFixed(2)
      const box =
        background === undefined
          ? ''
          : `<rect x="${left}" y="${top.toFixed(2)}" width="${(columns * CELL_WIDTH_PX).toFixed(2)}" height="${CELL_HEIGHT_PX.toFixed(2)}" fill="${background}"/>`
      const weight = isBold ? ' font-weight="bold"' : ''
      const baseline = (top + FONT_PX * 0.93).toFixed(2)
      const shown =
        text.trim() === '' ? '' : `<text x="${left}" y="${baseline}" fill="${fill}"${weight}>${escapeXml(text)}</text>`
      return box + shown
    })
    .join('')
}

/** Neighbouring cells that look alike. */
function runsOf(emulator: Emulator, row: number): readonly Run[] {
  const line = emulator.buffer.active.getLine(emulator.buffer.active.baseY + row)
  const runs: Run[] = []
  for (let x = 0; x < emulator.cols; x++) {
    const cell = line?.getCell(x)
    if (cell === undefined || cell.getWidth() === 0) continue
    const plain = cell.isFgPalette() ? (PALETTE[cell.getFgColor()] ?? FOREGROUND) : FOREGROUND
    const fill = cell.isDim() ? DIM : plain
    const background = cell.isBgPalette() ? PALETTE[cell.getBgColor()] : undefined
    const isBold = cell.isBold() !== 0
    const text = cell.getChars() || ' '
    const last = runs.at(-1)
    const isAlike = last?.fill === fill && last.background === background && last.isBold === isBold
    if (last !== undefined && isAlike && last.x + last.columns === x) {
      last.text += text
      last.columns += cell.getWidth()
    } else {
      runs.push({ x, text, columns: cell.getWidth(), fill, background, isBold })
    }
  }
  return runs
}

const escapeXml = (text: string): string =>
  text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character] ?? '')
