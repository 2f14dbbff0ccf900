/** Where cv::resize looks for each pixel of a row or column when it interpolates linearly, and with which weights. */

/** Two samples of a line, for each of the result. */
export interface LinearWeights {
  /** Index of the first; the second follows. */
  readonly places: readonly number[]
  /** Of both in turn, as shares of 2048. */
  readonly weights: readonly number[]
}

const UNITS = 2048

/** Rounds half to even. */
function rounded(value: number): number {
  const below = Math.floor(value)
  const rest = value - below
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below
}

interface Line {
  readonly fromPx: number
  readonly toPx: number
  /** INTER_AREA, which moves places so that enlarged pixels keep their width. */
  readonly isArea: boolean
}

/** In OpenCV's order of operations, single precision where it has it. Places of a column may be -1. */
export function linearWeights({ fromPx, toPx, isArea }: Line): LinearWeights {
  const factor = toPx / fromPx
  const scale = 1 / factor
  const places: number[] = []
  const weights: number[] = []
  for (let index = 0; index < toPx; index++) {
    let place: number
    let share: number
    if (isArea) {
      place = Math.floor(index * scale)
      const exact = Math.fround(index + 1 - (place + 1) * factor)
      share = exact <= 0 ? 0 : Math.fround(exact - Math.floor(exact))
    } else {
      const exact = Math.fround((index + 0.5) * scale - 0.5)
      place = Math.floor(exact)
      share = Math.fround(exact - place)
    }
    places.push(place)
    weights.push(rounded(Math.fround(1 - share) * UNITS), rounded(share * UNITS))
  }
  return { places, weights }
}

/** Those of a row, where OpenCV keeps both samples within it: what lies outside becomes its first or last pixel alone. */
export function withinRow({ places, weights }: LinearWeights, fromPx: number): LinearWeights {
  const within = weights.slice()
  return {
    places: places.map((place, index) => {
      if (place >= 0 && place < fromPx - 1) return place
      const isLeft = place < 0
      within.splice(2 * index, 2, isLeft ? UNITS : 0, isLeft ? 0 : UNITS)
      return isLeft ? 0 : fromPx - 2
    }),
    weights: within,
  }
}
