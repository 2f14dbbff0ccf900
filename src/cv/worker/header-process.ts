/**
 * The process in which a peer that isolates lets headers be read: libvips works on libuv's threads, so this one hears at once
 * when the peer is gone. It says nothing when it dies; the peer sees that.
 */

import { asMurmurationError } from '../../base/errors.ts'
import { readFileHeader } from '../codec/huge-file.ts'
import { type HeaderAnswer, parseHeaderRequest } from './header-messages.ts'
import { liveWithPeer } from './living-with-peer.ts'

liveWithPeer()

const tell = (answer: HeaderAnswer): void => void process.send?.(answer)

process.on('message', (message: unknown) => {
  const { id, path } = parseHeaderRequest(message)
  readFileHeader(path).then(
    (header) => tell({ id, header }),
    (error: unknown) => {
      const { code, message: sentence } = asMurmurationError(error)
      tell({ id, error: { code, message: sentence } })
    },
  )
})
