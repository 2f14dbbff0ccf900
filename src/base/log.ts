/** Diagnostic log lines under `DEBUG=murmuration:*`, in the form of libp2p's own. Off by default and free when off. */

import { defaultLogger, type Logger } from '@libp2p/logger'

const root = defaultLogger()

export type { Logger }

/** A logger for one component: `createLog('gossip')` prints under `DEBUG=murmuration:gossip`. */
export const createLog = (component: string): Logger => root.forComponent(`murmuration:${component}`)
