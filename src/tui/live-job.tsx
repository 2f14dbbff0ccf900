/**
 * Shows a running job on a terminal: one frame at most every 1/LIVE_FRAMES_PER_SECOND, however many events come, and
 * only the lines that changed are written. The last frame is taken away again, so that the summary stands alone.
 */

import { render } from 'ink'
import type { Clock, Timer } from '../base/clock.ts'
import { LIVE_FRAMES_PER_SECOND } from '../base/limits.ts'
import type { JobEvent } from '../peer/job-events.ts'
import type { ClusterSnapshot } from '../peer/snapshot.ts'
import { ansiOf } from './dashboard/lines.ts'
import { jobFrameLines } from './job-frame.ts'
import { EMPTY_JOB_STATE, reduceJobState } from './job-state.ts'
import { createJobStopwatch } from './job-stopwatch.ts'
import { TextRows } from './text-rows.tsx'

/** What is needed of the terminal; Ink asks for a whole stream. */
export type Terminal = NodeJS.WriteStream

export interface LiveJob {
  event(event: JobEvent): void
  /** Takes the view off the screen; resolves when the terminal has it all. Idempotent. */
  close(): Promise<void>
}

/** Terminals that do not tell their size have had this one since 1978. */
const DEFAULT_SIZE = { columns: 80, rows: 24 } as const

/** @param snapshot of the cluster as the submitting peer sees it */
export function showLiveJob(terminal: Terminal, clock: Clock, snapshot: () => ClusterSnapshot): LiveJob {
  const stopwatch = createJobStopwatch(clock)
  let state = EMPTY_JOB_STATE
  let isOpen = true
  let timer: Timer | undefined

  const view = () => (
    <TextRows
      lines={jobFrameLines({
        state,
        elapsedMs: stopwatch.elapsedMs(),
        snapshot: snapshot(),
        size: {
          columns: terminal.columns || DEFAULT_SIZE.columns,
          rows: terminal.rows || DEFAULT_SIZE.rows,
        },
      }).map(ansiOf)}
    />
  )
  const app = render(view(), {
    stdout: terminal,
    exitOnCtrlC: false,
    // nothing here prints past the view, and a replaced console would outlive a view that was not closed
    patchConsole: false,
    incrementalRendering: true,
    maxFps: LIVE_FRAMES_PER_SECOND,
    interactive: true,
  })
  function draw(): void {
    app.rerender(view())
    timer = clock.setTimer(1000 / LIVE_FRAMES_PER_SECOND, draw)
  }
  function redrawAtOnce(): void {
    timer?.cancel()
    draw()
  }
  terminal.on('resize', redrawAtOnce)
  draw()

  return {
    event: (event) => {
      stopwatch.observe(event)
      state = reduceJobState(state, event)
    },
    close: async () => {
      if (!isOpen) return
      isOpen = false
      timer?.cancel()
      terminal.off('resize', redrawAtOnce)
      app.clear()
      app.unmount()
      await app.waitUntilExit()
    },
  }
}
