/** The three operations of the race, as each contender is told them. Native OpenCV's are in native_operations.py. */

export interface RaceOperation {
  readonly name: 'canny' | 'gray' | 'gaussian'
  readonly pipeline: string
  /** ImageMagick's nearest. */
  readonly magick: readonly string[]
  /** Outputs of OpenCV's contenders agree when at most this share of samples differs by more than FAR_LEVELS. */
  readonly maxFarShare: number
}

/**
 * JPEG's losses are below it. Decoders differ by a level here and there, which moves a few edge pixels, and equalizing
 * stretches a level to several.
 */
export const FAR_LEVELS = 24

/** The same for everybody, and colour at half resolution in all of them: at 90 and more only ours would keep all of it. */
export const QUALITY = 85

export const OPERATIONS: readonly RaceOperation[] = [
  {
    name: 'canny',
    pipeline: 'canny:100,200',
    magick: ['-colorspace', 'Gray', '-canny', '0x1+10%+30%'],
    maxFarShare: 0.03,
  },
  {
    name: 'gray',
    pipeline: 'grayscale | equalize | close:5',
    magick: ['-colorspace', 'Gray', '-equalize', '-morphology', 'Close', 'Square:2'],
    maxFarShare: 0.01,
  },
  { name: 'gaussian', pipeline: 'gaussian:15', magick: ['-gaussian-blur', '7x2.6'], maxFarShare: 0.001 },
]
