import { defineOperation } from '../operation.ts'

export const bilateral = defineOperation({
  name: 'bilateral',
  summary: 'Smooths what is nearly of one colour and keeps edges (bilateral filter); slow for large diameters.',
  suffix: '',
  reach: ({ diameter }) => Math.floor(diameter / 2),
  parameters: {
    diameter: {
      type: 'integer',
      default: 9,
      min: 3,
      max: 31,
      isOdd: true,
      unit: 'px',
      summary: 'Diameter of the neighbourhood.',
    },
    color: {
      type: 'number',
      default: 75,
      min: 1,
      max: 500,
      unit: 'levels',
      summary: 'Standard deviation in colour: neighbours that differ by much more do not count.',
    },
    space: {
      type: 'number',
      default: 75,
      min: 1,
      max: 500,
      unit: 'px',
      summary: 'Standard deviation in space: neighbours that are much further away do not count.',
    },
  },
  example: 'bilateral:9,color=40',
  version: 1,
  apply(image, { diameter, color, space }, { openCv: { cv }, scope }) {
    const result = scope.mat()
    cv.bilateralFilter(image, result, diameter, color, space)
    return result
  },
})
