import { createStream, drawAt } from '../../random/counter-random.ts'
import { defineOperation } from '../operation.ts'
import { copyByRows } from './rows.ts'

/** Shares of the 32-bit draws are exact to 2^-32. */
const DRAWS = 0x1_0000_0000

export const saltPepper = defineOperation({
  name: 'salt-pepper',
  summary: 'Turns a share of the pixels white or black, all channels at once.',
  suffix: '',
  reach: 0,
  parameters: {
    share: { type: 'number', default: 5, min: 0, max: 100, unit: '%', summary: 'Pixels that are changed.' },
    salt: { type: 'number', default: 50, min: 0, max: 100, unit: '%', summary: 'Of these, those turned white.' },
  },
  example: 'salt-pepper:2',
  version: 1,
  apply(image, { share, salt }, context) {
    const below = Math.round((share / 100) * DRAWS)
    const whiteBelow = Math.round((share / 100) * (salt / 100) * DRAWS)
    const stream = createStream(context.seed, 'salt-pepper')
    return copyByRows(image, context, (row, y, channels, left) => {
      const key = stream.row(y)
      for (let x = 0, at = 0; at < row.length; x++, at += channels) {
        const draw = drawAt(key, left + x)
        if (draw < below) row.fill(draw < whiteBelow ? 255 : 0, at, at + channels)
      }
    })
  },
})
