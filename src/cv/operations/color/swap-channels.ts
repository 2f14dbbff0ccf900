import { defineOperation } from '../operation.ts'

const ORDERS = ['rbg', 'grb', 'gbr', 'brg', 'bgr'] as const

export const swapChannels = defineOperation({
  name: 'swap-channels',
  summary: 'Gives red, green and blue another order; a gray image stays as it is.',
  suffix: '',
  reach: 0,
  parameters: {
    order: {
      type: 'choice',
      default: 'bgr',
      choices: ORDERS,
      summary: 'The channels that become red, green and blue.',
    },
  },
  example: 'swap-channels:brg',
  version: 1,
  apply(image, { order }, { openCv: { cv }, scope }) {
    if (image.channels() === 1) return image
    const result = scope.mat()
    if (order === 'bgr') {
      cv.cvtColor(image, result, cv.COLOR_RGB2BGR)
      return result
    }
    const planes = scope.matVector()
    cv.split(image, planes)
    const swapped = scope.matVector()
    for (const channel of order) swapped.push_back(scope.own(planes.get('rgb'.indexOf(channel))))
    cv.merge(swapped, result)
    return result
  },
})
