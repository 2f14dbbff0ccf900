import { expect, it } from 'vitest'
import { loadPlanes, readPlanes } from '../../src/cv/colour-planes.ts'
import { Scope } from '../../src/cv/scope.ts'
import { testOpenCv } from '../support/opencv-instance.ts'

const openCv = await testOpenCv()

// the second is more than one band, and its last band is not a full one
it.each([
  [5, 3],
  [1000, 2111],
])('takes alpha off %d x %d pixels, and puts it back', (widthPx, heightPx) => {
  for (const channels of [2, 4] as const) {
    const live = openCv.liveObjects
    const data = Uint8Array.from({ length: widthPx * heightPx * channels }, (_, at) => (at * 2654435761) >>> 24)
    using images = new Scope(openCv)
    const planes = loadPlanes(images, openCv, { widthPx, heightPx, channels, data })
    expect(planes.colour.channels()).toBe(channels - 1)
    for (const pixel of [0, 7, widthPx * heightPx - 1]) {
      const samples = [
        ...planes.colour.data.subarray(pixel * (channels - 1), (pixel + 1) * (channels - 1)),
        planes.alpha?.data[pixel],
      ]
      expect(samples).toEqual([...data.subarray(pixel * channels, (pixel + 1) * channels)])
    }
    const back = readPlanes(openCv, planes)
    expect({ ...back, data: undefined }).toEqual({ widthPx, heightPx, channels, data: undefined })
    expect(Buffer.compare(back.data, data)).toBe(0)
    expect(openCv.liveObjects).toBe(live + 2)
  }
})
