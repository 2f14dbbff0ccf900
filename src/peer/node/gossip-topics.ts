/**
 * The two topics over gossipsub. Messages are signed, and the signer must be whom the message is about: the validator
 * decides before anything is passed on to others, and hands what is good to this peer in the same step.
 */

import { type GossipSub, type Message, TopicValidatorResult } from '@chainsafe/libp2p-gossipsub'
import { type PeerId, peerId } from '../../base/ids.ts'
import { createLog } from '../../base/log.ts'
import { decodeJobProgress, encodeJobProgress } from '../../protocol/job-progress-codec.ts'
import { decodeLoadReport, encodeLoadReport } from '../../protocol/load-report-codec.ts'
import { JOB_TOPIC, type JobProgress, LOAD_TOPIC, type LoadReport } from '../../protocol/messages.ts'

const log = createLog('gossip')

export interface GossipTopics {
  /** Resolves with the peers it was sent to: those that gossip has a stream to by now. */
  publishReport(report: LoadReport): Promise<ReadonlySet<PeerId>>
  publishJob(progress: JobProgress): Promise<void>
  start(): void
  stop(): void
}

export interface GossipTopicsOptions {
  readonly pubsub: Pick<
    GossipSub,
    'publish' | 'subscribe' | 'topicValidators' | 'addEventListener' | 'removeEventListener'
  >
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

  return {
    async publishReport(report) {
      const { recipients } = await pubsub.publish(LOAD_TOPIC, encodeLoadReport(report))
      return new Set(recipients.map((recipient) => peerId(recipient.toString())))
    },
    publishJob: async (progress) => void (await pubsub.publish(JOB_TOPIC, encodeJobProgress(progress))),
    start() {
      pubsub.topicValidators.set(LOAD_TOPIC, (_from, message) =>
        validate(message, decodeLoadReport, (report) => report.peer, options.onReport),
      )
      pubsub.topicValidators.set(JOB_TOPIC, (_from, message) =>
        validate(message, decodeJobProgress, (progress) => progress.coordinator, options.onJob),
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

function validate<T>(
  message: Message,
  decode: (bytes: Uint8Array) => T,
  subjectOf: (content: T) => string,
  onValid: (content: T) => void,
): TopicValidatorResult {
  if (message.type !== 'signed') return TopicValidatorResult.Reject
  let content: T
  try {
    content = decode(message.data)
  } catch (error) {
    // Not an offence: a newer version may say more than this one understands.
    log('a message of %p on %s is not understood - %e', message.from, message.topic, error)
    return TopicValidatorResult.Ignore
  }
  if (subjectOf(content) !== message.from.toString()) {
    log.error('%p speaks for %s on %s', message.from, subjectOf(content), message.topic)
    return TopicValidatorResult.Reject
  }
  onValid(content)
  return TopicValidatorResult.Accept
}
