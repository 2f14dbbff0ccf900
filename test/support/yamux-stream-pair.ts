/** Two streams joined by the real muxer over a pair in memory: with its windows, so a reader that stops is felt. */

import { yamux } from '@chainsafe/libp2p-yamux'
import type { Stream, StreamMuxerFactory } from '@libp2p/interface'
import { multiaddrConnectionPair } from '@libp2p/utils'

/** Of `muxer`, or of yamux as it comes; `onSend` sees what the inbound side hands to its connection. */
export async function yamuxStreamPair(
  muxer: () => StreamMuxerFactory = yamux({ enableKeepAlive: false }),
  onSend: (bytes: number) => void = () => {},
): Promise<[outbound: Stream, inbound: Stream]> {
  const [outbound, inbound] = multiaddrConnectionPair()
  const send = inbound.send.bind(inbound)
  inbound.send = (data) => {
    onSend(data.byteLength)
    return send(data)
  }
  const create = muxer()
  const local = create.createStreamMuxer(outbound)
  const remote = create.createStreamMuxer(inbound)
  const arrived = new Promise<Stream>((resolve) => {
    remote.addEventListener('stream', ({ detail }) => resolve(detail), { once: true })
  })
  return [await local.createStream(), await arrived]
}
