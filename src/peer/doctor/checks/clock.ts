/**
 * The clock, as far as it can be known: connections between machines whose clocks are an hour apart fail in their certificates,
 * and a file server may have another time than this machine. Nothing on the wire carries a date.
 */

import { CLOCKS_DIFFER } from '../../node/connector.ts'
import { type Check, type Finding, ok, problem, warning } from '../check.ts'
import { tryFolder } from '../folder-trial.ts'

/** 2026-01-01: this program is younger. */
const EARLIEST_TIME = Date.UTC(2026, 0, 1)
/** Far more than a slow disk explains. */
const MUCH_APART_MS = 60_000

export const wallClock: Check = {
  name: 'clock',
  summary: "this machine's clock agrees with others, as far as that can be known",
  async run(world) {
    const now = world.clock.wallTime()
    const findings: Finding[] = []
    if (now < EARLIEST_TIME) {
      const day = new Date(now).toISOString().slice(0, 10)
      findings.push(
        problem(
          `this machine's clock says ${day}, which is before this program was written: connections fail in their certificates`,
          'Set the clock, and turn on time synchronisation (NTP).',
        ),
      )
    }
    const trial = await tryFolder(world.files, world.options.dataDir)
    if (trial.kind === 'writable') {
      const apartMs = Math.abs(trial.trial.writtenAt - world.clock.wallTime())
      if (apartMs > MUCH_APART_MS) {
        const sentence = `the file system of ${world.options.dataDir} is ${Math.round(apartMs / 60_000)} min apart from this machine's clock`
        findings.push(warning(sentence, 'Turn on time synchronisation (NTP) here and on the file server.'))
      }
    }
    const sight = await world.sight()
    const apart =
      sight.kind === 'seen' ? sight.dialProblems.filter(({ message }) => message.includes(CLOCKS_DIFFER)) : []
    for (const { message } of apart)
      findings.push(problem(message, 'Set both clocks, and turn on time synchronisation (NTP).'))
    return findings.length > 0 ? findings : [ok("nothing speaks against this machine's clock")]
  },
}
