/**
 * How sharp an image is, by the variance of its Laplacian (Pech-Pacheco et al., 2000): a blurred image has few strong second
 * derivatives. The figure grows with noise and contrast, and is comparable between images of one size and kind.
 */

import { rounded } from '../../canonical-json.ts'
import { defineDataOperation } from '../operation.ts'

export const sharpness = defineDataOperation({
  name: 'sharpness',
  summary: 'Gives the variance of the Laplacian: the blurrier an image, the smaller.',
  accepts: 'gray',
  parameters: {
    aperture: { type: 'integer', default: 1, min: 1, max: 7, unit: 'px', isOdd: true, summary: 'Size of the kernel.' },
  },
  example: 'sharpness:3',
  version: 1,
  analyze(image, { aperture }, { openCv: { cv }, scope }) {
    const laplacian = scope.mat()
    cv.Laplacian(image, laplacian, cv.CV_64F, aperture)
    const mean = scope.mat()
    const deviation = scope.mat()
    cv.meanStdDev(laplacian, mean, deviation)
    return { laplacianVariance: rounded((deviation.data64F[0] ?? 0) ** 2, 6) }
  },
})
