/**
 * Yamux with fewer and larger writes. As it comes, js-yamux answers every frame of data with a window update, however small,
 * and hands a frame to the encryption in pieces (header, length, content), of which each becomes a TLS record and a write of
 * its own: a report of 400 bytes is four writes. Here a small frame is one piece, and a window is renewed when half of it is used,
 * as in the Go implementation. Nothing on the wire is new: any yamux understands it.
 *
 * A sender never waits for it: the smallest window is 256 KiB, of which at least half is free at every moment.
 */

import { yamux } from '@chainsafe/libp2p-yamux'
import { StreamState, type YamuxStream } from '@chainsafe/libp2p-yamux/stream'
import { YAMUX_JOINED_BYTES, YAMUX_RENEWED_BYTES } from '../../base/limits.ts'

type YamuxFactory = ReturnType<ReturnType<typeof yamux>>
type YamuxMuxer = ReturnType<YamuxFactory['createStreamMuxer']>

/** A muxer for libp2p's `streamMuxers`. */
export function leanYamux(): () => YamuxFactory {
  // connection-monitor.ts tries each connection as often
  const createFactory = yamux({ enableKeepAlive: false })
  return () => {
    const factory = createFactory()
    const createStreamMuxer = factory.createStreamMuxer.bind(factory)
    factory.createStreamMuxer = (connection) => lean(createStreamMuxer(connection))
    return factory
  }
}

function lean(muxer: YamuxMuxer): YamuxMuxer {
  const send = muxer.send.bind(muxer)
  muxer.send = (frame) => send(frame.byteLength <= YAMUX_JOINED_BYTES ? frame.subarray() : frame)

  const onCreateStream = muxer.onCreateStream.bind(muxer)
  muxer.onCreateStream = () => renewLate(onCreateStream())
  const onRemoteStream = muxer.onRemoteStream.bind(muxer)
  muxer.onRemoteStream = (stream) => onRemoteStream(renewLate(stream))
  return muxer
}

function renewLate(stream: YamuxStream): YamuxStream {
  const handleData = stream.handleData.bind(stream)
  const sendWindowUpdate = stream.sendWindowUpdate.bind(stream)
  let usedBytes = 0

  stream.handleData = (frame) => {
    usedBytes += frame.header.length
    handleData(frame)
  }
  stream.sendWindowUpdate = () => {
    // Until then an update also opens the stream; and a paused stream remembers that nothing was renewed.
    if (stream.state === StreamState.Established && usedBytes < YAMUX_RENEWED_BYTES) return
    if (stream.state !== StreamState.Paused) usedBytes = 0
    sendWindowUpdate()
  }
  return stream
}
