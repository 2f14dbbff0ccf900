/**
 * Everything of a peer that reads bytes of others, each with a way to feed it changed messages. A new protocol or topic is one
 * more entry of HOSTILE_TARGETS; the tests run whatever is in the list.
 */

import type { GossipSub, TopicValidatorFn } from '@chainsafe/libp2p-gossipsub'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { ConnectionEncrypter, PeerId as Libp2pPeerId, MessageStream, Stream } from '@libp2p/interface'
import { defaultLogger } from '@libp2p/logger'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddrConnectionPair } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import fc from 'fast-check'
import { systemClock } from '../../src/base/clock.ts'
import { asMurmurationError } from '../../src/base/errors.ts'
import { peerId } from '../../src/base/ids.ts'
import { admit } from '../../src/peer/admission/admit.ts'
import { createNonce, NONCE_BYTES, TAG_BYTES } from '../../src/peer/admission/proof.ts'
import { createGossipTopics } from '../../src/peer/node/gossip-topics.ts'
import { createHelloService } from '../../src/peer/node/hello.ts'
import { answerModelRequest, askForModel } from '../../src/peer/node/model-streams.ts'
import { createCoordinatorStreamChannel, createExecutorStreamChannel } from '../../src/peer/stream-channel.ts'
import { createFrameReader, encodeFrame } from '../../src/protocol/frame-reader.ts'
import { encodeHello } from '../../src/protocol/hello-codec.ts'
import { encodeJobProgress } from '../../src/protocol/job-progress-codec.ts'
import { encodeLoadReport } from '../../src/protocol/load-report-codec.ts'
import { type AttemptRef, type ExecutorFrame, JOB_TOPIC, LOAD_TOPIC } from '../../src/protocol/messages.ts'
import { encodeModelFrame } from '../../src/protocol/model-codec.ts'
import { decodeCoordinatorFrame, encodeTaskFrame } from '../../src/protocol/task-codec.ts'
import { PIXEL_VERSION, setUpExecutor } from '../peer/executor/hand-coordinator.ts'
import {
  arbitraryCoordinatorFrame,
  arbitraryExecutorFrame,
  arbitraryHello,
  arbitraryJobProgress,
  arbitraryLoadReport,
  arbitraryModelAnswer,
  arbitraryModelRequest,
} from '../support/arbitrary-messages.ts'
import { FakeCluster, FakeExecutor } from '../support/fake-cluster.ts'
import { mutated as changed } from '../support/hostile-bytes.ts'
import { instantStreamPair } from '../support/instant-stream-pair.ts'
import { startJob } from '../support/job-harness.ts'
import { loadReport } from '../support/load-reports.ts'
import { createVirtualClock, settle } from '../support/virtual-clock.ts'

/** The end that is under attack. */
export interface Victim {
  /** Takes this batch as its attacker would send it. Rejects, or throws, where something got through that must not. */
  take(batch: readonly Uint8Array[]): Promise<void>
  /** What holds when the attack is over. */
  close(): Promise<void>
}

export interface HostileTarget {
  readonly name: string
  /** Valid messages with some bytes changed, cut off, repeated or removed. */
  readonly messages: fc.Arbitrary<Uint8Array>
  /** Messages fed to one victim before the next begins anew. */
  readonly batch: number
  open(): Promise<Victim>
}

const newPeer = async (): Promise<Libp2pPeerId> => peerIdFromPrivateKey(await generateKeyPair('Ed25519'))

/** The peer under attack, and the member whose bytes come. */
const [SELF, MALLORY] = await Promise.all([newPeer(), newPeer()])
const MALLORY_ID = peerId(MALLORY.toString())

/** Half of what a member says is about itself, as it must be. */
const ownOrNot = <T>(message: fc.Arbitrary<T>, asOwn: (message: T) => T): fc.Arbitrary<T> =>
  fc.tuple(message, fc.boolean()).map(([content, isOwn]) => (isOwn ? asOwn(content) : content))

