/** Identities: one that two processes use at once, and one that a process holds without saying that it runs. */

import { join } from 'node:path'
import { isPeerName } from '../../identity/peer-name.ts'
import { conflictSentence } from '../../membership/identity-conflicts.ts'
import { type Check, type Finding, ok, problem, warning } from '../check.ts'
import type { DoctorWorld } from '../world.ts'

export const identity: Check = {
  name: 'identity',
  summary: 'no identity is used by two processes',
  async run(world) {
    const [sight, held] = await Promise.all([world.sight(), heldInSilence(world)])
    const conflicts = sight.kind === 'blind' ? [] : sight.conflicts
    const cloned = conflicts.map((conflict) =>
      problem(
        conflictSentence(conflict),
        'A data folder was copied. Stop one of the two and delete its folder below peers/ in its data folder: it gets a new identity.',
      ),
    )
    const findings = [...cloned, ...held]
    return findings.length > 0 ? findings : [ok('no identity is used twice')]
  },
}

async function heldInSilence({ options, files, running }: DoctorWorld): Promise<readonly Finding[]> {
  const names = (await files.list(join(options.dataDir, 'peers'))).filter(isPeerName)
  const known = new Set((await running()).map(({ pid }) => pid))
  const findings = await Promise.all(
    names.map(async (name): Promise<readonly Finding[]> => {
      const pid = await files.lockHolder(join(options.dataDir, 'peers', name, 'store', 'LOCK'))
      if (pid === undefined || known.has(pid)) return []
      const sentence = `process ${pid} holds the identity ${name}, but does not say that it runs: it hangs, or is just starting or ending`
      return [warning(sentence, `A new peer gets another name meanwhile. If it stays: end process ${pid}.`)]
    }),
  )
  return findings.flat()
}
