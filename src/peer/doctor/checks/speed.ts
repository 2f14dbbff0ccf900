/** Executors that are much slower than the others, and what is known of why. */

import type { PeerSnapshot } from '../../snapshot.ts'
import { type Check, ok, warning } from '../check.ts'
import { executorsIn } from '../world.ts'

/** Times the median: below it machines merely differ. */
const SLOW_FACTOR = 3
/** Of an image, in the mean: of smaller ones the time goes into what every image costs, however small, and not into its pixels. */
const MIN_JUDGED_MEGAPIXELS = 0.1

export const speed: Check = {
  name: 'speed',
  summary: 'no executor is much slower than the others',
  async run(world) {
    const worked = executorsIn(await world.sight()).filter(({ msPerMegapixel }) => msPerMegapixel > 0)
    if (worked.length < 2) return [ok('too few executors have worked to compare their speed')]
    const measured = worked.filter((peer) => megapixelsPerTask(peer) >= MIN_JUDGED_MEGAPIXELS)
    if (measured.length < 2) return [ok('too few executors have worked on images large enough to compare their speed')]
    const sorted = measured.map(({ msPerMegapixel }) => msPerMegapixel).sort((a, b) => a - b)
    // the lower one of two: of two peers the faster is the measure
    const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
    const slow = measured.filter(({ msPerMegapixel }) => msPerMegapixel > SLOW_FACTOR * median)
    if (slow.length === 0) return [ok('the executors are about equally fast')]
    return slow.map(({ name, msPerMegapixel, slots }) =>
      warning(
        `${name} takes ${Math.round(msPerMegapixel)} ms per megapixel, the usual is ${Math.round(median)} ms`,
        `Other programs may use its CPU, or it has more slots (${slots}) than free cores: run \`peer doctor\` there.`,
      ),
    )
  },
}

/** About: its time per task is over all it did, what it takes per megapixel over the latest. */
function megapixelsPerTask(peer: PeerSnapshot): number {
  const all = Object.values(peer.strategies)
  const tasks = all.reduce((sum, strategy) => sum + strategy.tasks, 0)
  const totalMs = all.reduce((sum, strategy) => sum + strategy.totalMs, 0)
  return tasks === 0 ? 0 : totalMs / tasks / peer.msPerMegapixel
}
