/** Two streams joined by the real muxer over a pair in memory: with its windows, so a reader that stops is felt. */

import { yamux } from '@chainsafe/libp2p-yamux'
import type { Stream } from '@libp2p/interface'
import { multiaddrConnectionPair } from '@libp2p/utils'

export async function yamuxStreamPair(): Promise<[outbound: Stream, inbound: Stream]> {
  const [outbound, inbound] = multiaddrConnectionPair()
  const create = yamux({ enableKeepAlive: false })()
  const local = create.createStreamMuxer(outbound)
  const remote = create.createStreamMuxer(inbound)
  const arrived = new Promise<Stream>((resolve) => {
    remote.addEventListener('stream', ({ detail }) => resolve(detail), { once: true })
  })
  return [await local.createStream(), await arrived]
}
