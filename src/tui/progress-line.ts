/** A running job in one line, for terminals and logs that show no more. */

import { endedImages, imagesPerSecond, type JobState, remainingMs, type TileProgress } from './job-state.ts'
import { escapeControls } from './text/escape.ts'
import { countOf, formatDuration, formatRate } from './text/figures.ts'

/** `37/100 images, 12.3 images/s, 5.1 s left, 1 failed`. */
export function progressLine(state: JobState, elapsedMs: number, separator: string): string {
  const rate = imagesPerSecond(state, elapsedMs)
  const left = remainingMs(state, elapsedMs)
  return [
    `${endedImages(state)}/${countOf(state.total, 'image')}`,
    ...(rate === undefined ? [] : [`${formatRate(rate)} images/s`]),
    ...(left === undefined ? [] : [`${formatDuration(left)} left`]),
    ...(state.tiles === undefined ? [] : [tilesText(state.tiles)]),
    ...(state.alreadyDone === 0 ? [] : [`${state.alreadyDone} done before`]),
    ...(state.failed === 0 ? [] : [`${state.failed} failed`]),
    ...(state.watching.length === 0 ? [] : [`watching ${state.watching.map(escapeControls).join(' ')}`]),
  ].join(separator)
}

const tilesText = ({ path, done, total }: TileProgress): string =>
  `${escapeControls(path)}: ${done}/${countOf(total, 'tile')}`
