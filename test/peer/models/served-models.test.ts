import { expect, it } from 'vitest'
import { type PeerId, peerId } from '../../../src/base/ids.ts'
import type { Model } from '../../../src/peer/models/model-file.ts'
import { createServedModels } from '../../../src/peer/models/served-models.ts'
import type { ClusterPort } from '../../../src/peer/ports.ts'

const SELF = peerId('self')
const USED = peerId('used')
const STRANGER = peerId('stranger')
const model: Model = { path: 'net.onnx', digest: 'ab'.repeat(32), bytes: new Uint8Array(3) }

/** A cluster whose streams never open: asking for one is enough to be one of the job's peers. */
const cluster: ClusterPort = {
  executors: () => [],
  onChange: () => () => undefined,
  open: () => new Promise(() => undefined),
  announceJob: () => undefined,
}

it('gives a model to the peers that a running job uses, and to nobody else', () => {
  const models = createServedModels(SELF)
  const sent: PeerId[] = []
  const job = models.serve(model, { cluster, onSent: (peer) => sent.push(peer) })
  expect(models.find(model.digest, USED)).toBeUndefined()
  void job.cluster.open(USED, { signal: new AbortController().signal })
  const found = models.find(model.digest, USED)
  expect(found?.bytes).toBe(model.bytes)
  found?.onSent()
  expect(sent).toEqual([USED])
  expect(models.find(model.digest, SELF)).toBeDefined()
  expect(models.find(model.digest, STRANGER)).toBeUndefined()
  expect(models.find('cd'.repeat(32), USED)).toBeUndefined()

  const other = models.serve(model, { cluster, onSent: () => undefined })
  job.stop()
  expect(models.find(model.digest, USED)).toBeUndefined()
  expect(models.find(model.digest, SELF)).toBeDefined()
  other.stop()
  expect(models.find(model.digest, SELF)).toBeUndefined()
})
