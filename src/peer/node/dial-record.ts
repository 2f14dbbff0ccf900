/** How dials went: when a failed target may be tried again, and why the last try of a configured address failed. */

import type { Clock } from '../../base/clock.ts'
import type { MurmurationError } from '../../base/errors.ts'
import { MAX_DIAL_PROBLEMS, MAX_PEERS, REDIAL_FIRST_MS, REDIAL_MAX_MS } from '../../base/limits.ts'
import type { Random } from '../../base/random.ts'
import type { DialProblem } from './cluster-node.ts'
import type { DialTarget } from './dial-plan.ts'

export interface DialRecord {
  canTry(key: string): boolean
  succeeded(target: DialTarget): void
  /** True when it makes a problem that was not told before. */
  failed(target: DialTarget, error: MurmurationError): boolean
  /** Everything may be tried at once: what made dials fail has changed. */
  forgetFailures(): void
  problems(): readonly DialProblem[]
}

export function createDialRecord(clock: Clock, random: Random): DialRecord {
  const failures = new Map<string, { readonly count: number; readonly nextTryMs: number }>()
  const problems = new Map<string, DialProblem>()

  return {
    canTry: (key) => clock.now() >= (failures.get(key)?.nextTryMs ?? Number.NEGATIVE_INFINITY),
    succeeded(target) {
      failures.delete(target.key)
      for (const address of target.addresses) problems.delete(address)
    },
    failed(target, error) {
      const count = (failures.get(target.key)?.count ?? 0) + 1
      const delayMs = Math.min(REDIAL_MAX_MS, REDIAL_FIRST_MS * 2 ** (count - 1))
      // Jitter: peers that lost the same one do not all come back in the same moment.
      setBounded(failures, MAX_PEERS, target.key, { count, nextTryMs: clock.now() + delayMs * (0.5 + random.next()) })
      // That peers of earlier lives are gone is no problem of anybody; that one holds another key now is.
      if (target.peer !== undefined && error.code !== 'ERR_WRONG_KEY') return false
      const isNew = target.addresses.some((address) => problems.get(address)?.message !== error.message)
      for (const address of target.addresses) {
        setBounded(problems, MAX_DIAL_PROBLEMS, address, { address, code: error.code, message: error.message })
      }
      return isNew
    },
    forgetFailures: () => failures.clear(),
    problems: () => [...problems.values()],
  }
}

/** Sets the newest entry; beyond `max` the oldest goes. */
function setBounded<K, V>(map: Map<K, V>, max: number, key: K, value: V): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= max) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}
