/** Figures for people: durations, sizes, shares and rates, each in one form everywhere. */

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const SIZE_UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/** `0.4 ms`, `12 ms`, `3.2 s`, `2 min 05 s`, `1 h 02 min`; what is no number reads `-`. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs) || durationMs < 0) return '-'
  if (durationMs === 0) return '0 ms'
  if (durationMs < 9.95) return `${durationMs.toFixed(1)} ms`
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`
  if (durationMs < 9_995) return `${(durationMs / SECOND_MS).toFixed(2)} s`
  if (durationMs < 59_950) return `${(durationMs / SECOND_MS).toFixed(1)} s`
  const seconds = Math.round(durationMs / SECOND_MS)
  if (seconds < HOUR_MS / SECOND_MS) return `${Math.floor(seconds / 60)} min ${twoDigits(seconds % 60)} s`
  const minutes = Math.round(durationMs / MINUTE_MS)
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`
}

/** For narrow columns, at most six wide: `320ms`, `4.2s`, `42s`, `2m05s`, `1h02m`, `3d04h`. */
export function formatBrief(durationMs: number): string {
  if (!Number.isFinite(durationMs) || durationMs < 0) return '-'
  if (durationMs < 999.5) return `${Math.round(durationMs)}ms`
  if (durationMs < 9_950) return `${(durationMs / SECOND_MS).toFixed(1)}s`
  const seconds = Math.round(durationMs / SECOND_MS)
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${twoDigits(seconds % 60)}s`
  const minutes = Math.round(durationMs / MINUTE_MS)
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`
  const hours = Math.round(durationMs / HOUR_MS)
  return `${Math.floor(hours / 24)}d${twoDigits(hours % 24)}h`
}

/** For narrow columns, at most five wide: `9999`, `12.3k`, `123k`, `4.5M`. */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return '-'
  if (count < 10_000) return String(Math.round(count))
  if (count < 99_950) return `${(count / 1000).toFixed(1)}k`
  if (count < 999_500) return `${Math.round(count / 1000)}k`
  return `${(count / 1_000_000).toFixed(count < 99_950_000 ? 1 : 0)}M`
}

/** `812 B`, `4.0 KiB`, `3.1 MiB`. */
export function formatBytes(sizeBytes: number): string {
  if (!Number.isFinite(sizeBytes) || sizeBytes < 0) return '-'
  if (sizeBytes < 1024) return `${Math.round(sizeBytes)} B`
  let value = sizeBytes / 1024
  let unit = 0
  while (value >= 1023.95 && unit < SIZE_UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${SIZE_UNITS[unit]}`
}

/** A share in [0, 1] as `37 %`. */
export const formatShare = (share: number): string => (Number.isFinite(share) ? `${Math.round(share * 100)} %` : '-')

/** `12.3`, `0.42`, `240`: three figures, so that columns stay narrow. */
export function formatRate(perSecond: number): string {
  if (!Number.isFinite(perSecond) || perSecond < 0) return '-'
  if (perSecond < 0.995) return perSecond.toFixed(2)
  return perSecond.toFixed(perSecond < 99.95 ? 1 : 0)
}

/** A load probability as `0.3`, with two decimals at most. */
export const formatLoad = (probability: number): string => String(Math.round(probability * 100) / 100)

/** `1 image`, `2 images`. */
export const countOf = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

const twoDigits = (value: number): string => String(value).padStart(2, '0')
