/** A port that somebody has to be told before he listens on it. Whoever can should listen on port 0 instead. */

import { createServer } from 'node:net'
import { MurmurationError } from '../../src/base/errors.ts'

/**
 * Ends like `work` with a port of loopback on which nobody listens. Until it is taken by `work` another program may take it, and
 * other test files run meanwhile: then `work` is expected to end with ERR_PORT_TAKEN, and is done from its beginning with another.
 */
export async function onFreePort<T>(work: (port: number) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work(await freePort())
    } catch (error) {
      if (!(error instanceof MurmurationError) || error.code !== 'ERR_PORT_TAKEN') throw error
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
