/** A job with a model of the user's own over peers that run as processes: the real protocol, threads, disk and OpenCV. */

import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { type Peer, type SubmitOptions, startPeer } from '../../src/index.ts'
import { CLASSIFIER, CLASSIFIER_DIGEST, type ClassifiedImage, makeClassifiedImages } from '../support/classifier.ts'
import { PATIENCE_MS } from '../support/eventually.ts'
import { withComment } from '../support/onnx-model.ts'
import { BY_PEERS, runCommand, startPeerProcess } from '../support/peer-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const PIPELINE = 'dnn:w=8,h=8'

const lineSchema = z.strictObject({
  path: z.string(),
  width: z.literal(9),
  height: z.literal(7),
  data: z.strictObject({
    outputs: z.tuple([
      z.strictObject({ name: z.literal('score'), shape: z.array(z.number()), values: z.array(z.number()) }),
    ]),
  }),
})

async function scoresIn(out: string): Promise<ClassifiedImage[]> {
  const text = await readFile(join(out, 'results.ndjson'), 'utf8')
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => lineSchema.parse(JSON.parse(line)))
  return lines
    .map(({ path, data: { outputs } }) => ({ path, score: outputs[0].values }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function setUp(count: number) {
  const folder = await temporaryFolder()
  const images = await makeClassifiedImages(join(folder, 'images'), count)
  const model = join(folder, 'net.onnx')
  await writeFile(model, CLASSIFIER)
  return { folder, input: join(folder, 'images'), images, model, dataDir: join(folder, 'data') }
}

const eventSchema = z.looseObject({ event: z.string(), peer: z.looseObject({ name: z.string() }).optional() })

it('sends a model to each peer once, whatever the number of images and jobs', async () => {
  const { folder, input, images, model, dataDir } = await setUp(24)
  const peers = await Promise.all(
    ['alpha', 'beta'].map((name) => startPeerProcess(dataDir, '--name', name, '--slots', '2', '--no-mdns')),
  )
  const submit = async (out: string, ...flags: string[]) => {
    const words = [
      'submit',
      input,
      '--op',
      PIPELINE,
      '--model',
      model,
      '--out',
      join(folder, out),
      '--json',
      ...BY_PEERS,
    ]
    const { code, stdout, stderr } = await runCommand([...words, ...flags, '--data-dir', dataDir, '--no-mdns'])
    expect([code, stderr]).toEqual([0, ''])
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => eventSchema.parse(JSON.parse(line)))
  }
  const namesIn = (events: Awaited<ReturnType<typeof submit>>, kind: string) =>
    events.filter(({ event }) => event === kind).map(({ peer }) => peer?.name)

  // whose stream is open late may miss a whole job: so many of them that both have worked, and one more
  const sent: unknown[] = []
  const worked = new Set<unknown>()
  for (let job = 0; worked.size < peers.length; job++) {
    const events = await submit(`out-${job}`, '--strategy', 'round-robin')
    expect(events[0]).toMatchObject({ event: 'planned', pipeline: `${PIPELINE},model=${CLASSIFIER_DIGEST}` })
    expect(await scoresIn(join(folder, `out-${job}`))).toEqual(images)
    sent.push(...namesIn(events, 'model-sent'))
    for (const name of namesIn(events, 'done')) worked.add(name)
  }
  expect(worked).toEqual(new Set(['alpha', 'beta']))
  expect(sent.sort()).toEqual(['alpha', 'beta'])
  for (const { name } of peers) {
    expect(await readdir(join(dataDir, 'peers', name, 'models'))).toEqual([CLASSIFIER_DIGEST])
  }

  const again = await submit('again', '--strategy', 'round-robin')
  expect(namesIn(again, 'model-sent')).toEqual([])
  expect(await scoresIn(join(folder, 'again'))).toEqual(images)
})

it('goes on elsewhere when a peer is killed while a model is on its way, and that peer keeps no part of it', async () => {
  const { folder, input, images, model, dataDir } = await setUp(30)
  await writeFile(model, withComment(CLASSIFIER, 32_000_000))
  const [alpha] = await Promise.all(
    ['alpha', 'beta'].map((name) => startPeerProcess(dataDir, '--name', name, '--slots', '1', '--no-mdns')),
  )
  const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', mdns: false, executor: false })
  onTestFinished(() => peer.stop({ atOnce: true }))
  expect(await peer.waitForExecutors(2, PATIENCE_MS)).toBe(true)
  const out = join(folder, 'out')
  const options = { pipeline: PIPELINE, model, out, local: 'never', waitMs: PATIENCE_MS } as const
  const submission = peer.submit(input, { ...options, strategy: 'round-robin' })
  for await (const event of submission) {
    // it asks for the model as it accepts
    if (event.event === 'accepted' && event.peer.name === 'alpha') alpha?.process.kill('SIGKILL')
  }
  expect(await submission.summary).toMatchObject({ outcome: 'done', done: 30, failed: 0 })
  expect(await scoresIn(out)).toEqual(images)
  await expect(readdir(join(dataDir, 'peers', 'alpha', 'models'))).rejects.toThrow('ENOENT')
  expect(await readdir(join(dataDir, 'peers', 'beta', 'models'))).toHaveLength(1)
})

async function ownPeer(dataDir: string): Promise<Peer> {
  const peer = await startPeer({ dataDir, listen: '/ip4/127.0.0.1/tcp/0', mdns: false, executor: { slots: 2 } })
  onTestFinished(() => peer.stop({ atOnce: true }))
  return peer
}

const alone = (options: SubmitOptions): SubmitOptions => ({
  local: 'always',
  waitMs: 0,
  pipeline: PIPELINE,
  ...options,
})

it('continues a job with the same model, and does it anew with another', async () => {
  const { folder, input, images, model, dataDir } = await setUp(20)
  const peer = await ownPeer(dataDir)
  const out = join(folder, 'out')
  const stop = new AbortController()
  const submission = peer.submit(input, alone({ model, out, signal: stop.signal }))
  for await (const event of submission) if (event.event === 'done') stop.abort()
  const before = await submission.summary
  expect(before.outcome).toBe('interrupted')
  const second = await peer.submit(input, alone({ model, out })).summary
  expect(second).toMatchObject({ outcome: 'done', alreadyDone: before.done, done: 20 - before.done })
  expect(await scoresIn(out)).toEqual(images)

  // the same file name, other bytes
  await writeFile(model, withComment(CLASSIFIER, 1))
  const third = await peer.submit(input, alone({ model, out })).summary
  expect(third).toMatchObject({ outcome: 'done', alreadyDone: 0, done: 20 })
  expect(await scoresIn(out)).toEqual(images)
})

it('refuses what cannot work before anything is written', async () => {
  const { folder, input, model, dataDir } = await setUp(1)
  const peer = await ownPeer(dataDir)
  const out = join(folder, 'out')
  const text = join(folder, 'text.onnx')
  await writeFile(text, 'this is no model')
  const empty = join(folder, 'empty.onnx')
  await writeFile(empty, '')
  const refusals: readonly (readonly [SubmitOptions, string, string])[] = [
    [{}, 'ERR_USAGE', 'operation "dnn" expects a model: --model FILE, and got none'],
    [{ pipeline: 'edges', model }, 'ERR_USAGE', '--model is for pipelines that end in dnn, got "edges"'],
    [{ pipeline: `dnn:model=${'0'.repeat(64)}`, model }, 'ERR_USAGE', `the pipeline names the model ${'0'.repeat(64)}`],
    [{ model: join(folder, 'missing.onnx') }, 'ERR_MODEL', 'a file that can be read: it does not exist any more'],
    [{ model: folder }, 'ERR_MODEL', 'expects a regular file'],
    [{ model: empty }, 'ERR_MODEL', 'it is empty'],
    [{ model: text }, 'ERR_MODEL', 'expected to be an ONNX file that OpenCV can load'],
    [{ model, pipeline: 'dnn:channels=gray' }, 'ERR_MODEL', 'does not work on a trial image: operation "dnn" failed'],
    [{ model, pipeline: 'dnn:output=x' }, 'ERR_MODEL', `one of the model's, "score", got "x"`],
    [{ model, tile: 512 }, 'ERR_USAGE', '--tile is for images'],
  ]
  for (const [options, code, sentence] of refusals) {
    const failure = await peer.submit(input, alone({ out, ...options })).summary.catch((error: unknown) => error)
    expect(failure).toMatchObject({ code, message: expect.stringContaining(sentence) })
  }
  await expect(readdir(out)).rejects.toThrow('ENOENT')
})
