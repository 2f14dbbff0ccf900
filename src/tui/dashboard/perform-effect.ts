/** What the reducer asks of the peer, done; answers and faults come back as events. */

import { asMurmurationError, ERROR_CODES } from '../../base/errors.ts'
import type { DashboardPort } from './port.ts'
import type { Effect, UiEvent } from './reduce.ts'

/** The effects that are the peer's, not the screen's. */
export type PeerEffect = Exclude<Effect, { kind: 'redraw' | 'quit' }>

/** Never throws: what goes wrong is told on the screen. */
export function performEffect(effect: PeerEffect, port: DashboardPort, dispatch: (event: UiEvent) => void): void {
  perform(effect, port, dispatch).catch((error) => dispatch({ kind: 'told', text: faultOf(error), level: 'error' }))
}

async function perform(effect: PeerEffect, port: DashboardPort, dispatch: (event: UiEvent) => void): Promise<void> {
  const tell = (text: string): void => dispatch({ kind: 'told', text, level: 'info' })
  switch (effect.kind) {
    case 'set-load':
      port.setLoadProbability(effect.load)
      break
    case 'pause':
      port.pause()
      break
    case 'resume':
      port.resume()
      break
    case 'drain':
      await port.drain()
      tell('drained: this peer takes no more tasks')
      break
    case 'submit':
      try {
        dispatch({ kind: 'submitted', job: await port.submit(effect.request) })
      } catch (error) {
        dispatch({ kind: 'submit-failed', fault: faultOf(error) })
      }
      break
    case 'cancel':
      tell(port.cancelJob(effect.job) ? 'interrupted: r continues it' : 'this job runs no longer')
      break
    case 'retry':
      await port.retryJob(effect.job)
      tell('submitted again: only what failed or was left')
      break
    case 'join-line':
      try {
        dispatch({ kind: 'join-line', line: await port.joinLine(), fault: undefined })
      } catch (error) {
        dispatch({ kind: 'join-line', line: undefined, fault: faultOf(error) })
      }
      break
    case 'complete-path': {
      const { field, text } = effect
      dispatch({ kind: 'completed-path', field, asked: text, completion: await port.completePath(text) })
      break
    }
  }
}

/** The sentence and the next step. */
function faultOf(error: unknown): string {
  const known = asMurmurationError(error)
  const { help } = known.facts
  return `${known.message}. ${typeof help === 'string' ? help : ERROR_CODES[known.code].help}`
}
