/** Ctrl-C and its relatives: the first interrupts in good order, the second ends the process at once. */

import { MurmurationError } from '../base/errors.ts'
import type { CliWorld } from './world.ts'

const INTERRUPTED_EXIT_CODE = 130

export interface Interruption {
  /** Aborts at the first interrupt, with ERR_INTERRUPTED as its reason. */
  readonly signal: AbortSignal
  /** Stops listening: from then on the process reacts to signals as any other. */
  release(): void
}

/** @param beforeExit called at the second interrupt, just before the process ends; must not wait. */
export function watchInterrupts(world: CliWorld, beforeExit: () => void = () => undefined): Interruption {
  const controller = new AbortController()
  const release = world.onInterrupt(() => {
    if (!controller.signal.aborted) {
      controller.abort(new MurmurationError('ERR_INTERRUPTED', 'The command was interrupted'))
      return
    }
    beforeExit()
    world.exitNow(INTERRUPTED_EXIT_CODE)
  })
  return { signal: controller.signal, release }
}

/** Resolves at the first interrupt. */
export function untilInterrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
