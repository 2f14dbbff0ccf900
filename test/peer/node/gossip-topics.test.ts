import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerId as Libp2pPeerId } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { expect, it } from 'vitest'
import { peerId } from '../../../src/base/ids.ts'
import { createGossipTopics, type GossipTopicsOptions } from '../../../src/peer/node/gossip-topics.ts'
import { decodeLoadReport, encodeLoadReport } from '../../../src/protocol/load-report-codec.ts'
import { LOAD_TOPIC, type LoadReport } from '../../../src/protocol/messages.ts'
import { loadReport } from '../../support/load-reports.ts'

const newPeer = async (): Promise<Libp2pPeerId> => peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
const [ANN, BOB, EVE] = await Promise.all([newPeer(), newPeer(), newPeer()])
const idOf = (peer: Libp2pPeerId) => peerId(peer.toString())

function world({ alive, subscribers = [] }: { alive: number; subscribers?: Libp2pPeerId[] }) {
  const heard: LoadReport[] = []
  const neighbours: string[] = []
  const published: LoadReport[] = []
  const topicValidators: GossipTopicsOptions['pubsub']['topicValidators'] = new Map()
  const topics = createGossipTopics({
    pubsub: {
      topicValidators,
      publish: async (_, data) => {
        if (data) published.push(decodeLoadReport(data))
        return { recipients: subscribers }
      },
      subscribe: () => undefined,
      getSubscribers: () => subscribers,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    },
    onNeighbour: (peer) => void neighbours.push(peer),
    isAlive: (peer) => peer !== idOf(EVE),
    countAlive: () => alive,
    onReport: (report) => void heard.push(report),
    onJob: () => undefined,
    onSubscriber: () => undefined,
  })
  topics.start()
  const take = (from: Libp2pPeerId, part: Partial<LoadReport>) => {
    const { publicKey } = ANN
    if (!publicKey) throw new Error('a peer has a public key')
    const data = encodeLoadReport(loadReport({ peer: idOf(ANN), ...part }))
    const signed = { type: 'signed', sequenceNumber: 1n, signature: data, key: publicKey } as const
    return topicValidators.get(LOAD_TOPIC)?.(from, { ...signed, from: ANN, topic: LOAD_TOPIC, data })
  }
  return { topics, take, heard, neighbours, published }
}

it('hears a report that its peer told everybody itself, and does not pass it on', () => {
  const { take, heard, neighbours } = world({ alive: 19 })
  expect(take(ANN, { toldDirectly: 19 })).toBe('ignore')
  expect(heard).toHaveLength(1)
  expect(neighbours).toEqual([idOf(ANN)])
})

it.each([
  ['that somebody else passed on', BOB, { toldDirectly: 19 }],
  ['that one of the others did not get', ANN, { toldDirectly: 18 }],
  ['of a version that does not say whom it told', ANN, {}],
  ['that is a farewell', ANN, { toldDirectly: 19, isLeaving: true }],
])('passes on a report %s', (_, from, part) => {
  const { take, heard } = world({ alive: 19 })
  expect(take(from, part)).toBe('accept')
  expect(heard).toHaveLength(1)
})

it('says of a report how many of the living it tells it to', async () => {
  const { topics, published } = world({ alive: 3, subscribers: [ANN, BOB, EVE] })
  await topics.publishReport(loadReport({ peer: idOf(ANN) }))
  expect(published[0]?.toldDirectly).toBe(2)
})
