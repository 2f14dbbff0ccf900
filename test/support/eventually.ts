/** Waiting for a condition in real time, where sockets and threads decide when it holds. */

import { setTimeout as pause } from 'node:timers/promises'

/** Only what never comes is to end a wait: a busy machine takes minutes for what an idle one does in seconds. */
export const PATIENCE_MS = 200_000

/** Resolves as soon as `condition` holds; throws with what `describe` says when `withinMs` pass first. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  withinMs = PATIENCE_MS,
  describe: () => unknown = () => condition.toString(),
): Promise<void> {
  const untilMs = performance.now() + withinMs
  while (!(await condition())) {
    if (performance.now() > untilMs) throw new Error(`did not hold within ${withinMs} ms: ${String(describe())}`)
    await pause(10)
  }
}