/** Mostly changed, and some whole: what comes behind a whole one meets a victim that is busy. */
const mutated = (valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.oneof({ weight: 1, arbitrary: valid }, { weight: 4, arbitrary: changed(valid) })

function expectThat(holds: boolean, sentence: string): void {
  if (!holds) throw new Error(sentence)
}

/** Sends to the other side for as long as it listens; false once it has closed. */
function send(stream: MessageStream, bytes: Uint8Array): boolean {
  if (stream.status !== 'open') return false
  try {
    stream.send(bytes)
    return true
  } catch {
    // It was closing.
    return false
  }
}

/** Turns of the event loop that a question and its answer take: each message is written in one of its own. */
async function settleAnswer(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await settle()
}

// ---- admission ----

const KEY = new Uint8Array(32).fill(1)

const plainEncrypter = (remotePeer: Libp2pPeerId) => (): ConnectionEncrypter => ({
  protocol: '/tls/1.0.0',
  secureInbound: async (connection) => ({ connection, remotePeer }),
  secureOutbound: async (connection) => ({ connection, remotePeer }),
})

/** Without addresses the pair counts up a port for each, and ports end. */
const ANYWHERE = {
  outbound: { remoteAddr: multiaddr('/ip4/127.0.0.1/tcp/1') },
  inbound: { remoteAddr: multiaddr('/ip4/127.0.0.1/tcp/2') },
}

const admission = (direction: 'inbound' | 'outbound'): HostileTarget => ({
  name: `admission, ${direction}`,
  messages: fc
    .uint8Array({ minLength: TAG_BYTES, maxLength: TAG_BYTES })
    .chain((tag) => mutated(fc.constant(Uint8Array.from([...new Uint8Array(NONCE_BYTES), ...tag])))),
  batch: 500,
  async open() {
    const encrypter = admit(plainEncrypter(MALLORY), { keys: { accepted: () => [KEY] } })({
      peerId: SELF,
      logger: defaultLogger(),
    })
    let admitted = 0
    const outcomes: Promise<void>[] = []
    return {
      async take(batch) {
        for (const bytes of batch) {
          const [outside, inside] = multiaddrConnectionPair(ANYWHERE)
          const result = direction === 'inbound' ? encrypter.secureInbound(inside) : encrypter.secureOutbound(inside)
          outcomes.push(
            result.then(
              () => void admitted++,
              () => undefined,
            ),
          )
          // Now and then with a nonce whose hint is right: whoever has recorded one can send it again.
          const nonce = createNonce([KEY], direction === 'inbound' ? 'initiator' : 'responder', MALLORY)
          send(outside, (bytes[0] ?? 0) % 2 === 0 ? bytes : Uint8Array.from([...nonce, ...bytes.subarray(NONCE_BYTES)]))
          await settle()
          outside.abort(new Error('gone'))
        }
      },
      async close() {
        await Promise.all(outcomes)
        expectThat(admitted === 0, `${admitted} were admitted without the key`)
      },
    }
  },
})

// ---- hello ----

const hello: HostileTarget = {
  name: 'hello',
  messages: mutated(
    ownOrNot(arbitraryHello, (message) => ({ ...message, own: { ...message.own, peer: MALLORY_ID } })).map((message) =>
      encodeFrame(encodeHello(message)),
    ),
  ),
  batch: 200,
  async open() {
    const foreign: string[] = []
    let heard = 0
    const service = createHelloService({
      clock: systemClock,
      compose: () => ({ own: loadReport({ peer: peerId(SELF.toString()) }), heard: [] }),
      onHello({ own }) {
        heard++
        if (own.peer !== MALLORY_ID) foreign.push(own.peer)
      },
    })
    const connection = { remotePeer: MALLORY, newStream: () => Promise.reject(new Error('nobody dials here')) }
    return {
      async take(batch) {
        for (const bytes of batch) {
          const [outside, inside] = instantStreamPair()
          const answered = service.answer(inside, connection)
          send(outside, bytes)
          await settleAnswer()
          outside.abort(new Error('gone'))
          await answered
        }
      },
      async close() {
        expectThat(heard > 0, 'no hello got through: this attack attacks nothing')
        expectThat(foreign.length === 0, `reports about ${foreign.join(', ')} were believed`)
      },
    }
  },
}

// ---- models ----

const MODEL_DIGEST = '5a'.repeat(32)

const modelQuestions: HostileTarget = {
  name: 'model, from an executor',
  messages: mutated(arbitraryModelRequest.map((frame) => encodeFrame(encodeModelFrame(frame)))),
  batch: 200,
  async open() {
    let asked = 0
    const strange: string[] = []
    return {
      async take(batch) {
        for (const bytes of batch) {
          const [outside, inside] = instantStreamPair()
          const answered = answerModelRequest(
            inside,
            { remotePeer: MALLORY },
            {
              clock: systemClock,
              find(digest) {
                asked++
                if (!/^[0-9a-f]{64}$/.test(digest)) strange.push(digest)
                return digest.endsWith('0') ? { bytes: bytes.subarray(0, 1), onSent: () => undefined } : undefined
              },
            },
          )
          send(outside, bytes)
          await settleAnswer()
          outside.abort(new Error('gone'))
          await answered
        }
      },
      async close() {
        expectThat(asked > 0, 'no question got through: this attack attacks nothing')
        expectThat(strange.length === 0, `models were looked for by ${strange.join(', ')}`)
      },
    }
  },
}

const modelAnswers: HostileTarget = {
  name: 'model, from a coordinator',
  messages: mutated(arbitraryModelAnswer.map((frame) => encodeFrame(encodeModelFrame(frame)))),
  batch: 200,
  async open() {
    let believed = 0
    const codes = new Set<string>()
    return {
      async take(batch) {
        for (const bytes of batch) {
          const [outside, inside] = instantStreamPair()
          const { signal } = new AbortController()
          const asked = askForModel(inside, MODEL_DIGEST, { clock: systemClock, signal }).then(
            () => void believed++,
            (error: unknown) => void codes.add(asMurmurationError(error).code),
          )
          send(outside, bytes)
          await settleAnswer()
          outside.abort(new Error('gone'))
          await asked
        }
      },
      async close() {
        expectThat(codes.has('ERR_REFUSED'), 'no answer got through: this attack attacks nothing')
        expectThat(believed === 0, `${believed} answers were taken for a model that they are not`)
        expectThat(!codes.has('ERR_INTERNAL'), 'an answer was taken for a fault of this program')
      },
    }
  },
}

// ---- task streams ----

/** A length that was changed makes the reader wait for a long frame: what follows on the same stream would be part of it. */
const MESSAGES_PER_STREAM = 20

const toExecutor: HostileTarget = {
  name: 'task, from a coordinator',
  messages: mutated(
    arbitraryCoordinatorFrame.map((frame) =>
      encodeFrame(
        encodeTaskFrame(
          // Some that would be taken, so that what follows is about tasks that are there.
          frame.kind === 'offer' && frame.quality % 2 === 0
            ? { ...frame, pixelVersion: PIXEL_VERSION, pipeline: 'edges', tile: undefined }
            : frame,
        ),
      ),
    ),
  ),
  batch: 500,
  async open() {
    const { executor, clock, runner } = setUpExecutor()
    runner.finishAfter(clock, 5)
    let outside: Stream | undefined
    return {
      async take(batch) {
        for (const [index, bytes] of batch.entries()) {
          if (index % MESSAGES_PER_STREAM === 0) outside?.abort(new Error('another stream'))
          if (!outside || !send(outside, bytes)) {
            const [stranger, inside] = instantStreamPair()
            executor.attach(createExecutorStreamChannel(inside, { clock }), { peer: MALLORY_ID, rttMs: () => 1 })
            outside = stranger
            // Whoever does not read is another attack.
            outside.addEventListener('message', () => undefined)
            send(outside, bytes)
          }
          await clock.advance(1)
        }
      },
      async close() {
        outside?.abort(new Error('gone'))
        await clock.advance(60_000)
        const { running, parked, counts } = executor.read()
        expectThat(counts.accepted + counts.refused > 0, 'no offer got through: this attack attacks nothing')
        expectThat(running + parked === 0, `${running} tasks run and ${parked} are parked for nobody`)
        expectThat(runner.mostActive <= 2, `${runner.mostActive} tasks ran at once in two slots`)
        await executor.close()
      },
    }
  },
}

/** The frame as if it were about `ref`. */
const about = (frame: ExecutorFrame, ref: AttemptRef): ExecutorFrame =>
  'task' in frame ? { ...frame, job: ref.job, task: ref.task, attempt: ref.attempt } : frame

/** About a task that is really out, whatever else is wrong with it. */
function aboutWhatIsOut(bytes: Uint8Array, ref: AttemptRef): Uint8Array {
  const seed = bytes.length * 256 + (bytes[0] ?? 0)
  const [frame = { kind: 'credit', tasks: 1, pixels: 1 } as const] = fc.sample(arbitraryExecutorFrame, {
    numRuns: 1,
    seed,
  })
  return encodeFrame(encodeTaskFrame(about(frame, ref)))
}

const toCoordinator: HostileTarget = {
  name: 'task, from an executor',
  messages: mutated(arbitraryExecutorFrame.map((frame) => encodeFrame(encodeTaskFrame(frame)))),
  batch: 200,
  async open() {
    const clock = createVirtualClock()
    const cluster = new FakeCluster()
    const honest = new FakeExecutor(clock, { name: 'honest', slots: 8, serviceMs: 1 })
    const mallory = new FakeExecutor(clock, { name: 'mallory', slots: 2 })
    cluster.join(mallory)
    const images = 600
    let outside: Stream | undefined
    let lastOffer: AttemptRef | undefined
    const open = cluster.open.bind(cluster)
    cluster.open = async (id) => {
      if (id !== mallory.id) return await open(id)
      const [inside, stranger] = instantStreamPair()
      outside = stranger
      const reader = createFrameReader({
        maxFrameBytes: 2 ** 20,
        onFrame(bytes) {
          const frame = decodeCoordinatorFrame(bytes)
          if (frame.kind === 'offer') lastOffer = frame
        },
      })
      stranger.addEventListener('message', ({ data }) => reader.push(data))
      send(stranger, encodeFrame(encodeTaskFrame({ kind: 'credit', tasks: 3, pixels: 64_000_000 })))
      return createCoordinatorStreamChannel(inside, { clock })
    }
    const job = startJob({ clock, cluster, images, giveUpMs: 86_400_000, waitMs: 86_400_000 })
    const isOpen = (): boolean => outside?.status === 'open'
    return {
      async take(batch) {
        for (const [index, bytes] of batch.entries()) {
          if (job.isEnded()) return
          if (index % MESSAGES_PER_STREAM === 0) outside?.abort(new Error('another stream'))
          await clock.advance(0)
          // The coordinator comes back after a pause, each longer than the one before.
          if (!isOpen()) await clock.advanceUntil(() => isOpen() || job.isEnded(), 60_000)
          await clock.advance(1)
          const isAbout = lastOffer && (bytes.at(-1) ?? 0) % 2 === 0
          if (outside) send(outside, isAbout && lastOffer ? aboutWhatIsOut(bytes, lastOffer) : bytes)
          await clock.advance(1)
        }
      },
      async close() {
        outside?.abort(new Error('gone'))
        cluster.leave(mallory)
        cluster.join(honest)
        await clock.advanceUntil(job.isEnded, 600_000)
        const summary = await job.summary
        expectThat(lastOffer !== undefined, 'nothing was offered: this attack attacks nothing')
        expectThat(
          job.saved.size > images / 2,
          `only ${job.saved.size} of ${images} images were saved: ${JSON.stringify(summary).slice(0, 1500)}`,
        )
        expectThat(summary.done + summary.failed === images, `${summary.done} + ${summary.failed} of ${images} images`)
        expectThat(
          [...job.saved.values()].every((count) => count === 1),
          'an image was saved twice',
        )
      },
    }
  },
}

// ---- topics ----

const topic = (name: string, id: string, messages: fc.Arbitrary<Uint8Array>): HostileTarget => ({
  name,
  messages: mutated(messages),
  batch: 1_000,
  async open() {
    const { publicKey } = MALLORY
    if (!publicKey) throw new Error('a peer has a public key')
    const topicValidators = new Map<string, TopicValidatorFn>()
    const foreign: string[] = []
    let heard = 0
    function note(subject: string): void {
      heard++
      if (subject !== MALLORY_ID) foreign.push(subject)
    }
    const pubsub: Pick<
      GossipSub,
      'publish' | 'subscribe' | 'getSubscribers' | 'topicValidators' | 'addEventListener' | 'removeEventListener'
    > = {
      topicValidators,
      publish: async () => ({ recipients: [] }),
      subscribe: () => undefined,
      getSubscribers: () => [],
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    }
    const topics = createGossipTopics({
      pubsub,
      onNeighbour: () => undefined,
      isAlive: () => true,
      countAlive: () => 1,
      onReport: ({ peer }) => note(peer),
      onJob: ({ coordinator }) => note(coordinator),
      onSubscriber: () => undefined,
    })
    topics.start()
    return {
      async take(batch) {
        for (const data of batch) {
          const message = {
            type: 'signed',
            from: MALLORY,
            topic: id,
            data,
            sequenceNumber: 1n,
            signature: data,
            key: publicKey,
          } as const
          await topicValidators.get(id)?.(MALLORY, message)
        }
      },
      async close() {
        topics.stop()
        expectThat(heard > 0, 'nothing got through: this attack attacks nothing')
        expectThat(foreign.length === 0, `words about ${foreign.slice(0, 3).join(', ')} were believed`)
      },
    }
  },
})

export const HOSTILE_TARGETS: readonly HostileTarget[] = [
  admission('inbound'),
  admission('outbound'),
  hello,
  modelQuestions,
  modelAnswers,
  toExecutor,
  toCoordinator,
  topic(
    'load topic',
    LOAD_TOPIC,
    ownOrNot(arbitraryLoadReport, (report) => ({ ...report, peer: MALLORY_ID })).map(encodeLoadReport),
  ),
  topic(
    'job topic',
    JOB_TOPIC,
    ownOrNot(arbitraryJobProgress, (progress) => ({ ...progress, coordinator: MALLORY_ID })).map(encodeJobProgress),
  ),
]
