/** Bars and sparklines. What is full and what is empty differ in shape, not in colour alone. */

/** Without the full block: lanes that lie above one another would grow together. */
const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇'] as const

/** How much of `columns` is full for a share in [0, 1]; never all of it before the end. */
export function barParts(
  share: number,
  columns: number,
  [fullCell, emptyCell]: readonly [string, string] = ['━', '─'],
): { readonly full: string; readonly empty: string } {
  const bounded = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0
  const count = Math.floor(bounded * columns)
  return { full: fullCell.repeat(count), empty: emptyCell.repeat(columns - count) }
}

/** One character for a share in (0, 1]. */
export function levelOf(share: number): string {
  const index = Math.ceil(Math.min(1, Math.max(0, share)) * LEVELS.length) - 1
  return LEVELS[Math.max(0, index)] ?? '▇'
}

/** One character a value, the highest at the top; what is zero is a dot. */
export function sparkline(values: readonly number[], columns: number): string {
  const shown = values.slice(-columns)
  const highest = Math.max(1, ...shown)
  return shown
    .map((value) => (value <= 0 ? '·' : levelOf(value / highest)))
    .join('')
    .padStart(columns)
}
