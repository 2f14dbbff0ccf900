/**
 * Bodies on their way out of one channel: first in, first out, cut into chunks one at a time, so that whoever sends them
 * can put a control frame between any two.
 */

import { MAX_CHUNK_BYTES } from '../base/limits.ts'
import type { AttemptRef, ChunkFrame } from '../protocol/messages.ts'
import type { SendBodyOptions } from './task-channel.ts'

export interface BodyQueue {
  /** Settles like `FrameChannel.sendBody`. */
  add(ref: AttemptRef, bytes: Uint8Array, options?: SendBodyOptions): Promise<void>
  /** Gives the next chunk, a view of its body, to `send`. Does nothing when there is none. */
  sendNext(send: (chunk: ChunkFrame) => void): void
  readonly isEmpty: boolean
  /** Rejects every body that is not through. */
  clear(error: Error): void
}

interface Body {
  readonly ref: AttemptRef
  readonly bytes: Uint8Array
  offset: number
  readonly onChunk: (() => void) | undefined
  /** Settles the promise and lets go of the signal. */
  readonly end: (error?: unknown) => void
}

export function createBodyQueue(): BodyQueue {
  let bodies: Body[] = []

  return {
    add(ref, bytes, { signal, onChunk } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        if (bytes.byteLength === 0) return resolve()
        const onAbort = (): void => {
          bodies = bodies.filter((other) => other !== body)
          reject(signal?.reason)
        }
        const end = (error?: unknown): void => {
          signal?.removeEventListener('abort', onAbort)
          if (error === undefined) resolve()
          else reject(error)
        }
        const body: Body = { ref, bytes, offset: 0, onChunk, end }
        bodies.push(body)
        signal?.addEventListener('abort', onAbort, { once: true })
      })
    },

    sendNext(send) {
      const body = bodies[0]
      if (body === undefined) return
      const { job, task, attempt } = body.ref
      const bytes = body.bytes.subarray(body.offset, body.offset + MAX_CHUNK_BYTES)
      send({ kind: 'chunk', job, task, attempt, offset: body.offset, bytes })
      body.offset += bytes.byteLength
      const isThrough = body.offset === body.bytes.byteLength
      // the queue is in order before anybody hears of it: `onChunk` may abort this body or add another
      if (isThrough) bodies.shift()
      body.onChunk?.()
      if (isThrough) body.end()
    },

    get isEmpty() {
      return bodies.length === 0
    },

    clear(error) {
      const unfinished = bodies
      bodies = []
      for (const body of unfinished) body.end(error)
    },
  }
}
