import { defineOperation } from '../operation.ts'

const CHANNELS = ['red', 'green', 'blue'] as const

export const extractChannel = defineOperation({
  name: 'extract-channel',
  summary: 'Gives one channel as a gray image; a gray image stays as it is.',
  suffix: '',
  gives: 'gray',
  reach: 0,
  parameters: {
    channel: { type: 'choice', default: 'red', choices: CHANNELS, summary: 'Which one.' },
  },
  example: 'extract-channel:blue',
  version: 1,
  apply(image, { channel }, { openCv: { cv }, scope }) {
    if (image.channels() === 1) return image
    const planes = scope.matVector()
    cv.split(image, planes)
    return scope.own(planes.get(CHANNELS.indexOf(channel)))
  },
})
