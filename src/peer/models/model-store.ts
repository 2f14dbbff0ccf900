/**
 * Where an executor's tasks get their models from: its disk, and where it is not there yet, the coordinator whose task needs it.
 * A model is fetched once, whatever the number of tasks that wait for it, and at most MAX_MODEL_FETCHES at once.
 */

import { asMurmurationError, MurmurationError } from '../../base/errors.ts'
import type { PeerId } from '../../base/ids.ts'
import { MAX_MODEL_FETCHES, MAX_MODEL_TRIES } from '../../base/limits.ts'
import { createLog } from '../../base/log.ts'
import type { HeldModel, ModelCache } from './model-cache.ts'

const log = createLog('model')

export interface ModelStore {
  /**
   * The model on the disk; whoever gets it releases it.
   * @throws MurmurationError ERR_MODEL_FETCH; ERR_CANCELLED where the store was closed before
   */
  obtain(digest: string, from: PeerId): Promise<HeldModel>
  /** Ends what is being fetched. */
  close(): void
}

export interface ModelStoreOptions {
  readonly cache: ModelCache
  /** The bytes, whose digest was checked. Must end by itself, and at once when the signal aborts. */
  fetch(from: PeerId, digest: string, options: { readonly signal: AbortSignal }): Promise<Uint8Array>
}

/** One model on its way to the disk, for all that wait for it. */
interface Bringing {
  readonly from: PeerId
  readonly done: Promise<void>
}

export function createModelStore({ cache, fetch }: ModelStoreOptions): ModelStore {
  const bringing = new Map<string, Bringing>()
  const closing = new AbortController()
  const waiting: (() => void)[] = []
  let running = 0

  async function fetchInTurn(digest: string, from: PeerId): Promise<HeldModel> {
    while (running >= MAX_MODEL_FETCHES) await new Promise<void>((resolve) => waiting.push(resolve))
    running++
    try {
      closing.signal.throwIfAborted()
      log('%s is fetched from %s', digest, from)
      return await cache.keep(digest, await fetch(from, digest, { signal: closing.signal }))
    } finally {
      running--
      waiting.shift()?.()
    }
  }

  async function bring(digest: string, from: PeerId): Promise<void> {
    const model = (await cache.hold(digest)) ?? (await fetchInTurn(digest, from))
    model.release()
  }

  function startBringing(digest: string, from: PeerId): Bringing {
    const done = bring(digest, from).finally(() => bringing.delete(digest))
    const started = { from, done }
    bringing.set(digest, started)
    return started
  }

  return {
    async obtain(digest, from) {
      let failure: unknown = new MurmurationError('ERR_MODEL_FETCH', 'the model does not stay where it is kept')
      for (let round = 0; round < MAX_MODEL_TRIES; round++) {
        closing.signal.throwIfAborted()
        // also where it is on the disk: two that look at the same moment must not both fetch it
        const shared = bringing.get(digest) ?? startBringing(digest, from)
        try {
          await shared.done
          const model = await cache.hold(digest)
          if (model !== undefined) return model
        } catch (error) {
          failure = error
          // what another coordinator did not give, this one may
          if (shared.from === from) break
        }
      }
      throw asFetchError(failure)
    },

    close() {
      closing.abort(new MurmurationError('ERR_CANCELLED', 'the executor was closed'))
    },
  }
}

function asFetchError(error: unknown): MurmurationError {
  const known = asMurmurationError(error)
  if (known.code === 'ERR_MODEL_FETCH') return known
  return new MurmurationError('ERR_MODEL_FETCH', `the model could not be fetched: ${known.message}`, { cause: error })
}
