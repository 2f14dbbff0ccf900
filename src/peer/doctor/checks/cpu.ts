/** The CPU: what other programs leave, what a container allows, and whether timers come in time. */

import { type Check, type Finding, ok, warning } from '../check.ts'
import { localExecutors } from '../world.ts'

/** Above it a peer with `--load auto` refuses most tasks, and any peer is slow. */
const MUCH_USED = 0.7
/** Leases last 3 s and beats come each second: with timers this late peers begin to look dead to one another. */
const LATE_TIMER_MS = 200

export const cpu: Check = {
  name: 'cpu',
  summary: 'the CPU is free enough, and a container allows as many cores as there are slots',
  async run(world) {
    const { machine, options } = world
    const [sight, running, use, limit] = await Promise.all([
      world.sight(),
      world.running(),
      machine.cpuUse(),
      machine.cpuLimit(),
    ])
    const findings: Finding[] = []
    const percent = Math.round(use.others * 100)
    if (use.others >= MUCH_USED) {
      findings.push(
        warning(
          `other programs use ${percent} % of this machine's CPU: peers here are slow, and with --load auto refuse about as much`,
          'End what is not needed, or give the peer fewer --slots.',
        ),
      )
    }
    if (use.timerDelayMs >= LATE_TIMER_MS) {
      const sentence = `timers come ${Math.round(use.timerDelayMs)} ms late here: the CPU is starved, and others may take this machine's peers for dead`
      findings.push(
        warning(
          sentence,
          'Give peers fewer --slots, or start them with --load auto, which runs workers at low priority.',
        ),
      )
    }
    const here = localExecutors(sight, running)
    const wanted = here.length > 0 ? here : [{ name: 'peer start', slots: options.slots ?? machine.parallelism }]
    for (const { name, slots } of wanted) {
      if (limit === undefined || slots <= Math.ceil(limit)) continue
      const sentence = `${name} has ${slots} slots, but this container may use ${Math.round(limit * 10) / 10} cores (cgroup CPU limit): its tasks only wait for one another`
      findings.push(warning(sentence, `Give it --slots ${Math.max(1, Math.floor(limit))}, or raise the limit.`))
    }
    return findings.length > 0 ? findings : [ok(`${machine.cores} cores, other programs use ${percent} % of them`)]
  },
}
