/**
 * The two topics over gossipsub. Messages are signed, and the signer must be whom the message is about: the validator
 * decides before anything is passed on to others, and hands what is good to this peer in the same step.
 *
 * A report goes over all connections of its sender at once. Where the sender has told it to everybody alive itself, as in a
 * cluster on one machine, passing it on would only make copies: each peer of twenty heard every report six times. So the report
 * says how many it was told to, and whoever has it from its sender compares that with the peers it knows.
 */

import { type GossipSub, type Message, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import { type PeerId, peerId } from '../../base/ids.ts'
import { createLog } from '../../base/log.ts'
import { decodeJobProgress, encodeJobProgress } from '../../protocol/job-progress-codec.ts'
import { decodeLoadReport, encodeLoadReport } from '../../protocol/load-report-codec.ts'
import { JOB_TOPIC, type JobProgress, LOAD_TOPIC, type LoadReport } from '../../protocol/messages.ts'

const log = createLog('gossip')

export interface GossipTopics {
  /** Fills in `toldDirectly`. Resolves with the peers it was sent to: those that gossip has a stream to by now. */
  publishReport(report: LoadReport): Promise<ReadonlySet<PeerId>>
  publishJob(progress: JobProgress): Promise<void>
  start(): void
  stop(): void
}

export interface GossipTopicsOptions {
  readonly pubsub: Pick<
    GossipSub,
    'publish' | 'subscribe' | 'getSubscribers' | 'topicValidators' | 'addEventListener' | 'removeEventListener'
  >
  /** A message came from a neighbour, whoever wrote it. */
  onNeighbour(peer: PeerId): void
  isAlive(peer: PeerId): boolean
  /** Alive peers, oneself excluded. */
  countAlive(): number
  onReport(report: LoadReport): void
  onJob(progress: JobProgress): void
  /** A connected peer listens to the reports from now on. */
  onSubscriber(): void
}

export function createGossipTopics(options: GossipTopicsOptions): GossipTopics {
  const { pubsub } = options

  function onSubscriptionChange({ detail }: CustomEvent<{ subscriptions: { topic: string; subscribe: boolean }[] }>) {
    if (detail.subscriptions.some(({ topic, subscribe }) => topic === LOAD_TOPIC && subscribe)) options.onSubscriber()
  }

  /** Also whom this peer takes for dead may have heard it: then it is passed on once too often. */
  function isWithEverybody(report: LoadReport, from: PeerId): boolean {
    // nobody repeats a farewell that got lost
    return from === report.peer && !report.isLeaving && report.toldDirectly >= options.countAlive()
  }

  return {
    async publishReport(report) {
      const subscribers = pubsub.getSubscribers(LOAD_TOPIC).map((peer) => peerId(peer.toString()))
      const toldDirectly = subscribers.filter(options.isAlive).length
      const { recipients } = await pubsub.publish(LOAD_TOPIC, encodeLoadReport({ ...report, toldDirectly }))
      return new Set(recipients.map((recipient) => peerId(recipient.toString())))
    },
    publishJob: async (progress) => void (await pubsub.publish(JOB_TOPIC, encodeJobProgress(progress))),
    start() {
      pubsub.topicValidators.set(LOAD_TOPIC, (neighbour, message) => {
        const from = peerId(neighbour.toString())
        options.onNeighbour(from)
        return validate(message, {
          decode: decodeLoadReport,
          subjectOf: (report) => report.peer,
          onValid: options.onReport,
          isToPassOn: (report) => !isWithEverybody(report, from),
        })
      })
      pubsub.topicValidators.set(JOB_TOPIC, (_from, message) =>
        validate(message, {
          decode: decodeJobProgress,
          subjectOf: (progress) => progress.coordinator,
          onValid: options.onJob,
          isToPassOn: () => true,
        }),
      )
      pubsub.addEventListener('subscription-change', onSubscriptionChange)
      pubsub.subscribe(LOAD_TOPIC)
      pubsub.subscribe(JOB_TOPIC)
    },
    stop() {
      pubsub.removeEventListener('subscription-change', onSubscriptionChange)
      pubsub.topicValidators.clear()
    },
  }
}

interface TopicContent<T> {
  decode(bytes: Uint8Array): T
  subjectOf(content: T): PeerId
  onValid(content: T): void
  isToPassOn(content: T): boolean
}

function validate<T>(message: Message, topic: TopicContent<T>): TopicValidatorResult {
  if (message.type !== 'signed') return TopicValidatorResult.Reject
  let content: T
  try {
    content = topic.decode(message.data)
  } catch (error) {
    // Not an offence: a newer version may say more than this one understands.
    log('a message of %p on %s is not understood - %e', message.from, message.topic, error)
    return TopicValidatorResult.Ignore
  }
  if (topic.subjectOf(content) !== message.from.toString()) {
    log.error('%p speaks for %s on %s', message.from, topic.subjectOf(content), message.topic)
    return TopicValidatorResult.Reject
  }
  topic.onValid(content)
  return topic.isToPassOn(content) ? TopicValidatorResult.Accept : TopicValidatorResult.Ignore
}
