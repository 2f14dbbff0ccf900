/**
 * The kernels' module, compiled by scripts/simd-module.ts. ../simd-code.ts calls what has a type there.
 *
 * Functions for one row are exported only to stay functions: inlined into the loop over an image they would run it in V8's
 * baseline code, because a wasm function is replaced by its optimised version when it is called and never while it runs.
 */

export { adaptiveGaussian, compareToMean, floatRow, weighAlong, weighDown } from './adaptive'
export { box, divideLong, divideShort, slide, totalsLong, totalsShort } from './box'
export { canny, follow, show, squaresOf, sumsOf, thinSquares, thinSums } from './canny'
export { grayOfFour, grayOfThree, rearrange, transformThree } from './color'
export { filter, weighFloat, weighShort, weighWide, widen } from './filter'
export { flip, reverseOne, reverseThree } from './flip'
export { coupleAlong, gaussian, interleave, sumAlong, sumCouples, sumDown } from './gaussian'
export { gaussianShort, sumRows, sumShort } from './gaussian-short'
export { halve, halveFour, halveOne, halveThree } from './halve'
export { extremes, firstOf, line } from './levels'
export { magnitude, scaleAbsBytes, scaleAbsFloats, scaleAbsShorts } from './magnitude'
export { medianFive, mediansOfFive, mediansOfThree, medianThree, sortFive, sortThree } from './median'
export { threeOfYcrcb, transformWhole, ycrcbOfThree } from './mixed-colors'
export {
  greatestAlong,
  greatestOfRows,
  leastAlong,
  leastOfRows,
  morphPoints,
  morphRectangle,
} from './morphology'
export { inRangeOne, inRangeThree, mergeThree, splitThree } from './planes'
export { addWeighted, difference, invert, threshold } from './pointwise'
export { quarterTurn, turnOne, turnThree } from './quarter-turn'
export {
  addShare,
  floatsOf,
  floatsOfBytes,
  floatsOfShorts,
  meansAlong,
  resizeArea,
  roundToBytes,
  roundToShorts,
  spread,
} from './resize-area'
export { blendOne, blendRows, blendThree, resizeLinear } from './resize-linear'
export { meansOfOne, meansOfThree, resizeWhole, sumsDown } from './resize-whole'
export { horizontals, horizontalsOfFive, verticals, verticalsOfFive } from './sobel'
export { sampleBytes, sampleShorts, sampleThree, warp } from './warp'
export { placesAffine, placesPerspective } from './warp-places'
