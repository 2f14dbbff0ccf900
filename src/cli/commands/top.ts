/** `peer top`: the cluster as an observer sees it, live; lines off a terminal. */

import type { LogLine } from '../../peer/snapshot.ts'
import { escapeControls } from '../../tui/text/escape.ts'
import type { CommandContext } from '../command-context.ts'
import type { CommandValues } from '../command-table.ts'
import { showDashboard, wantsDashboard } from '../dashboard.ts'
import { untilInterrupted, watchInterrupts } from '../interruption.ts'
import { peerOptions } from '../peer-options.ts'
import { statusJson } from '../status-json.ts'
import { statusLines } from './status.ts'

export async function runTop(context: CommandContext, values: CommandValues<'top'>): Promise<number> {
  const { world } = context
  const isDashboard = wantsDashboard(context, values.tui)
  const interruption = watchInterrupts(world)
  let isDashboardOpen = false
  try {
    const options = peerOptions(context, () => isDashboardOpen)
    const peer = await world.startPeer({ ...options, executor: false })
    try {
      if (interruption.signal.aborted) return 0
      await peer.waitForExecutors(1, values.wait)
      if (isDashboard) {
        isDashboardOpen = true
        await showDashboard(context, peer, interruption.signal)
        isDashboardOpen = false
        return 0
      }
      await context.output.json(statusJson(peer.snapshot()))
      for (const line of statusLines(peer.snapshot())) context.output.result(line)
      const stop = followLog(context, () => peer.snapshot().log, peer.onChange.bind(peer))
      await untilInterrupted(interruption.signal)
      stop()
      return 0
    } finally {
      await peer.stop()
    }
  } finally {
    interruption.release()
  }
}

/** Tells each line of the peer's log once, from now on; returns the way to stop. */
function followLog(
  { output }: CommandContext,
  read: () => readonly LogLine[],
  onChange: (listener: () => void) => () => void,
): () => void {
  let toldUntil = read().at(-1)
  function look(): void {
    const lines = read()
    const from = toldUntil === undefined ? 0 : lines.lastIndexOf(toldUntil) + 1
    for (const line of lines.slice(from)) {
      void output.json({ event: 'log', at: new Date(line.at).toISOString(), level: line.level, message: line.message })
      output.progress(`${new Date(line.at).toTimeString().slice(0, 8)} ${escapeControls(line.message)}`)
    }
    toldUntil = lines.at(-1)
  }
  return onChange(look)
}
