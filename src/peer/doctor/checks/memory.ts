/** Whether all slots could work on the largest images at once. */

import { DEFAULT_MAX_PIXELS, WORKER_BASE_BYTES, WORKER_BYTES_PER_PIXEL } from '../../../base/limits.ts'
import { type Check, ok, warning } from '../check.ts'
import { localExecutors } from '../world.ts'

export const memory: Check = {
  name: 'memory',
  summary: 'the memory suffices for as many of the largest images as there are slots',
  async run(world) {
    const { machine, options } = world
    const here = localExecutors(await world.sight(), await world.running())
    const planned = {
      name: 'peer start',
      slots: options.slots ?? machine.parallelism,
      maxPixels: options.maxPixels ?? DEFAULT_MAX_PIXELS,
    }
    const memoryBytes = machine.memoryBytes()
    const wanted = here.length > 0 ? here : [planned]
    const neededBytes = wanted.reduce((sum, { slots, maxPixels }) => sum + slots * workerBytes(maxPixels), 0)
    if (neededBytes <= memoryBytes) return [ok(`${gigabytes(memoryBytes)} of memory suffice for all slots`)]
    const who = wanted.map(({ name, slots, maxPixels }) => `${name}: ${slots} slots of up to ${megapixels(maxPixels)}`)
    const [first = planned] = wanted
    const fitting = Math.max(1, Math.floor(memoryBytes / workerBytes(first.maxPixels)))
    return [
      warning(
        `the largest images in all slots at once may need ${gigabytes(neededBytes)}, and there are ${gigabytes(memoryBytes)} (${who.join('; ')})`,
        `Give --slots ${fitting} or a smaller --max-pixels; with small images it does not matter.`,
      ),
    ]
  },
}

const workerBytes = (maxPixels: number): number => WORKER_BASE_BYTES + WORKER_BYTES_PER_PIXEL * maxPixels
const gigabytes = (sizeBytes: number): string => `${Math.round((sizeBytes / 1024 ** 3) * 10) / 10} GB`
const megapixels = (count: number): string => `${Math.round(count / 100_000) / 10} MP`
