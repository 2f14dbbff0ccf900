/** When the dashboard may have the terminal, and how it gets it. */

import type { Peer } from '../peer/peer.ts'
import type { DashboardEnd } from '../tui/dashboard/run-dashboard.tsx'
import type { CommandContext } from './command-context.ts'
import { createDashboardPort } from './dashboard-port.ts'
import { wantsLiveView } from './job-display.ts'

/** A terminal to draw on and a keyboard to type on, and nobody who asked for lines. */
export function wantsDashboard(context: CommandContext, tui: boolean): boolean {
  const { output, world } = context
  const isTerminal = world.terminal !== undefined && world.keyboard !== undefined
  return isTerminal && tui && !output.isJson && !output.isQuiet && wantsLiveView(context)
}

/** Shows the dashboard until the person quits or the signal aborts. */
export async function showDashboard(context: CommandContext, peer: Peer, signal: AbortSignal): Promise<DashboardEnd> {
  const { terminal, keyboard, clock, onCrash, holdStderr } = context.world
  if (terminal === undefined || keyboard === undefined) return 'interrupted'
  // loaded here, because React and Ink take 0.1 s that other commands need not spend
  const { runDashboard } = await import('../tui/dashboard/run-dashboard.tsx')
  const port = createDashboardPort(context, peer)
  const release = holdStderr()
  try {
    return await runDashboard({ terminal, keyboard, clock, port, signal, onCrash })
  } finally {
    release()
  }
}
