/** Peers that check each other: liars are found out, what they made does not stay, and nobody else is called one. */

import { journalOf, makersOf, outputsOf } from './check-outputs.ts'
import type { Run, SimJob } from './sim-job.ts'
import type { World } from './world.ts'
import { canJudge, isOfSoundMind, isUnruly } from './world-facts.ts'

/** Who may turn out to give wrong pixels: one that changes bits may change those of a digest. */
const MAY_BE_CONDEMNED: readonly string[] = ['liar', 'garbler']

export function checkTrust(world: World, job: SimJob, run: Run): void {
  const { verify } = job.plan
  const name = `${job.plan.name}, run ${run.number}`
  for (const event of run.emitted) {
    if (event.event === 'quarantined' && event.forMs === undefined) {
      const { character } = world.peerOf(event.peer.id)?.plan ?? {}
      const isWronged = isOfSoundMind(job) && (character === undefined || !MAY_BE_CONDEMNED.includes(character))
      if (isWronged) world.violated(`${name}: calls ${event.peer.name} a liar, which is ${character}: ${event.reason}`)
    }
    if (event.event !== 'done' && event.event !== 'tile-done') continue
    const { peer, verifiedBy } = event
    if (verifiedBy?.some(({ id }) => id === peer.id)) {
      world.violated(`${name}: ${peer.name} checked its own ${event.path}`)
    }
    if (verify < 1 || isUnruly(world) || !canJudge(world, job)) continue
    // the image's own event follows those of its tiles, which were checked
    if (event.event === 'done' && event.tiles !== undefined) continue
    const isDecided = verifiedBy === undefined ? peer.id === job.peer.id : verifiedBy.length > 0
    if (!isDecided) world.violated(`${name}: ${event.path} was not checked, though ${job.peer.plan.name} itself could`)
  }
}

/** Nothing of a liar that was found out is left when the job is done. */
export function checkRedone(world: World, job: SimJob): void {
  const last = job.runs.at(-1)
  const isComplete = last?.summary?.outcome === 'done' || last?.summary?.outcome === 'some-failed'
  if (!isComplete || isUnruly(world)) return
  const found = new Set(journalOf(job).flatMap(({ distrusted = [] }) => distrusted.map(({ id }) => id)))
  for (const event of last.emitted) {
    if (event.event === 'quarantined' && event.forMs === undefined) found.add(event.peer.id)
  }
  if (found.size === 0) return
  for (const [file, image, bytes] of outputsOf(job)) {
    const makers = makersOf(world, job, image, bytes)
    if (makers === 'right' || makers === 'nobody') continue
    const liar = makers.find(({ id }) => found.has(id))
    if (liar) world.violated(`${file} of ${job.plan.name} is still a lie of ${liar.plan.name}, which was found out`)
  }
}
