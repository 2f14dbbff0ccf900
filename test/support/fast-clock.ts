/** The system's clock, some times faster: real sockets, but silences and intervals that a test can wait for. */

import { type Clock, systemClock } from '../../src/base/clock.ts'

export const createFastClock = (factor: number): Clock => ({
  now: () => systemClock.now() * factor,
  wallTime: () => systemClock.wallTime(),
  setTimer: (delayMs, callback) => systemClock.setTimer(delayMs / factor, callback),
})
