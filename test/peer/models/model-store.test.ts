import { describe, expect, it } from 'vitest'
import { MurmurationError } from '../../../src/base/errors.ts'
import { type PeerId, peerId } from '../../../src/base/ids.ts'
import { MAX_MODEL_FETCHES } from '../../../src/base/limits.ts'
import { createModelCache } from '../../../src/peer/models/model-cache.ts'
import { createModelStore, type ModelStore } from '../../../src/peer/models/model-store.ts'
import { digestOf } from '../../support/analyze.ts'
import { eventually } from '../../support/eventually.ts'
import { rejectionOf } from '../../support/rejection.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const ALPHA = peerId('alpha')
const BETA = peerId('beta')
const BYTES = new Uint8Array(100).fill(3)
const DIGEST = digestOf(BYTES)

interface Fetch {
  readonly from: PeerId
  readonly digest: string
  readonly signal: AbortSignal
  give(bytes: Uint8Array): void
  fail(): void
}

/** A store whose fetches are in the test's hands. */
async function handStore(): Promise<{ store: ModelStore; fetches: Fetch[] }> {
  const fetches: Fetch[] = []
  const store = createModelStore({
    cache: createModelCache(await temporaryFolder()),
    fetch: (from, digest, { signal }) =>
      new Promise((give, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        const fail = (): void => reject(new MurmurationError('ERR_PEER_LOST', 'the connection was closed'))
        fetches.push({ from, digest, signal, give, fail })
      }),
  })
  return { store, fetches }
}

describe('models of tasks', () => {
  it('are fetched once, whatever the number of tasks that wait for them', async () => {
    const { store, fetches } = await handStore()
    const waiting = Array.from({ length: 20 }, (_, index) => store.obtain(DIGEST, index % 2 ? ALPHA : BETA))
    await eventually(() => fetches.length > 0)
    fetches[0]?.give(BYTES)
    const models = await Promise.all(waiting)
    expect(new Set(models.map(({ path }) => path)).size).toBe(1)
    await store.obtain(DIGEST, BETA)
    expect(fetches.map(({ digest }) => digest)).toEqual([DIGEST])
  })

  it('that one coordinator does not give come from the other that has them', async () => {
    const { store, fetches } = await handStore()
    const ofAlpha = store.obtain(DIGEST, ALPHA)
    const ofBeta = store.obtain(DIGEST, BETA)
    await eventually(() => fetches.length === 1)
    fetches[0]?.fail()
    expect(await rejectionOf(ofAlpha)).toMatchObject({
      code: 'ERR_MODEL_FETCH',
      message: 'the model could not be fetched: the connection was closed',
    })
    await eventually(() => fetches.length === 2)
    expect(fetches[1]?.from).toBe(BETA)
    fetches[1]?.give(BYTES)
    expect((await ofBeta).path).toContain(DIGEST)
  })

  it('fail all tasks of a coordinator that does not give them at once, and are asked for again by later ones', async () => {
    const { store, fetches } = await handStore()
    const waiting = [1, 2, 3].map(() => rejectionOf(store.obtain(DIGEST, ALPHA)))
    await eventually(() => fetches.length === 1)
    fetches[0]?.fail()
    expect((await Promise.all(waiting)).map(({ code }) => code)).toEqual(Array(3).fill('ERR_MODEL_FETCH'))
    const later = store.obtain(DIGEST, ALPHA)
    await eventually(() => fetches.length === 2)
    fetches[1]?.give(BYTES)
    await later
  })

  it('are not all fetched at once', async () => {
    const { store, fetches } = await handStore()
    const models = Array.from({ length: MAX_MODEL_FETCHES + 2 }, (_, index) => new Uint8Array(10).fill(index))
    const waiting = models.map((bytes) => store.obtain(digestOf(bytes), ALPHA))
    for (let given = 0; given < models.length; given++) {
      const expected = Math.min(models.length, MAX_MODEL_FETCHES + given)
      await eventually(() => fetches.length === expected)
      const fetch = fetches[given]
      fetch?.give(models.find((bytes) => digestOf(bytes) === fetch.digest) ?? BYTES)
      await Promise.race(waiting)
    }
    expect(await Promise.all(waiting)).toHaveLength(models.length)
  })

  it('are not waited for once the store is closed', async () => {
    const { store, fetches } = await handStore()
    const waiting = rejectionOf(store.obtain(DIGEST, ALPHA))
    await eventually(() => fetches.length === 1)
    store.close()
    expect((await waiting).code).toBe('ERR_MODEL_FETCH')
    expect((await rejectionOf(store.obtain(DIGEST, ALPHA))).code).toBe('ERR_CANCELLED')
  })
})
