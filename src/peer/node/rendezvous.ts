/** This peer's file in `running/` while it runs, and the others' files there. */

import type { RunningPeer } from '../identity/running-peers.ts'
import { announceRunning, readRunning } from '../identity/running-peers.ts'
import type { NamedPeer } from './dial-plan.ts'

export interface Rendezvous {
  /** @throws MurmurationError ERR_DATA_DIR */
  announce(): Promise<void>
  /** Everybody there, oneself included. */
  read(): Promise<readonly NamedPeer[]>
  /** Takes one's own file back for good. */
  withdraw(): Promise<void>
}

export type OwnEntry = Omit<RunningPeer, 'pid' | 'host'>

export function createRendezvous(folder: string, compose: () => OwnEntry): Rendezvous {
  let announced: Promise<() => Promise<void>> | undefined
  let isWithdrawn = false

  async function announce(): Promise<void> {
    announced = announceRunning(folder, compose())
    await announced
  }

  return {
    announce,
    async read() {
      const running = await readRunning(folder)
      // A peer of the same name may have taken the file for one that was left behind: say it again.
      if (!isWithdrawn && !running.some(({ id }) => id === compose().id)) await announce()
      return running
    },
    async withdraw() {
      isWithdrawn = true
      const take = await announced?.catch(() => undefined)
      await take?.()
    },
  }
}
