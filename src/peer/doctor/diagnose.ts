/**
 * Runs all checks at once, each with a deadline, and puts what they found into the order in which a person should read it:
 * problems, warnings, then what is well; among equals the order of the table, which has causes before what follows from them.
 */

import { withDeadline } from '../../base/clock.ts'
import { asMurmurationError } from '../../base/errors.ts'
import { DOCTOR_EXTRA_MS } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import { type Check, type Finding, type Level, warning } from './check.ts'
import type { DoctorWorld } from './world.ts'

const log = createLog('doctor')

export interface Diagnosis extends Finding {
  readonly check: string
}

const ORDER: readonly Level[] = ['problem', 'warning', 'ok']

export async function diagnose(checks: readonly Check[], world: DoctorWorld): Promise<readonly Diagnosis[]> {
  const found = await Promise.all(checks.map((check) => runCheck(check, world)))
  return found.flat().toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level))
}

async function runCheck(check: Check, world: DoctorWorld): Promise<readonly Diagnosis[]> {
  const { name } = check
  const patienceMs = world.options.waitMs + DOCTOR_EXTRA_MS
  const running = Promise.resolve().then(() => check.run(world))
  const findings = await withDeadline(world.clock, patienceMs, `the check "${name}"`, running).catch((error) => {
    log.error('%s - %e', name, error)
    return [warning(asMurmurationError(error).message, 'Run it again; with DEBUG=murmuration:* it says more.')]
  })
  return findings.map((finding) => ({ check: name, ...finding }))
}
