/** One heartbeat for all coordinators that have something here; it stops by itself when nobody has. */

import type { Clock, Timer } from '../../base/clock.ts'
import { BEAT_INTERVAL_MS, MAX_BEAT_TASKS } from '../../base/limits.ts'
import type { FreshLoad } from '../../protocol/messages.ts'
import { type CoordinatorLink, refOf } from './attempt.ts'

export interface Beats {
  /** To be called when something is held: the first beat follows within BEAT_INTERVAL_MS. */
  arm(): void
  stop(): void
}

export function createBeats(
  clock: Clock,
  links: ReadonlySet<CoordinatorLink>,
  freshLoad: (link: CoordinatorLink) => FreshLoad,
): Beats {
  let timer: Timer | undefined

  function beat(): void {
    timer = undefined
    for (const link of links) {
      if (link.held.size === 0) continue
      const held = Array.from(link.held.values(), refOf)
      const load = freshLoad(link)
      for (let start = 0; start < held.length; start += MAX_BEAT_TASKS) {
        link.channel.send({ kind: 'beat', held: held.slice(start, start + MAX_BEAT_TASKS), load })
      }
      arm()
    }
  }

  function arm(): void {
    timer ??= clock.setTimer(BEAT_INTERVAL_MS, beat)
  }

  return { arm, stop: () => timer?.cancel() }
}
