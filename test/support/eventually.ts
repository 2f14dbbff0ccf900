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
  for (;;) {
    // looked at before the condition: where this process stood still for that long, it is asked once more
    const isLast = performance.now() > untilMs
    if (await condition()) return
    if (isLast) throw new Error(`did not hold within ${withinMs} ms: ${String(describe())}`)
    await pause(10)
  }
}
