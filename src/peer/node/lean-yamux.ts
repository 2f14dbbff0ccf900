/**
 * Yamux with fewer and larger writes. As it comes, js-yamux answers every frame of data with a window update, however small,
 * and hands a frame to the encryption in pieces (header, length, content), of which each becomes a TLS record and a write of
 * its own: a report of 400 bytes is four writes. Here a small frame is one piece, and a window is renewed when half of it is used,
 * as in the Go implementation. A stream that carries much gets a wider window with its first renewal: a small photo would need two
 * thirds of an update otherwise. Nothing on the wire is new: any yamux understands it.
 *
 * A sender never waits for it: at least half of a window is free at every moment.
 */

import { yamux } from '@chainsafe/libp2p-yamux'
import { StreamState, type YamuxStream } from '@chainsafe/libp2p-yamux/stream'
import { YAMUX_FIRST_WINDOW_BYTES, YAMUX_JOINED_BYTES, YAMUX_WINDOW_BYTES } from '../../base/limits.ts'

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
  // private in the types; where a later version calls it otherwise, windows stay as they are
  const canWiden = 'recvWindow' in stream
  let windowBytes = YAMUX_FIRST_WINDOW_BYTES
  let usedBytes = 0

  stream.handleData = (frame) => {
    usedBytes += frame.header.length
    handleData(frame)
  }
  stream.sendWindowUpdate = () => {
    // Until then an update also opens the stream; and a paused stream remembers that nothing was renewed.
    if (stream.state === StreamState.Established && usedBytes < windowBytes / 2) return
    if (stream.state !== StreamState.Paused) {
      if (canWiden && windowBytes === YAMUX_FIRST_WINDOW_BYTES && usedBytes >= windowBytes / 2) {
        windowBytes = YAMUX_WINDOW_BYTES
        Object.assign(stream, { recvWindow: windowBytes })
      }
      usedBytes = 0
    }
    sendWindowUpdate()
  }
  return stream
}
